package io.holdfast.journal.internal.overlay;

import io.holdfast.journal.file.DiskFullException;

/** Memory that stands in for the medium, for all files together. Thread-safe. */
final class OverlayMemory {

    private final long bytesMax;
    private long used;

    OverlayMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    synchronized void take(String path, int bytes) throws DiskFullException {
        if (used + bytes > bytesMax) {
            throw new DiskFullException(
                    path,
                    "opening this store changes more than the " + (bytesMax >> 20)
                            + " MiB that are kept in memory while its medium is only read; expected a medium that can be written, or a copy of the folder on one");
        }
        used += bytes;
    }

    synchronized void giveBack(long bytes) {
        used -= bytes;
    }
}
