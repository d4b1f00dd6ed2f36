package io.holdfast.changelog;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import javax.crypto.SecretKey;

/**
 * One {@code .hrl} file: its handle, its header, how far it may be read, and where to begin. The writer publishes {@link #readableEnd} last;
 * readers see everything before it.
 */
final class StoredFile {

    private static final long CHECKPOINT_BYTES = 1 << 20;

    final LogFile file;
    final FileHeader header;
    final Optional<SecretKey> key;
    private volatile String name;
    private volatile long readableEnd;
    private volatile long writtenEnd;
    /** Highest sequence before a place, and the place: at most one entry for each MiB, so that memory stays small whatever the log holds. */
    private final ConcurrentNavigableMap<Long, Long> checkpoints =
            new ConcurrentSkipListMap<>(Map.of(0L, (long) FileHeader.BYTES));

    private long lastCheckpoint = FileHeader.BYTES;

    StoredFile(String name, LogFile file, FileHeader header, Optional<LogKey> key, long readableEnd) {
        this.name = name;
        this.file = file;
        this.header = header;
        this.key = key.map(master -> master.fileKey(header.fileId()));
        this.readableEnd = readableEnd;
        this.writtenEnd = readableEnd;
    }

    String name() {
        return name;
    }

    void renamed(String newName) {
        name = newName;
    }

    long readableEnd() {
        return readableEnd;
    }

    /** Where the file ends, with what is not synced yet. */
    long writtenEnd() {
        return writtenEnd;
    }

    void written(long end) {
        writtenEnd = end;
    }

    void publish(long end) {
        readableEnd = end;
    }

    /** Tells that a group begins here and that all before it have sequences of at most {@code highestBefore}. */
    void groupAt(long position, long highestBefore) {
        if (position - lastCheckpoint >= CHECKPOINT_BYTES) {
            checkpoints.putIfAbsent(highestBefore, position);
            lastCheckpoint = position;
        }
    }

    /** A place from which on everything of this sequence and later is found. */
    long startFor(long sequence) {
        Map.Entry<Long, Long> entry = checkpoints.lowerEntry(sequence);
        return entry == null ? FileHeader.BYTES : entry.getValue();
    }
}
