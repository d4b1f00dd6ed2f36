package io.holdfast.mastertarget;

import io.holdfast.journal.file.ForwardingFiles;
import io.holdfast.journal.file.Room;
import io.holdfast.journal.file.StoreFiles;

/** Files on a medium that says of its room what a test wants. */
final class NarrowFiles extends ForwardingFiles {

    private static final long MEDIUM_BYTES = 1L << 40;

    private volatile long usableBytes = MEDIUM_BYTES;

    NarrowFiles(StoreFiles files) {
        super(files);
    }

    void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    @Override
    public Room room() {
        return new Room(usableBytes, MEDIUM_BYTES);
    }
}
