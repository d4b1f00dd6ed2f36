package io.holdfast.mastertarget;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.Room;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Files on a medium that says of its room what a test wants. */
final class NarrowFiles implements StoreFiles {

    private static final long MEDIUM_BYTES = 1L << 40;

    private final StoreFiles files;
    private volatile long usableBytes = MEDIUM_BYTES;

    NarrowFiles(StoreFiles files) {
        this.files = files;
    }

    void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    @Override
    public Room room() {
        return new Room(usableBytes, MEDIUM_BYTES);
    }

    @Override
    public StoreFile open(String path, OpenMode mode) throws IOException {
        return files.open(path, mode);
    }

    @Override
    public boolean exists(String path) {
        return files.exists(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        files.createDirectory(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        files.delete(path);
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        files.forceDirectory(directory);
    }

    @Override
    public Optional<AutoCloseable> lock(String path) throws IOException {
        return files.lock(path);
    }

    @Override
    public UUID newIdentity() {
        return files.newIdentity();
    }
}
