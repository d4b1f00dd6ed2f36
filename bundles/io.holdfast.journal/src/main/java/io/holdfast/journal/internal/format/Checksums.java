package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/** CRC-32C and SHA-256 over ranges of buffers. */
public final class Checksums {

    private Checksums() {}

    /**
     * Computes the CRC-32C of a range.
     *
     * @param bytes where; its position and limit are left alone
     * @param from first byte, absolute
     * @param to end, absolute, exclusive
     * @return the checksum
     */
    public static int crc32c(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }

    /**
     * Computes the CRC-32C of an array's range.
     *
     * @param bytes where
     * @param offset first byte
     * @param length how many
     * @return the checksum
     */
    public static int crc32c(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /**
     * Gives a new SHA-256.
     *
     * @return ready to be fed
     */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Tells whether a range holds nothing but zeroes.
     *
     * @param bytes where; its position and limit are left alone
     * @param from first byte, absolute
     * @param to end, absolute, exclusive
     * @return true when it does
     */
    public static boolean isZero(ByteBuffer bytes, int from, int to) {
        for (int index = from; index < to; index++) {
            if (bytes.get(index) != 0) {
                return false;
            }
        }
        return true;
    }
}
