package io.holdfast.journal.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The content of one simulated file: as it is, as it is durable, and the changes in between. */
final class SimulatedContent {

    private static final int SECTOR_BYTES = 512;

    private final SimulatedBytes current;
    private final SimulatedBytes durable;
    private final List<Change> unforced = new ArrayList<>();

    /** A write, or a cut when it has no bytes, by the number of its operation. */
    private record Change(int position, byte[] bytes, long operation) {

        void apply(SimulatedBytes target, int from, int to) {
            if (bytes.length == 0) {
                target.resize(position);
            } else {
                target.write(position + from, bytes, from, to - from);
            }
        }
    }

    SimulatedContent() {
        this(new SimulatedBytes());
    }

    private SimulatedContent(SimulatedBytes durable) {
        this.durable = durable;
        this.current = durable.copy();
    }

    static SimulatedContent of(byte[] bytes) {
        SimulatedBytes content = new SimulatedBytes();
        content.write(0, bytes, 0, bytes.length);
        return new SimulatedContent(content);
    }

    synchronized long size() {
        return current.size();
    }

    synchronized byte[] bytes() {
        return current.toArray();
    }

    /** The same as it is now, all of it durable. */
    synchronized SimulatedContent copy() {
        return new SimulatedContent(current.copy());
    }

    synchronized int read(long position, ByteBuffer target) {
        return current.read(position, target);
    }

    /** Where a page of zeroes begins that a write from one place to another touches; the end when there is none. */
    synchronized long firstHole(long from, long to) {
        return Math.max(from, current.firstHole((int) from, (int) to));
    }

    synchronized void write(long position, byte[] bytes, long operation) {
        if (bytes.length > 0) {
            change(new Change((int) position, bytes, operation));
        }
    }

    synchronized void truncate(long length, long operation) {
        change(new Change((int) length, new byte[0], operation));
    }

    private void change(Change change) {
        unforced.add(change);
        change.apply(current, 0, change.bytes.length);
    }

    synchronized void force() {
        unforced.forEach(change -> change.apply(durable, 0, change.bytes.length));
        unforced.clear();
    }

    /** What a system does that reports a failed write-back once and calls the pages clean: they are read as written and never reach the medium. */
    synchronized void forceFailed() {
        unforced.clear();
    }

    /** Changes a bit, in what is read now and on the medium. */
    synchronized void flip(int position, int bit) {
        for (SimulatedBytes bytes : List.of(current, durable)) {
            if (position < bytes.size()) {
                ByteBuffer one = ByteBuffer.allocate(1);
                bytes.read(position, one);
                one.array()[0] ^= (byte) (1 << bit);
                bytes.write(position, one.array(), 0, 1);
            }
        }
    }

    /** The operations that changed it since it was last forced. */
    synchronized List<Long> unforced() {
        return unforced.stream().map(Change::operation).toList();
    }

    /** Keeps those of the unforced changes that are chosen, and any sectors of one more. */
    synchronized SimulatedContent afterCrash(CrashChoice choice, Random random) {
        SimulatedBytes found = durable.copy();
        for (Change change : unforced) {
            if (choice.kept().contains(change.operation)) {
                change.apply(found, 0, change.bytes.length);
            } else if (choice.torn() == change.operation && change.bytes.length > 0) {
                tear(found, change, random, 5);
            }
        }
        return new SimulatedContent(found);
    }

    /** Keeps some of the unforced changes, sector by sector. */
    synchronized SimulatedContent afterCrash(Random random) {
        int keptOfTen = switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> 10;
            default -> 1 + random.nextInt(9);
        };
        SimulatedBytes found = durable.copy();
        for (Change change : unforced) {
            tear(found, change, random, keptOfTen);
        }
        return new SimulatedContent(found);
    }

    private static void tear(SimulatedBytes found, Change change, Random random, int keptOfTen) {
        int from = 0;
        do {
            int sectorEnd = SECTOR_BYTES - (change.position + from) % SECTOR_BYTES;
            int to = Math.min(change.bytes.length, from + sectorEnd);
            if (random.nextInt(10) < keptOfTen) {
                change.apply(found, from, to);
            }
            from = to;
        } while (from < change.bytes.length);
    }
}
