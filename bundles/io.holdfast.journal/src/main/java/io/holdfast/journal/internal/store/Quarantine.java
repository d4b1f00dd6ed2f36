package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.file.UnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Keeps damaged bytes aside before anything is written over them. Names count up, nothing is ever replaced. */
final class Quarantine {

    private static final int CHUNK_BYTES = 1 << 20;

    private final StoreFiles files;
    private long next;

    Quarantine(StoreFiles files) throws IOException {
        this.files = files;
        files.createDirectory(Layout.QUARANTINE);
        for (String name : files.list(Layout.QUARANTINE)) {
            int dot = name.indexOf('.');
            if (dot > 0 && name.substring(0, dot).matches("[0-9]{1,18}")) {
                next = Math.max(next, Long.parseLong(name.substring(0, dot)));
            }
        }
    }

    /**
     * Copies a stretch of a file that stays where it is, unless that was done before. Durable on return.
     *
     * @param source where
     * @param path names it
     * @param offset first byte
     * @param length bytes; less when the file ends before
     * @return bytes kept now
     */
    long keepOnce(StoreFile source, String path, long offset, long length) throws IOException {
        String suffix = suffix(path, offset);
        boolean known = files.list(Layout.QUARANTINE).stream().anyMatch(name -> name.endsWith(suffix));
        return known ? 0 : keep(source, path, offset, length);
    }

    private static String suffix(String path, long offset) {
        return "." + path.replace('/', '.') + "." + offset;
    }

    /**
     * Copies a stretch of a file. Durable on return. Where the medium is only read nothing is copied: the bytes stay where they are.
     *
     * @param source where
     * @param path names it
     * @param offset first byte
     * @param length bytes; less when the file ends before
     * @return bytes kept
     */
    long keep(StoreFile source, String path, long offset, long length) throws IOException {
        long end = Math.min(offset + length, source.size());
        if (end <= offset) {
            return 0;
        }
        if (!files.changesLast()) {
            return end - offset;
        }
        next++;
        String name = next + suffix(path, offset);
        try (StoreFile copy = files.open(Layout.QUARANTINE + "/" + name, OpenMode.NEW)) {
            for (long at = offset; at < end; at += CHUNK_BYTES) {
                ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - at));
                copy.write(at - offset, read(source, at, chunk));
            }
            copy.force();
        }
        files.forceDirectory(Layout.QUARANTINE);
        return end - offset;
    }

    /** What the medium does not give back is kept as zeroes. */
    private static ByteBuffer read(StoreFile source, long at, ByteBuffer chunk) throws IOException {
        try {
            source.read(at, chunk);
            return chunk.flip();
        } catch (UnreadableException _) {
            return chunk.clear();
        }
    }
}
