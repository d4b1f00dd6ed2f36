package io.holdfast.adapter.kvm;

import io.holdfast.adapter.DiskReader;
import io.holdfast.nbd.NbdClient;
import io.holdfast.nbd.NbdContexts;
import io.holdfast.nbd.NbdExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads an export. Thread-safe, as its client is.
 */
final class ExportReader implements DiskReader {

    private final NbdClient client;
    private final String bitmap;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param bitmap exported with the disk, empty for none
     * @param onClose removes the export
     */
    ExportReader(NbdClient client, String bitmap, Runnable onClose) {
        this.client = client;
        this.bitmap = bitmap;
        this.onClose = onClose;
    }

    @Override
    public long sizeBytes() {
        return client.sizeBytes();
    }

    @Override
    public List<Range> dirty(long offset, long length) throws IOException {
        List<Range> allocation = new ArrayList<>();
        client.forEachExtent(NbdContexts.ALLOCATION, offset, length, (at, bytes, flags) -> {
            allocation.add(new Range(at, bytes, (flags & NbdContexts.ZERO) != 0));
            return true;
        });
        List<NbdExtent> wanted = new ArrayList<>();
        if (bitmap.isEmpty()) {
            wanted.add(new NbdExtent(offset, length, 0));
        } else {
            client.forEachExtent(NbdContexts.qemuDirtyBitmap(bitmap), offset, length, (at, bytes, flags) -> {
                if ((flags & NbdContexts.DIRTY) != 0) {
                    wanted.add(new NbdExtent(at, bytes, flags));
                }
                return true;
            });
        }
        return intersect(allocation, wanted, offset + length);
    }

    /** Cuts the wanted extents at the borders of what is zero and what is not; neighbours of one kind become one. */
    static List<Range> intersect(List<Range> allocation, List<NbdExtent> wanted, long end) {
        List<Range> result = new ArrayList<>();
        int at = 0;
        for (NbdExtent extent : wanted) {
            long from = extent.offset();
            long to = Math.min(end, extent.offset() + extent.length());
            while (from < to && at < allocation.size()) {
                Range known = allocation.get(at);
                long knownEnd = known.offset() + known.length();
                if (knownEnd <= from) {
                    at++;
                    continue;
                }
                long until = Math.min(to, knownEnd);
                append(result, new Range(from, until - from, known.zero()));
                from = until;
            }
        }
        return result;
    }

    private static void append(List<Range> ranges, Range next) {
        if (!ranges.isEmpty()) {
            Range last = ranges.getLast();
            if (last.zero() == next.zero() && last.offset() + last.length() == next.offset()) {
                ranges.set(ranges.size() - 1, new Range(last.offset(), last.length() + next.length(), last.zero()));
                return;
            }
        }
        ranges.add(next);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        client.read(offset, target);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
            client.close();
        }
    }
}
