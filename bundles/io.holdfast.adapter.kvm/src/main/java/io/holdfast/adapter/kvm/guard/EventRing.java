package io.holdfast.adapter.kvm.guard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last events and notes, numbered from 1 without a hole, for an adapter that comes back. Not thread-safe.
 */
final class EventRing {

    /** A mirror that fails makes about eight events; this is hours of a quiet machine. */
    static final int FRAMES_MAX = 4096;

    /** An eighth of the guard's memory. */
    static final int BYTES_MAX = 4 << 20;

    private final Deque<Frame> frames = new ArrayDeque<>();
    private long last;
    private int bytes;

    /** Numbers a frame and keeps it. */
    Frame add(Frame.Type type, byte[] payload) {
        Frame frame = new Frame(type, ++last, payload);
        frames.addLast(frame);
        bytes += payload.length;
        while (frames.size() > FRAMES_MAX || (bytes > BYTES_MAX && frames.size() > 1)) {
            bytes -= frames.removeFirst().payload().length;
        }
        return frame;
    }

    /** The number given last, 0 when none was. */
    long last() {
        return last;
    }

    /** Tells whether everything after a number is still here. */
    boolean completeAfter(long number) {
        long firstKept = frames.isEmpty() ? last + 1 : frames.getFirst().number();
        return number <= last && number + 1 >= firstKept;
    }

    /** Everything kept after a number, in order. */
    List<Frame> after(long number) {
        List<Frame> later = new ArrayList<>();
        for (Frame frame : frames) {
            if (frame.number() > number) {
                later.add(frame);
            }
        }
        return later;
    }
}
