package io.holdfast.journal;

import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.ledger.LedgerRecord;
import io.holdfast.journal.internal.ledger.LedgerSignatures;
import io.holdfast.journal.internal.ledger.MerkleTree;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where one machine's history and its ledger stood.
 *
 * @param machine which
 * @param incarnation of its history
 * @param entries of its ledger
 * @param root tree hash over them
 * @param publicKey that signed them last; zeroes when nobody did
 * @param signature of the tree head, 64 bytes as hexadecimal digits
 * @param block number of the newest durable block, sealed or not
 * @param chain its digest
 * @param growth what proves that this tree grew out of that of an earlier anchor
 * @since 1.0
 */
public record AnchorHead(
        MachineId machine,
        long incarnation,
        long entries,
        Sha256 root,
        Sha256 publicKey,
        String signature,
        long block,
        ChainDigest chain,
        Optional<Growth> growth) {

    /**
     * A consistency proof of RFC 6962.
     *
     * @param entries of the earlier tree
     * @param proof hashes
     */
    public record Growth(long entries, List<Sha256> proof) {

        public Growth {
            proof = List.copyOf(proof);
        }
    }

    /**
     * Tells which key is said to have signed the tree head; {@link #isSigned} checks it.
     *
     * @return nothing when nobody signed
     */
    public Optional<Sha256> signer() {
        return publicKey.equals(LedgerSignatures.NOBODY) ? Optional.empty() : Optional.of(publicKey);
    }

    /**
     * Tells whether the tree head is signed by its key.
     *
     * @param storeId of the anchor
     * @return true when it is; false when nobody signed it, or the signature is wrong
     */
    public boolean isSigned(UUID storeId) {
        return signer().isPresent()
                && LedgerSignatures.verify(
                        publicKey,
                        LedgerRecord.statement(storeId, machine, incarnation, entries, root),
                        HexFormat.of().parseHex(signature));
    }

    /**
     * Checks, without the store, that this tree grew out of an earlier one.
     *
     * @param earlier the same machine's head in an earlier anchor
     * @return true when the growth in this head proves it
     */
    public boolean grewOutOf(AnchorHead earlier) {
        if (!earlier.machine.equals(machine) || earlier.incarnation != incarnation) {
            return false;
        }
        if (earlier.entries == 0 || earlier.entries == entries) {
            return earlier.entries == 0 || earlier.root.equals(root);
        }
        return growth.filter(given -> given.entries == earlier.entries)
                .map(given -> MerkleTree.provesConsistency(earlier.entries, earlier.root, entries, root, given.proof))
                .orElse(false);
    }
}
