package io.holdfast.journal.internal.ledger;

import io.holdfast.journal.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * A Merkle tree that grows: keeps the roots of its full subtrees alone, one for each bit of its size, largest first. Not thread-safe.
 */
public final class MerkleFrontier {

    private final List<Sha256> peaks = new ArrayList<>();
    private long size;

    /**
     * Adds a leaf.
     *
     * @param leaf hashed
     */
    public void add(Sha256 leaf) {
        Sha256 hash = leaf;
        for (long bits = size; (bits & 1) == 1; bits >>= 1) {
            hash = MerkleTree.node(peaks.removeLast(), hash);
        }
        peaks.add(hash);
        size++;
    }

    /**
     * Tells how many leaves there are.
     *
     * @return leaves
     */
    public long size() {
        return size;
    }

    /**
     * Tells the tree hash.
     *
     * @return {@link MerkleTree#EMPTY} when there are no leaves
     */
    public Sha256 root() {
        if (peaks.isEmpty()) {
            return MerkleTree.EMPTY;
        }
        Sha256 hash = peaks.getLast();
        for (int index = peaks.size() - 2; index >= 0; index--) {
            hash = MerkleTree.node(peaks.get(index), hash);
        }
        return hash;
    }

    /**
     * Tells the tree hash as it would be with one more leaf.
     *
     * @param leaf hashed
     * @return the root
     */
    Sha256 rootWith(Sha256 leaf) {
        MerkleFrontier next = new MerkleFrontier();
        next.peaks.addAll(peaks);
        next.size = size;
        next.add(leaf);
        return next.root();
    }
}
