package io.holdfast.mobility.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The copy reads that are under way, and how much of what they brought is not durable yet. Not thread-safe. */
final class CopyBook {

    private record Mark(long sequence, long bytes) {}

    private final List<CopyRead> reads = new ArrayList<>();
    private final Deque<Mark> marks = new ArrayDeque<>();
    private long pendingBytes;

    void begin(CopyRead read) {
        reads.add(read);
    }

    boolean isUnderWay(CopyRead read) {
        return reads.contains(read);
    }

    void end(CopyRead read) {
        reads.remove(read);
    }

    void endAll() {
        reads.clear();
    }

    void strike(int disk, long offset, long length) {
        for (CopyRead read : reads) {
            read.strike(disk, offset, offset + length);
        }
    }

    /** Whether so much more may be on its way; something always may. */
    boolean mayAdd(long bytes, long bytesMax) {
        return pendingBytes == 0 || pendingBytes + bytes <= bytesMax;
    }

    void added(long lastSequence, long bytes) {
        if (bytes > 0) {
            marks.add(new Mark(lastSequence, bytes));
            pendingBytes += bytes;
        }
    }

    void durable(long sequence) {
        while (!marks.isEmpty() && marks.peek().sequence <= sequence) {
            pendingBytes -= marks.remove().bytes;
        }
    }

    void restart() {
        reads.clear();
        marks.clear();
        pendingBytes = 0;
    }
}
