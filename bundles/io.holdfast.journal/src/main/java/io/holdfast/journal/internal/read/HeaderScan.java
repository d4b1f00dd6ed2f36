package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the headers of many blocks of a segment, one after the other in the order of their places. Where blocks are small and so lie close together, one
 * read brings many headers; it takes no room in the caches. Used by one thread.
 */
public final class HeaderScan {

    private static final int WINDOW_BYTES = 1 << 20;

    /** A block of this length at most is read whole, with those behind it, for the sake of its header. */
    private static final int CLOSE_BYTES = 32 << 10;

    private final SegmentReader reader;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt;

    /**
     * Begins a scan.
     *
     * @param reader of the segment
     */
    public HeaderScan(SegmentReader reader) {
        this.reader = reader;
    }

    /**
     * Reads a header.
     *
     * @param place not below the place asked for before; of no stub
     * @return the header
     * @throws IOException when the medium fails
     * @throws DamagedException when it is damaged
     */
    public BlockHeader header(int place) throws IOException, DamagedException {
        BlockEntry entry = reader.table().entry(place);
        SegmentReader.requireHeader(entry);
        if (!isInWindow(entry) && entry.blockLength() <= CLOSE_BYTES) {
            fill(entry.offset());
        }
        byte[] head;
        if (isInWindow(entry)) {
            head = new byte[entry.headerLength()];
            window.get((int) (entry.offset() - windowAt), head);
        } else {
            head = reader.read(entry.offset(), entry.headerLength()).array();
        }
        return SegmentReader.adopt(entry, head);
    }

    private boolean isInWindow(BlockEntry entry) {
        long from = entry.offset() - windowAt;
        return from >= 0 && from + entry.headerLength() <= window.limit();
    }

    /** Reads what lies behind a place, as far as the blocks go. */
    private void fill(long offset) throws IOException, DamagedException {
        BlockEntry last = reader.table().entry(reader.table().count() - 1);
        int length = (int) Math.min(WINDOW_BYTES, last.offset() + last.blockLength() - offset);
        if (window.capacity() == 0) {
            window = ByteBuffer.allocate(WINDOW_BYTES);
        }
        reader.readSome(offset, window.clear().limit(length));
        windowAt = offset;
    }
}
