package io.holdfast.journal.internal.ledger;

import io.holdfast.base.MachineId;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.AnchorFinding.Kind;
import io.holdfast.journal.AnchorHead;
import io.holdfast.journal.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares a ledger with what an anchor says of it. */
public final class AnchorComparison {

    private AnchorComparison() {}

    /**
     * A ledger as it is.
     *
     * @param incarnation of the history
     * @param leaves hashes of all entries
     * @param publicKey that signs now
     * @param newestBlock number of the history's newest block
     */
    public record Present(long incarnation, List<Sha256> leaves, Sha256 publicKey, long newestBlock) {}

    /**
     * Compares.
     *
     * @param anchored what the anchor says
     * @param present what there is; nothing when the machine has no history
     * @return what is not as the anchor says
     */
    public static List<AnchorFinding> compare(AnchorHead anchored, Optional<Present> present) {
        List<AnchorFinding> findings = new ArrayList<>();
        MachineId machine = anchored.machine();
        if (present.isEmpty() || present.get().incarnation() != anchored.incarnation()) {
            String found =
                    present.map(there -> "incarnation " + there.incarnation()).orElse("no history");
            findings.add(new AnchorFinding(
                    machine,
                    Kind.GONE,
                    found + " is there; the anchor has seen incarnation " + anchored.incarnation()));
            return findings;
        }
        Present there = present.get();
        int entries = there.leaves().size();
        if (entries < anchored.entries()) {
            findings.add(new AnchorFinding(
                    machine,
                    Kind.SET_BACK,
                    "the ledger has " + entries + " entries; the anchor has seen " + anchored.entries()));
        } else if (!MerkleTree.root(there.leaves().subList(0, (int) anchored.entries()))
                .equals(anchored.root())) {
            findings.add(new AnchorFinding(
                    machine,
                    Kind.REWRITTEN,
                    "the first " + anchored.entries()
                            + " entries of the ledger do not make the tree that the anchor has seen"));
        }
        if (there.newestBlock() < anchored.block()) {
            findings.add(new AnchorFinding(
                    machine,
                    Kind.SET_BACK,
                    "the history ends with block " + there.newestBlock() + "; the anchor has seen block "
                            + anchored.block()));
        }
        if (anchored.entries() > 0 && !there.publicKey().equals(anchored.publicKey())) {
            findings.add(new AnchorFinding(
                    machine,
                    Kind.SIGNER_CHANGED,
                    "key " + there.publicKey() + " signs; when the anchor was made it was key "
                            + anchored.publicKey()));
        }
        return findings;
    }
}
