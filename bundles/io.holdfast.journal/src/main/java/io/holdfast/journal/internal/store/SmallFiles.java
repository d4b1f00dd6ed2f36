package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Small files that are replaced as a whole. */
final class SmallFiles {

    /** Ends the name of a file that is not complete yet; an opening of the store deletes it. */
    static final String DRAFT = ".new";

    private static final long BYTES_MAX = 1L << 30;
    private static final int CHUNK_BYTES = 1 << 20;

    private SmallFiles() {}

    /**
     * Replaces a file, or makes it. Durable on return; after a crash the file is the old one or the new one.
     *
     * @param files where
     * @param directory its directory, or the empty string
     * @param name its name
     * @param content all of it
     * @throws IOException when it could not be done; the file is then the old one or the new one
     */
    static void replace(StoreFiles files, String directory, String name, byte[] content) throws IOException {
        String path = directory.isEmpty() ? name : directory + "/" + name;
        try (StoreFile draft = files.open(draftOf(path), OpenMode.REPLACE)) {
            draft.write(0, ByteBuffer.wrap(content));
            draft.force();
        }
        files.rename(draftOf(path), path);
        files.forceDirectory(directory);
    }

    /**
     * Replaces a file by the start of another one, or makes it; see {@link #replace(StoreFiles, String, String, byte[])}.
     *
     * @param files where
     * @param directory its directory
     * @param name its name
     * @param source what to copy
     * @param bytes how much of it
     * @throws IOException when it could not be done; the file is then the old one or the new one
     */
    static void replace(StoreFiles files, String directory, String name, StoreFile source, long bytes)
            throws IOException {
        String path = directory + "/" + name;
        try (StoreFile draft = files.open(path + DRAFT, OpenMode.REPLACE)) {
            for (long at = 0; at < bytes; at += CHUNK_BYTES) {
                ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, bytes - at));
                if (source.read(at, chunk) < chunk.capacity()) {
                    throw new IOException(
                            "what is copied to " + path + " ends within " + chunk.capacity() + " bytes at " + at);
                }
                draft.write(at, chunk.flip());
            }
            draft.force();
        }
        files.rename(path + DRAFT, path);
        files.forceDirectory(directory);
    }

    /**
     * Reads a file.
     *
     * @param files where
     * @param path which
     * @return all of it, position 0
     * @throws IOException when it is not there or the medium fails
     * @throws DamagedException when it is larger than any such file
     */
    static ByteBuffer read(StoreFiles files, String path) throws IOException, DamagedException {
        try (StoreFile file = files.open(path, OpenMode.READ)) {
            long size = file.size();
            if (size > BYTES_MAX) {
                throw DamagedException.damaged(path + " has " + size + " bytes; expected at most " + BYTES_MAX);
            }
            ByteBuffer content = ByteBuffer.allocate((int) size);
            file.read(0, content);
            return content.flip();
        }
    }

    /** Names the draft of a file: deleted when a store is opened. */
    static String draftOf(String path) {
        return path + DRAFT;
    }

    static boolean isDraft(String name) {
        return name.endsWith(DRAFT);
    }
}
