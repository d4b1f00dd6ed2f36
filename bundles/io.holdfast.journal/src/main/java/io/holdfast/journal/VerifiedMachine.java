package io.holdfast.journal;

import io.holdfast.base.MachineId;
import java.util.List;
import java.util.Optional;

/**
 * What a verification says of one machine.
 *
 * @param machine which
 * @param incarnation of its history
 * @param intact whether nothing of it is damaged
 * @param segments files with blocks
 * @param blocks good blocks
 * @param newest position of the newest good block, as text {@code epoch/sequence}
 * @param ledgerEntries good entries of its ledger
 * @param ledgerRoot tree hash over them
 * @param signer the key that signs them now, when somebody does
 * @param contentBlocks blocks whose content was decrypted and compared with its hashes; 0 without keys
 * @param stretches what can be brought back, by epoch and sequence
 * @param lost what cannot be read, at most {@link #LOST_MAX}
 * @since 1.0
 */
public record VerifiedMachine(
        MachineId machine,
        long incarnation,
        boolean intact,
        int segments,
        long blocks,
        String newest,
        long ledgerEntries,
        Sha256 ledgerRoot,
        Optional<Sha256> signer,
        long contentBlocks,
        List<PointStretch> stretches,
        List<LostRange> lost) {

    /** The most ranges that are listed. */
    public static final int LOST_MAX = 10_000;

    public VerifiedMachine {
        stretches = List.copyOf(stretches);
        lost = List.copyOf(lost);
    }
}
