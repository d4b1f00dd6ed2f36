package io.holdfast.journal.testkit;

import io.holdfast.journal.file.ForwardingFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Files of which it is known who has them open for reading: a medium gives no room back before that has ended. */
public final class OpenFiles extends ForwardingFiles {

    private final List<String> open = new ArrayList<>();

    public OpenFiles(StoreFiles files) {
        super(files);
    }

    /** The names under which files were opened for reading that were not closed since. */
    public synchronized List<String> open() {
        return List.copyOf(open);
    }

    private synchronized void closed(String path) {
        open.remove(path);
    }

    @Override
    public synchronized StoreFile open(String path, OpenMode mode) throws IOException {
        StoreFile file = super.open(path, mode);
        if (mode != OpenMode.READ) {
            return file;
        }
        open.add(path);
        return new ForwardingFile(file) {
            @Override
            public void close() throws IOException {
                super.close();
                closed(path);
            }
        };
    }
}
