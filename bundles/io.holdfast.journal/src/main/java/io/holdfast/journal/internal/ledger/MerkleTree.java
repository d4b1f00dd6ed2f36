package io.holdfast.journal.internal.ledger;

import io.holdfast.journal.Sha256;
import io.holdfast.journal.internal.format.Checksums;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree of RFC 6962, section 2.1 (RFC 9162 has the same): SHA-256, leaves hashed behind a byte 0, nodes behind a byte 1, the left part
 * of n leaves as large as the largest power of two below n. Proofs are made and checked here as there.
 */
public final class MerkleTree {

    /** The root of no leaves: the SHA-256 of nothing. */
    public static final Sha256 EMPTY = Sha256.of(Checksums.sha256().digest());

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private MerkleTree() {}

    /**
     * Hashes a leaf.
     *
     * @param data its content
     * @return SHA-256(0 ‖ data)
     */
    public static Sha256 leaf(byte[] data) {
        MessageDigest digest = Checksums.sha256();
        digest.update(LEAF);
        return Sha256.of(digest.digest(data));
    }

    static Sha256 node(Sha256 left, Sha256 right) {
        MessageDigest digest = Checksums.sha256();
        digest.update(NODE);
        digest.update(left.toBytes());
        return Sha256.of(digest.digest(right.toBytes()));
    }

    /**
     * Works out the root.
     *
     * @param leaves hashed leaves
     * @return the tree hash; {@link #EMPTY} when there are none
     */
    public static Sha256 root(List<Sha256> leaves) {
        return switch (leaves.size()) {
            case 0 -> EMPTY;
            case 1 -> leaves.getFirst();
            default -> {
                int left = split(leaves.size());
                yield node(root(leaves.subList(0, left)), root(leaves.subList(left, leaves.size())));
            }
        };
    }

    /** The largest power of two below a number of leaves. */
    private static int split(long leaves) {
        return (int) Long.highestOneBit(leaves - 1);
    }

    /**
     * Proves that a leaf is in the tree: PATH of RFC 6962.
     *
     * @param leaves hashed leaves
     * @param index which of them
     * @return the neighbours from the leaf up to the root
     */
    public static List<Sha256> inclusionProof(List<Sha256> leaves, int index) {
        if (leaves.size() == 1) {
            return new ArrayList<>();
        }
        int left = split(leaves.size());
        List<Sha256> leftPart = leaves.subList(0, left);
        List<Sha256> rightPart = leaves.subList(left, leaves.size());
        List<Sha256> proof = index < left ? inclusionProof(leftPart, index) : inclusionProof(rightPart, index - left);
        proof.add(root(index < left ? rightPart : leftPart));
        return proof;
    }

    /**
     * Checks an inclusion proof.
     *
     * @param leaf hashed
     * @param index of the leaf
     * @param size leaves of the tree
     * @param proof as {@link #inclusionProof} makes it
     * @param root of the tree
     * @return whether the leaf is proved
     */
    public static boolean provesInclusion(Sha256 leaf, long index, long size, List<Sha256> proof, Sha256 root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long node = index;
        long last = size - 1;
        Sha256 hash = leaf;
        for (Sha256 neighbour : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = node(neighbour, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(hash, neighbour);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /**
     * Proves that a tree grew out of its own first leaves: PROOF of RFC 6962.
     *
     * @param leaves hashed leaves of the larger tree
     * @param oldSize leaves of the smaller one, 1 to as many as there are
     * @return the proof; empty when both are one
     */
    public static List<Sha256> consistencyProof(List<Sha256> leaves, int oldSize) {
        return subProof(leaves, oldSize, true);
    }

    private static List<Sha256> subProof(List<Sha256> leaves, int oldSize, boolean whole) {
        if (oldSize == leaves.size()) {
            List<Sha256> proof = new ArrayList<>();
            if (!whole) {
                proof.add(root(leaves));
            }
            return proof;
        }
        int left = split(leaves.size());
        List<Sha256> leftPart = leaves.subList(0, left);
        List<Sha256> rightPart = leaves.subList(left, leaves.size());
        if (oldSize <= left) {
            List<Sha256> proof = subProof(leftPart, oldSize, whole);
            proof.add(root(rightPart));
            return proof;
        }
        List<Sha256> proof = subProof(rightPart, oldSize - left, false);
        proof.add(root(leftPart));
        return proof;
    }

    /**
     * Checks a consistency proof, in the steps of RFC 9162, section 2.1.4.2.
     *
     * @param oldSize leaves of the smaller tree
     * @param oldRoot its root
     * @param size leaves of the larger tree
     * @param root its root
     * @param proof as {@link #consistencyProof} makes it
     * @return whether the larger tree begins with the smaller one
     */
    public static boolean provesConsistency(long oldSize, Sha256 oldRoot, long size, Sha256 root, List<Sha256> proof) {
        if (oldSize < 1 || oldSize > size) {
            return false;
        }
        if (oldSize == size) {
            return proof.isEmpty() && oldRoot.equals(root);
        }
        List<Sha256> path = new ArrayList<>(proof);
        if (Long.bitCount(oldSize) == 1) {
            path.addFirst(oldRoot);
        }
        return !path.isEmpty() && followsPath(oldSize, oldRoot, size, root, path);
    }

    private static boolean followsPath(long oldSize, Sha256 oldRoot, long size, Sha256 root, List<Sha256> path) {
        long node = oldSize - 1;
        long last = size - 1;
        while ((node & 1) == 1) {
            node >>= 1;
            last >>= 1;
        }
        Sha256 oldHash = path.getFirst();
        Sha256 hash = path.getFirst();
        for (Sha256 neighbour : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldHash = node(neighbour, oldHash);
                hash = node(neighbour, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(hash, neighbour);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && oldHash.equals(oldRoot) && hash.equals(root);
    }
}
