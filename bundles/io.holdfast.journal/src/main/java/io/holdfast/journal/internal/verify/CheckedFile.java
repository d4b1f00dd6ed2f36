package io.holdfast.journal.internal.verify;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is being verified: read only, its bytes counted. */
final class CheckedFile implements AutoCloseable {

    private static final int ZERO_CHUNK_BYTES = 1 << 20;

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
        file.read(offset, bytes);
        findings.read(length);
        return bytes.flip();
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
