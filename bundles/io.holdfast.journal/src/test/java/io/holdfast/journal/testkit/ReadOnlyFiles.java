package io.holdfast.journal.testkit;

import io.holdfast.journal.file.ForwardingFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.ReadOnlyMediumException;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** Files on a medium that was mounted for reading. */
public final class ReadOnlyFiles extends ForwardingFiles {

    public ReadOnlyFiles(StoreFiles files) {
        super(files);
    }

    private static ReadOnlyMediumException refusal(String path) {
        return new ReadOnlyMediumException(
                path, new FileSystemException("/mnt/" + path, null, "Read-only file system"));
    }

    @Override
    public StoreFile open(String path, OpenMode mode) throws IOException {
        if (mode != OpenMode.READ) {
            throw refusal(path);
        }
        return super.open(path, mode);
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        throw refusal(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        throw refusal(to);
    }

    @Override
    public void delete(String path) throws IOException {
        throw refusal(path);
    }

    @Override
    public Optional<AutoCloseable> lock(String path) throws IOException {
        throw refusal(path);
    }

    @Override
    public String place() {
        return "/mnt";
    }
}
