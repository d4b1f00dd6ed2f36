package io.holdfast.journal.internal.copy;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Carries a stretch of one file to the same place in another one, in steps: bytes that are there already are compared, the others written; then the
 * file is forced and the stretch read back, which has to give the SHA-256 of what was read from the source.
 */
final class RangeCopy implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 20;
    private static final int CHUNKS_A_STEP = 4;

    private final StoreFile source;
    private final StoreFile target;
    private final long from;
    private final long to;
    private final MessageDigest sent = Checksums.sha256();
    private final MessageDigest found = Checksums.sha256();
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final ByteBuffer there = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private long copied;
    private long readBack;

    /**
     * Begins a copy.
     *
     * @param source to read from
     * @param target to write to; closed with this
     * @param from first byte
     * @param to behind the last byte
     */
    RangeCopy(StoreFile source, StoreFile target, long from, long to) {
        this.source = source;
        this.target = target;
        this.from = from;
        this.to = to;
        this.copied = from;
        this.readBack = from;
    }

    StoreFile target() {
        return target;
    }

    /** Copies a few chunks; returns true while there is more to copy. */
    boolean copyStep() throws IOException, DamagedException {
        for (int count = 0; count < CHUNKS_A_STEP && copied < to; count++) {
            int length = (int) Math.min(CHUNK_BYTES, to - copied);
            fill(source, copied, length, chunk);
            sent.update(chunk.duplicate());
            if (!isThere(length)) {
                target.write(copied, chunk.duplicate());
            }
            copied += length;
        }
        return copied < to;
    }

    private boolean isThere(int length) throws IOException {
        there.clear().limit(length);
        return target.size() >= copied + length
                && target.read(copied, there) == length
                && there.flip().equals(chunk);
    }

    /** Reads a few chunks back; returns true while there is more to read. */
    boolean readBackStep() throws IOException, DamagedException {
        for (int count = 0; count < CHUNKS_A_STEP && readBack < to; count++) {
            int length = (int) Math.min(CHUNK_BYTES, to - readBack);
            fill(target, readBack, length, there);
            found.update(there);
            readBack += length;
        }
        if (readBack < to) {
            return true;
        }
        if (!MessageDigest.isEqual(sent.digest(), found.digest())) {
            throw DamagedException.damaged("what was written at " + from + " to " + to + " does not read back");
        }
        return false;
    }

    private static void fill(StoreFile file, long at, int length, ByteBuffer buffer)
            throws IOException, DamagedException {
        buffer.clear().limit(length);
        if (file.read(at, buffer) < length) {
            throw DamagedException.damaged("the file ends within " + length + " bytes at " + at);
        }
        buffer.flip();
    }

    long bytes() {
        return to - from;
    }

    long done() {
        return copied - from;
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
