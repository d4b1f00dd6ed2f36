package io.holdfast.journal.internal.ledger;

import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.Checksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * One segment's file as a ledger names it: all its bytes, index included, as {@code sha256sum} would print it.
 *
 * @param number of the segment
 * @param generation 0 as it was sealed, one more each time it was cleaned
 * @param fileBytes length of the file
 * @param sha256 of all its bytes
 */
public record FileDigest(long number, int generation, long fileBytes, Sha256 sha256) {

    private static final int CHUNK_BYTES = 1 << 20;

    /**
     * Reads a file and hashes it.
     *
     * @param file open for reading
     * @param number of the segment
     * @param generation of the file
     * @return its digest
     * @throws IOException when the medium fails
     */
    public static FileDigest of(StoreFile file, long number, int generation) throws IOException {
        MessageDigest digest = Checksums.sha256();
        long size = file.size();
        update(digest, file, 0, size);
        return new FileDigest(number, generation, size, Sha256.of(digest.digest()));
    }

    /**
     * Feeds a stretch of a file into a digest.
     *
     * @param digest fed
     * @param file open for reading
     * @param from first byte
     * @param to end, exclusive; within the file
     * @throws IOException when the medium fails or the file ends before
     */
    public static void update(MessageDigest digest, StoreFile file, long from, long to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, to - from));
        for (long at = from; at < to; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
            if (file.read(at, chunk) < chunk.limit()) {
                throw new IOException("the file ends within " + chunk.limit() + " bytes at " + at);
            }
            digest.update(chunk.flip());
        }
    }
}
