package io.holdfast.journal.internal.overlay;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A file of a store that is only read: the beginning of a file of the medium, and over it the pages that were written since, which lie in memory. Reads
 * may run beside a write elsewhere in the file; writes come from one thread at a time.
 */
final class OverlayContent implements OverlayEntry {

    private static final int PAGE_BYTES = 4096;

    private final OverlayMemory memory;
    private final @Nullable String origin;
    private final ConcurrentSkipListMap<Long, byte[]> pages = new ConcurrentSkipListMap<>();
    private volatile long mediumBytes;
    private volatile long size;

    private OverlayContent(OverlayMemory memory, @Nullable String origin, long size) {
        this.memory = memory;
        this.origin = origin;
        this.mediumBytes = size;
        this.size = size;
    }

    /** A file that the medium has. */
    static OverlayContent of(OverlayMemory memory, String path, long size) {
        return new OverlayContent(memory, path, size);
    }

    /** A new file. */
    static OverlayContent empty(OverlayMemory memory) {
        return new OverlayContent(memory, null, 0);
    }

    /** Opens what the medium has of it, wherever it lies there. */
    @Nullable
    StoreFile open(StoreFiles medium) throws IOException {
        String path = origin;
        return path == null ? null : medium.open(path, OpenMode.READ);
    }

    long size() {
        return size;
    }

    int read(@Nullable StoreFile medium, long position, ByteBuffer target) throws IOException {
        long end = Math.min(size, position + target.remaining());
        long at = position;
        while (at < end) {
            Map.Entry<Long, byte[]> next = pages.ceilingEntry(at / PAGE_BYTES);
            long nextAt = next == null ? end : next.getKey() * PAGE_BYTES;
            if (next != null && nextAt <= at) {
                int within = (int) (at - nextAt);
                int length = (int) Math.min(PAGE_BYTES - within, end - at);
                target.put(next.getValue(), within, length);
                at += length;
            } else {
                int length = (int) (Math.min(end, nextAt) - at);
                readMedium(medium, at, target.slice(target.position(), length));
                target.position(target.position() + length);
                at += length;
            }
        }
        return (int) Math.max(0, at - position);
    }

    /** Reads what lies below the pages: zeroes behind what is left of the medium's file. */
    private void readMedium(@Nullable StoreFile medium, long position, ByteBuffer target) throws IOException {
        int there = (int) Math.max(0, Math.min(target.remaining(), mediumBytes - position));
        if (medium != null && there > 0) {
            int count = medium.read(position, target.slice(0, there));
            if (count < there) {
                throw new IOException(origin + " ends at " + (position + count) + "; it had " + size + " bytes before");
            }
            target.position(there);
        }
        while (target.hasRemaining()) {
            target.put((byte) 0);
        }
    }

    void write(@Nullable StoreFile medium, String path, long position, ByteBuffer source) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            int within = (int) (at % PAGE_BYTES);
            int length = Math.min(source.remaining(), PAGE_BYTES - within);
            source.get(page(medium, path, at / PAGE_BYTES), within, length);
            at += length;
            size = Math.max(size, at);
        }
    }

    /** The page in memory; it begins as the medium has it. */
    private byte[] page(@Nullable StoreFile medium, String path, long index) throws IOException {
        byte[] page = pages.get(index);
        if (page == null) {
            page = new byte[PAGE_BYTES];
            readMedium(medium, index * PAGE_BYTES, ByteBuffer.wrap(page));
            memory.take(path, PAGE_BYTES);
            pages.put(index, page);
        }
        return page;
    }

    void truncate(long length) {
        size = length;
        mediumBytes = Math.min(mediumBytes, length);
        ConcurrentNavigableMap<Long, byte[]> beyond = pages.tailMap((length + PAGE_BYTES - 1) / PAGE_BYTES);
        memory.giveBack((long) beyond.size() * PAGE_BYTES);
        beyond.clear();
        byte[] last = pages.get(length / PAGE_BYTES);
        if (last != null) {
            Arrays.fill(last, (int) (length % PAGE_BYTES), PAGE_BYTES, (byte) 0);
        }
    }

    /** Nobody opens it any more; who has it open may read on. */
    void drop() {
        memory.giveBack((long) pages.size() * PAGE_BYTES);
    }
}
