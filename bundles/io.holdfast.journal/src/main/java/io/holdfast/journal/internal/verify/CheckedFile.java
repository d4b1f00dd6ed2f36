package io.holdfast.journal.internal.verify;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is being verified: read only, its bytes counted. */
final class CheckedFile implements AutoCloseable {

    private static final int ZERO_CHUNK_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private final StoreFile file;
    private final String path;
    private final Findings findings;
    private final long size;

    CheckedFile(StoreFiles files, String path, Findings findings) throws IOException {
        this.file = files.open(path, OpenMode.READ);
        this.path = path;
        this.findings = findings;
        this.size = file.size();
    }

    String path() {
        return path;
    }

    long size() {
        return size;
    }

    StoreFile raw() {
        return file;
    }

    Findings findings() {
        return findings;
    }

    ByteBuffer read(long offset, int length) throws IOException, DamagedException {
        if (offset < 0 || offset + length > size) {
            throw DamagedException.damaged(
                    "the file has " + size + " bytes; expected " + length + " more from " + offset + " on");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            file.read(offset, bytes);
        } catch (UnreadableException e) {
            throw DamagedException.damaged(String.valueOf(e.getMessage()));
        }
        findings.read(length);
        return bytes.flip();
    }

    /** Reads a stretch, page by page where some of it cannot be read: such pages are zero. */
    ByteBuffer readAround(long offset, int length) throws IOException, DamagedException {
        try {
            return read(offset, length);
        } catch (DamagedException e) {
            if (offset + length > size) {
                throw e;
            }
        }
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (int at = 0; at < length; at += PAGE_BYTES) {
            int part = Math.min(PAGE_BYTES, length - at);
            try {
                whole.put(at, read(offset + at, part), 0, part);
            } catch (DamagedException _) {
                // stays zero
            }
        }
        return whole;
    }

    /** Finds the first byte of a stretch that is not zero; -1 when all are. */
    long firstNotZero(long from, long to) throws IOException, DamagedException {
        for (long at = from; at < to; at += ZERO_CHUNK_BYTES) {
            ByteBuffer chunk = read(at, (int) Math.min(ZERO_CHUNK_BYTES, to - at));
            if (!Checksums.isZero(chunk, 0, chunk.limit())) {
                int index = 0;
                while (chunk.get(index) == 0) {
                    index++;
                }
                return at + index;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
