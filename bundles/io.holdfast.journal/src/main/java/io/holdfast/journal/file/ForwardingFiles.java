package io.holdfast.journal.file;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Files that do what others do, but for what a subclass changes. {@link #forceAll} and {@link #offload} are not forwarded: the first forces one after
 * the other through what the subclass gave out, the second has nothing to carry.
 *
 * @since 1.0
 */
public class ForwardingFiles implements StoreFiles {

    private final StoreFiles files;

    /**
     * Stands before others.
     *
     * @param files who do it
     */
    protected ForwardingFiles(StoreFiles files) {
        this.files = files;
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
    public Room room() throws IOException {
        return files.room();
    }

    @Override
    public Optional<AutoCloseable> lock(String path) throws IOException {
        return files.lock(path);
    }

    @Override
    public Optional<AutoCloseable> lockForReading(String path) throws IOException {
        return files.lockForReading(path);
    }

    @Override
    public boolean changesLast() {
        return files.changesLast();
    }

    @Override
    public String place() {
        return files.place();
    }

    @Override
    public UUID newIdentity() {
        return files.newIdentity();
    }
}
