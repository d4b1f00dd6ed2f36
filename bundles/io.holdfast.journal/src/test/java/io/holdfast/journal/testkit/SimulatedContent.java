package io.holdfast.journal.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The content of one simulated file: as it is, as it is durable, and the changes in between. */
final class SimulatedContent {

    private static final int SECTOR_BYTES = 512;

    private byte[] current = new byte[0];
    private int size;
    private byte[] durable = new byte[0];
    private int durableSize;
    private final List<Change> unforced = new ArrayList<>();

    /** A write, or a cut when it has no bytes, by the number of its operation. */
    private record Change(int position, byte[] bytes, long operation) {}

    static SimulatedContent of(byte[] bytes) {
        SimulatedContent content = new SimulatedContent();
        content.write(0, bytes, 0);
        content.force();
        return content;
    }

    synchronized long size() {
        return size;
    }

    synchronized byte[] bytes() {
        return Arrays.copyOf(current, size);
    }

    synchronized SimulatedContent copy() {
        return of(bytes());
    }

    synchronized int read(long position, ByteBuffer target) {
        int count = (int) Math.max(0, Math.min(target.remaining(), size - position));
        if (count > 0) {
            target.put(current, (int) position, count);
        }
        return count;
    }

    synchronized void write(long position, byte[] bytes, long operation) {
        Change change = new Change((int) position, bytes, operation);
        unforced.add(change);
        current = ensure(current, change.position + bytes.length);
        System.arraycopy(bytes, 0, current, change.position, bytes.length);
        size = Math.max(size, change.position + bytes.length);
    }

    synchronized void truncate(long length, long operation) {
        unforced.add(new Change((int) length, new byte[0], operation));
        Arrays.fill(current, (int) length, Math.max(size, (int) length), (byte) 0);
        size = (int) length;
    }

    synchronized void force() {
        for (Change change : unforced) {
            applyDurable(change, 0, change.bytes.length);
        }
        unforced.clear();
    }

    private void applyDurable(Change change, int from, int to) {
        if (change.bytes.length == 0) {
            durable = ensure(durable, change.position);
            Arrays.fill(durable, Math.min(change.position, durableSize), durableSize, (byte) 0);
            durableSize = change.position;
            return;
        }
        durable = ensure(durable, change.position + to);
        System.arraycopy(change.bytes, from, durable, change.position + from, to - from);
        durableSize = Math.max(durableSize, change.position + to);
    }

    private static byte[] ensure(byte[] array, int length) {
        return length <= array.length ? array : Arrays.copyOf(array, Math.max(length, 2 * array.length));
    }

    /** The operations that changed it since it was last forced. */
    synchronized List<Long> unforced() {
        return unforced.stream().map(Change::operation).toList();
    }

    /** Keeps those of the unforced changes that are chosen, and any sectors of one more. */
    synchronized SimulatedContent afterCrash(CrashChoice choice, Random random) {
        SimulatedContent found = of(Arrays.copyOf(durable, durableSize));
        for (Change change : unforced) {
            if (choice.kept().contains(change.operation)) {
                found.applyDurable(change, 0, change.bytes.length);
            } else if (choice.torn() == change.operation && change.bytes.length > 0) {
                tear(found, change, random, 5);
            }
        }
        return of(Arrays.copyOf(found.durable, found.durableSize));
    }

    /** Keeps some of the unforced changes, sector by sector. */
    synchronized SimulatedContent afterCrash(Random random) {
        int keptOfTen = switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> 10;
            default -> 1 + random.nextInt(9);
        };
        SimulatedContent found = of(Arrays.copyOf(durable, durableSize));
        for (Change change : unforced) {
            tear(found, change, random, keptOfTen);
        }
        return of(Arrays.copyOf(found.durable, found.durableSize));
    }

    private static void tear(SimulatedContent found, Change change, Random random, int keptOfTen) {
        int from = 0;
        do {
            int sectorEnd = SECTOR_BYTES - (change.position + from) % SECTOR_BYTES;
            int to = Math.min(change.bytes.length, from + sectorEnd);
            if (random.nextInt(10) < keptOfTen) {
                found.applyDurable(change, from, to);
            }
            from = to;
        } while (from < change.bytes.length);
    }
}
