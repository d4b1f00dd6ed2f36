package io.holdfast.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@link TrickleBench} finds: times of writes are taken in while it runs, the rest at the end. Thread-safe. */
final class TrickleFigures {

    private static final int FIRST_CAPACITY = 1 << 16;

    private final Times writes = new Times();
    private final Times batches = new Times();
    private long fromNanos = Long.MAX_VALUE;
    private long untilNanos = Long.MAX_VALUE;

    /** Many lengths of time, in microseconds. */
    private static final class Times {

        private int[] micros = new int[FIRST_CAPACITY];
        private int count;

        void add(long nanos) {
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, 2 * count);
            }
            micros[count] = (int) Math.min(Integer.MAX_VALUE, nanos / 1_000);
            count++;
        }

        void sort() {
            Arrays.sort(micros, 0, count);
        }

        double millis(double share) {
            return count == 0 ? 0 : micros[Math.min(count - 1, (int) (share * count))] / 1e3;
        }
    }

    /**
     * How the run was and what it left.
     *
     * @param machines how many wrote
     * @param seconds how long it was measured
     * @param makeSeconds to make the histories
     * @param commits in that time
     * @param maintenance steps of maintenance, all, in nanoseconds
     * @param cores processors busy, by time on them
     * @param heapBytes after a collection, what the measurement itself keeps not counted
     * @param openFiles of the process
     * @param storedBytes in the store's folder at the end, without the intake log
     * @param loadBefore threads of the whole machine that ran or waited to run, over a minute, before it began
     */
    record Run(
            int machines,
            double seconds,
            double makeSeconds,
            List<TrickleKeeper.Commit> commits,
            List<Long> maintenance,
            double cores,
            long heapBytes,
            long openFiles,
            long storedBytes,
            double loadBefore) {}

    /** One line of the report. */
    private record Figure(String name, String label, String unit, double value) {}

    /** From now on it counts. */
    synchronized void begin(long nanos) {
        fromNanos = nanos;
    }

    /** What is due from now on does not count. */
    synchronized void end(long nanos) {
        untilNanos = nanos;
    }

    /** A batch has become durable. */
    synchronized void durable(List<Long> due, long closedNanos, long nowNanos) {
        if (closedNanos >= fromNanos && closedNanos < untilNanos) {
            batches.add(nowNanos - closedNanos);
        }
        for (long each : due) {
            if (each >= fromNanos && each < untilNanos) {
                writes.add(nowNanos - each);
            }
        }
    }

    /** The bytes that the figures themselves take. */
    synchronized long heapBytes() {
        return 4L * (writes.micros.length + batches.micros.length);
    }

    /** Prints a table; gives the same as JSON. */
    synchronized String report(Run run) {
        writes.sort();
        batches.sort();
        List<Figure> figures = figures(run);
        for (Figure each : figures) {
            System.out.printf(Locale.ROOT, "  %-52s %,14.1f %s%n", each.label, each.value, each.unit);
        }
        return figures.stream()
                .map(each -> String.format(Locale.ROOT, "\"%s\":%.2f", each.name, each.value))
                .collect(Collectors.joining(",", "{", "}" + System.lineSeparator()));
    }

    private List<Figure> figures(Run run) {
        double[] commits = run.commits.stream()
                .mapToDouble(each -> each.nanos() / 1e6)
                .sorted()
                .toArray();
        double machinesACommit = run.commits.stream()
                .mapToInt(TrickleKeeper.Commit::machines)
                .average()
                .orElse(0);
        double longestStep =
                run.maintenance.stream().mapToLong(Long::longValue).max().orElse(0) / 1e6;
        return List.of(
                new Figure("machines", "machines", "", run.machines),
                new Figure("seconds", "measured for", "s", run.seconds),
                new Figure("makeSeconds", "making the histories", "s", run.makeSeconds),
                new Figure("writesPerSecond", "writes", "a second", writes.count / run.seconds),
                new Figure("batchesPerSecond", "batches", "a second", batches.count / run.seconds),
                new Figure("commitsPerSecond", "group commits", "a second", commits.length / run.seconds),
                new Figure("machinesPerCommit", "machines a commit", "", machinesACommit),
                new Figure("medianWriteMillis", "a write until durable: median", "ms", writes.millis(0.5)),
                new Figure("p99WriteMillis", "a write until durable: p99", "ms", writes.millis(0.99)),
                new Figure("longestWriteMillis", "a write until durable: longest", "ms", writes.millis(1)),
                new Figure("medianBatchMillis", "a closed batch until durable: median", "ms", batches.millis(0.5)),
                new Figure("p99BatchMillis", "a closed batch until durable: p99", "ms", batches.millis(0.99)),
                new Figure("longestBatchMillis", "a closed batch until durable: longest", "ms", batches.millis(1)),
                new Figure("p99CommitMillis", "a commit: p99", "ms", at(commits, 0.99)),
                new Figure("longestCommitMillis", "a commit: longest", "ms", at(commits, 1)),
                new Figure("longestMaintenanceMillis", "a step of maintenance: longest", "ms", longestStep),
                new Figure("cores", "processors busy", "", run.cores),
                new Figure("heapBytes", "heap", "bytes", run.heapBytes),
                new Figure("heapBytesPerMachine", "heap a machine", "bytes", (double) run.heapBytes / run.machines),
                new Figure("openFiles", "open files", "", run.openFiles),
                new Figure("storedBytes", "at rest", "bytes", run.storedBytes),
                new Figure("loadBefore", "load of the machine before", "", run.loadBefore),
                new Figure("loadAfter", "load of the machine at the end", "", IngestReport.systemLoad()));
    }

    private static double at(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }
}
