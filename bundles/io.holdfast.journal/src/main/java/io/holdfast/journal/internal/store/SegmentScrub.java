package io.holdfast.journal.internal.store;

import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.ledger.FileDigest;
import java.io.IOException;
import java.security.MessageDigest;

/** Reads one sealed segment from its start to its end, in steps, and works out its SHA-256. */
final class SegmentScrub {

    private final StoreFiles files;
    private final History history;
    private final Segment segment;
    private final String path;
    private final int generation;
    private final MessageDigest digest = Checksums.sha256();
    private long at;

    SegmentScrub(StoreFiles files, History history, Segment segment) {
        this.files = files;
        this.history = history;
        this.segment = segment;
        this.path = segment.path();
        this.generation = segment.generation();
    }

    History history() {
        return history;
    }

    long number() {
        return segment.number();
    }

    int generation() {
        return generation;
    }

    String path() {
        return path;
    }

    /** Whether the file that was begun is still the segment's. */
    boolean isCurrent() {
        return history.segment(segment.number())
                        .filter(present -> present == segment)
                        .isPresent()
                && segment.path().equals(path);
    }

    /** Reads so many bytes more; returns false when there are none left. */
    boolean step(int bytes) throws IOException {
        try (StoreFile file = files.open(path, OpenMode.READ)) {
            long end = Math.min(file.size(), at + bytes);
            FileDigest.update(digest, file, at, end);
            at = end;
            return at < file.size();
        }
    }

    /** What the file is, once it has been read to its end. */
    FileDigest found() {
        return new FileDigest(segment.number(), generation, at, Sha256.of(digest.digest()));
    }
}
