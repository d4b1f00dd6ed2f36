package io.holdfast.journal.testkit;

import io.holdfast.journal.file.DiskFullException;
import java.util.List;
import java.util.function.LongSupplier;

/** How much room a simulated medium has, and what needs some. Guarded by the files it belongs to. */
final class SimulatedRoom {

    private static final List<Fault> WITHOUT_ROOM = List.of(Fault.DISK_FULL, Fault.HOLES_FULL, Fault.OVERWRITES_FULL);

    /** A file system finds room for whole pages. */
    private static final int PAGE_BYTES = 4096;

    private final LongSupplier bytes;
    private long bytesMax = Long.MAX_VALUE;
    private Fault kind = Fault.DISK_FULL;
    private long refusals;

    /** Without an end. */
    SimulatedRoom(LongSupplier bytes) {
        this.bytes = bytes;
    }

    void bytesMax(long most, Fault how) {
        bytesMax = most;
        kind = how;
    }

    /** Does what a fault at the operation counted last does to the room. */
    void afterChange(Operations operations) {
        WITHOUT_ROOM.stream().filter(operations::hits).forEach(how -> bytesMax(bytes.getAsLong(), how));
        if (operations.hits(Fault.ROOM_TAKEN)) {
            bytesMax = bytes.getAsLong() + ReserveEnumeration.BYTES_LEFT;
        }
    }

    /** How much files may still grow. */
    long left() {
        return bytesMax == Long.MAX_VALUE ? Long.MAX_VALUE : bytesMax - bytes.getAsLong();
    }

    /** How many bytes of a write there is room for. */
    int fitting(SimulatedContent content, long position, int length) {
        long left = left();
        long end = position + length;
        long growth = end - content.size();
        long stop = growth <= 0 || left >= growth ? end : Math.max(position, content.size() + left);
        if (left <= 0) {
            long inside = Math.max(position, Math.min(end, content.size()));
            stop = switch (kind) {
                case HOLES_FULL -> Math.min(stop, content.firstHole(position, inside));
                case OVERWRITES_FULL -> Math.min(stop, position + (inside - position) / 2 / PAGE_BYTES * PAGE_BYTES);
                default -> stop;
            };
        }
        return (int) (stop - position);
    }

    DiskFullException refusal(String path) {
        refusals++;
        return new DiskFullException(path);
    }

    long refusals() {
        return refusals;
    }
}
