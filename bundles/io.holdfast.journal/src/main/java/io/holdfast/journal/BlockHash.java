package io.holdfast.journal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The forms of a block's entry in {@link BlockHashes}: a keyed hash of 96 bits, bound to the disk and the block number, or one of three
 * values that no hash takes.
 *
 * @since 1.0
 */
public final class BlockHash {

    /** Bytes of an entry. */
    public static final int BYTES = 12;

    /** Bytes of a block. */
    public static final int BLOCK_BYTES = 4096;

    /** Blocks of a MiB. */
    public static final int BLOCKS_PER_MEBIBYTE = (1 << 20) / BLOCK_BYTES;

    private static final byte[] ZERO = filled(0x00);
    private static final byte[] DISCARDED = filled(0xFE);
    private static final byte[] UNKNOWN = filled(0xFF);

    private BlockHash() {}

    /**
     * The entry of a block that reads as zeroes: written so, or never written.
     *
     * @return a copy
     */
    public static byte[] zero() {
        return ZERO.clone();
    }

    /**
     * The entry of a block that was discarded as a whole. It reads as zeroes here; the source may read anything.
     *
     * @return a copy
     */
    public static byte[] discarded() {
        return DISCARDED.clone();
    }

    /**
     * The entry of a block that was written in parts. It never counts as equal to anything.
     *
     * @return a copy
     */
    public static byte[] unknown() {
        return UNKNOWN.clone();
    }

    /**
     * Tells whether an entry stands for a block that reads as zeroes because it was written so or never.
     *
     * @param entries entries one behind the other
     * @param index which of them
     * @return true for {@link #zero()}
     */
    public static boolean isZero(byte[] entries, int index) {
        return matches(entries, index, ZERO);
    }

    /**
     * Tells whether an entry stands for a discarded block.
     *
     * @param entries entries one behind the other
     * @param index which of them
     * @return true for {@link #discarded()}
     */
    public static boolean isDiscarded(byte[] entries, int index) {
        return matches(entries, index, DISCARDED);
    }

    /**
     * Tells whether an entry says nothing.
     *
     * @param entries entries one behind the other
     * @param index which of them
     * @return true for {@link #unknown()}
     */
    public static boolean isUnknown(byte[] entries, int index) {
        return matches(entries, index, UNKNOWN);
    }

    /**
     * Makes the entry of a MiB from those of its blocks: zero when all are, discarded when all are, unknown when one is, else the first 96 bits
     * of the SHA-256 over them. The entries are keyed already, so this takes no key.
     *
     * @param entries the blocks' entries, one behind the other, 1 to {@link #BLOCKS_PER_MEBIBYTE}
     * @param firstIndex the first of them
     * @param count how many
     * @return the entry
     */
    public static byte[] summarise(byte[] entries, int firstIndex, int count) {
        boolean zero = true;
        boolean discarded = true;
        for (int index = firstIndex; index < firstIndex + count; index++) {
            if (isUnknown(entries, index)) {
                return unknown();
            }
            zero &= isZero(entries, index);
            discarded &= isDiscarded(entries, index);
        }
        if (zero || discarded) {
            return zero ? zero() : discarded();
        }
        MessageDigest sha256 = sha256();
        sha256.update(entries, firstIndex * BYTES, count * BYTES);
        byte[] summary = Arrays.copyOf(sha256.digest(), BYTES);
        keepApart(summary, 0);
        return summary;
    }

    /**
     * Changes a hash that happens to look like one of the special values, so that none ever does.
     *
     * @param entries where the hash lies
     * @param offset its first byte
     */
    public static void keepApart(byte[] entries, int offset) {
        byte first = entries[offset];
        if ((first == 0 || first == (byte) 0xFE || first == (byte) 0xFF) && allEqual(entries, offset)) {
            entries[offset + BYTES - 1] ^= 0x55;
        }
    }

    private static boolean allEqual(byte[] entries, int offset) {
        for (int index = 1; index < BYTES; index++) {
            if (entries[offset + index] != entries[offset]) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(byte[] entries, int index, byte[] form) {
        int from = index * BYTES;
        return Arrays.equals(entries, from, from + BYTES, form, 0, BYTES);
    }

    private static byte[] filled(int value) {
        byte[] form = new byte[BYTES];
        Arrays.fill(form, (byte) value);
        return form;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
