package io.holdfast.bench;

import io.holdfast.base.TimeSource;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The reading side of {@link PointsBench}, in a process of its own with a small heap. Prints one figure a line.
 *
 * <p>Usage: {@code PointsReader points DIR WRITES COUNT SEED} or {@code PointsReader image DIR WRITES}.
 */
final class PointsReader {

    private static final int WINDOW_BYTES = 16 << 20;

    private final Path directory;
    private final long writes;

    private PointsReader(Path directory, long writes) {
        this.directory = directory;
        this.writes = writes;
    }

    /**
     * Reads what the bench asks for.
     *
     * @param arguments see the class
     * @throws Exception when something is not as it was written
     */
    public static void main(String[] arguments) throws Exception {
        PointsReader reader = new PointsReader(Path.of(arguments[1]), Long.parseLong(arguments[2]));
        if (arguments[0].equals("points")) {
            Random random = new Random(Long.parseLong(arguments[4]));
            for (int point = Integer.parseInt(arguments[3]); point > 0; point--) {
                reader.point(random);
            }
        } else {
            reader.image();
        }
    }

    private RecoveryStore open() {
        return RecoveryStore.open(directory, StoreSettings.DEFAULT, TimeSource.SYSTEM);
    }

    /** Opens a random point of a store that has just been opened, and reads a random block of it. */
    private void point(Random random) throws IOException {
        long upTo = 1 + random.nextLong(writes);
        long block = PointsHistory.blockOf(random.nextLong(upTo));
        PageCache.drop(directory);
        try (RecoveryStore store = open()) {
            MachineHistory history = store.find(PointsHistory.MACHINE).orElseThrow();
            PageCache.drop(directory);
            ByteBuffer first = ByteBuffer.allocate(PointsHistory.BLOCK_BYTES);
            long start = System.nanoTime();
            RecoveryPoint point = history.points().at(PointsHistory.sequenceOf(upTo - 1));
            try (PointImage image = history.openPoint(point.position(), PointsHistory.keys())) {
                image.read(0, block * PointsHistory.BLOCK_BYTES, first);
                System.out.println(System.nanoTime() - start);
            }
            PointsHistory.check(first.flip(), block, PointsHistory.newestTo(block, upTo));
        }
    }

    /** Reads all data of the newest point by as many threads as there are cores. */
    private void image() throws Exception {
        PageCache.drop(directory);
        int threads = Runtime.getRuntime().availableProcessors();
        try (RecoveryStore store = open();
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            MachineHistory history = store.find(PointsHistory.MACHINE).orElseThrow();
            PageCache.drop(directory);
            RecoveryPoint point = history.points().latestProven().orElseThrow();
            try (PointImage image = history.openPoint(point.position(), PointsHistory.keys())) {
                AtomicLong next = new AtomicLong();
                AtomicLong data = new AtomicLong();
                List<Callable<Boolean>> workers = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    workers.add(() -> readWindows(image, next, data));
                }
                long start = System.nanoTime();
                for (Future<Boolean> each : executor.invokeAll(workers)) {
                    each.get();
                }
                long nanos = System.nanoTime() - start;
                System.out.println(data.get());
                System.out.println(nanos);
            }
        }
    }

    private static boolean readWindows(PointImage image, AtomicLong next, AtomicLong data) {
        ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
        for (long at = next.getAndAdd(WINDOW_BYTES); at < PointsHistory.DISK_BYTES; at = next.getAndAdd(WINDOW_BYTES)) {
            image.read(0, at, window.clear());
            for (int block = 0; block < WINDOW_BYTES; block += PointsHistory.BLOCK_BYTES) {
                data.addAndGet(window.getLong(block + Long.BYTES) != 0 ? PointsHistory.BLOCK_BYTES : 0);
            }
        }
        return true;
    }
}
