package io.holdfast.demo.soak;

import io.holdfast.base.TimeSource;
import io.holdfast.harness.ProcessTools;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Opens one point of a {@link ScaleHistory} in a process of its own with a small heap, reads both ends of the first disk and every mark; and all of
 * that once more, with the store opened anew, so that the second time shows the store and not the start of a Java process. Prints for each time the
 * milliseconds until the store was open, until the point was, and until its first and its last MiB were read; then the process's memory in MiB.
 *
 * <p>Usage: {@code ScaleReader DIR WRITES}: the point right behind so many writes.
 */
final class ScaleReader {

    /** How often a point is read. */
    static final int TIMES = 2;

    private static final int END_BYTES = 1 << 20;

    private ScaleReader() {}

    /**
     * Reads and prints.
     *
     * @param arguments see the class
     * @throws Exception when something is not as it was written
     */
    public static void main(String[] arguments) throws Exception {
        for (int time = 0; time < TIMES; time++) {
            read(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        }
        System.out.println(
                (long) ProcessTools.residentMebibytes(ProcessHandle.current().pid()));
    }

    private static void read(Path directory, long writes) {
        long start = System.nanoTime();
        try (RecoveryStore store = RecoveryStore.open(directory, StoreSettings.DEFAULT, TimeSource.SYSTEM)) {
            MachineHistory history = store.find(ScaleHistory.MACHINE).orElseThrow();
            long storeOpen = System.nanoTime();
            RecoveryPoint point = history.points().at(ScaleHistory.sequenceOf(writes - 1));
            try (PointImage image = history.openPoint(point.position(), ScaleHistory.keys())) {
                long open = System.nanoTime();
                ByteBuffer end = ByteBuffer.allocate(END_BYTES);
                image.read(0, 0, end);
                long first = System.nanoTime();
                image.read(0, ScaleHistory.LARGE_BYTES - END_BYTES, end.clear());
                long last = System.nanoTime();
                checkMarks(image, writes);
                System.out.println(millis(start, storeOpen));
                System.out.println(millis(storeOpen, open));
                System.out.println(millis(open, first));
                System.out.println(millis(first, last));
            }
        }
    }

    private static long millis(long from, long to) {
        return (to - from) / 1_000_000;
    }

    /** Marks up to the point are there, later ones are not. */
    private static void checkMarks(PointImage image, long writes) {
        int there = ScaleHistory.marks(writes);
        for (int mark = 0; mark < there + 2; mark++) {
            ByteBuffer found = ByteBuffer.allocate(ScaleHistory.SECTOR_BYTES);
            image.read(ScaleHistory.markDisk(mark), ScaleHistory.markOffset(mark), found);
            ByteBuffer expected =
                    mark < there ? ScaleHistory.markBytes(mark) : ByteBuffer.allocate(ScaleHistory.SECTOR_BYTES);
            if (found.flip().mismatch(expected) >= 0) {
                throw new IllegalStateException("mark " + mark + " after " + writes + " writes is wrong");
            }
        }
    }
}
