package io.holdfast.mobility.copy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The forms of a block's entry, as the store keeps them: a keyed hash of 96 bits, or one of three values that no hash takes: all 0x00 for a
 * block that reads as zeroes, all 0xFE for a discarded one, all 0xFF for one of which no hash is known.
 */
public final class HashForms {

    /** Length of an entry. */
    public static final int BYTES = 12;

    /** Length of a block. */
    public static final int BLOCK_BYTES = 4096;

    /** Blocks of a MiB. */
    public static final int BLOCKS_PER_MEBIBYTE = (1 << 20) / BLOCK_BYTES;

    private static final byte ZERO = 0;
    private static final byte DISCARDED = (byte) 0xFE;
    private static final byte UNKNOWN = (byte) 0xFF;
    private static final byte APART = 0x55;

    private HashForms() {}

    /**
     * Tells whether what the store has may be taken for what the source has.
     *
     * @param store entries of the store
     * @param storeIndex which of them
     * @param source entries of the source
     * @param sourceIndex which of them
     * @return true for equal hashes, and for a source of zeroes where the store has zeroes or a discarded range
     */
    public static boolean isSame(ByteBuffer store, int storeIndex, ByteBuffer source, int sourceIndex) {
        if (isAll(store, storeIndex, UNKNOWN)) {
            return false;
        }
        if (isAll(store, storeIndex, DISCARDED)) {
            return isAll(source, sourceIndex, ZERO);
        }
        return store.slice(storeIndex * BYTES, BYTES).equals(source.slice(sourceIndex * BYTES, BYTES));
    }

    /**
     * Tells whether an entry says that the block reads as zeroes.
     *
     * @param entries entries one behind the other
     * @param index which of them
     * @return true for all zero
     */
    public static boolean isZero(ByteBuffer entries, int index) {
        return isAll(entries, index, ZERO);
    }

    /**
     * Makes the entry of a MiB from the entries of its blocks, none of which is discarded or unknown: zero when all are, else the first 96
     * bits of the SHA-256 over them.
     *
     * @param entries the blocks' entries, from position to limit; both stay as they are
     * @return the entry
     */
    public static ByteBuffer summarise(ByteBuffer entries) {
        boolean zero = true;
        for (int index = 0; index < entries.remaining() / BYTES && zero; index++) {
            zero = isAll(entries.slice(), index, ZERO);
        }
        if (zero) {
            return ByteBuffer.allocate(BYTES);
        }
        byte[] entry = Arrays.copyOf(sha256(entries.duplicate()), BYTES);
        keepApart(entry);
        return ByteBuffer.wrap(entry);
    }

    /**
     * Changes a hash that looks like one of the special values, so that none ever does.
     *
     * @param entry {@value #BYTES} bytes
     */
    static void keepApart(byte[] entry) {
        ByteBuffer bytes = ByteBuffer.wrap(entry);
        if (isAll(bytes, 0, ZERO) || isAll(bytes, 0, DISCARDED) || isAll(bytes, 0, UNKNOWN)) {
            entry[BYTES - 1] ^= APART;
        }
    }

    private static boolean isAll(ByteBuffer entries, int index, byte value) {
        int from = index * BYTES;
        for (int at = from; at < from + BYTES; at++) {
            if (entries.get(at) != value) {
                return false;
            }
        }
        return true;
    }

    private static byte[] sha256(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
