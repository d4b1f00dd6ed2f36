package io.holdfast.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

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
        long[] commits = run.commits.stream()
                .mapToLong(TrickleKeeper.Commit::nanos)
                .sorted()
                .toArray();
        double machinesACommit = run.commits.stream()
                .mapToInt(TrickleKeeper.Commit::machines)
                .average()
                .orElse(0);
        double longestStep =
                run.maintenance.stream().mapToLong(Long::longValue).max().orElse(0) / 1e6;
        double p99Commit = commits.length == 0 ? 0 : commits[(int) (0.99 * commits.length)] / 1e6;
        double longestCommit = commits.length == 0 ? 0 : commits[commits.length - 1] / 1e6;
        System.out.printf(
                Locale.ROOT,
                """
                %d machines, measured for %.0f s; making their histories took %.0f s
                  %,.0f writes, %,.0f batches, %.1f group commits a second; %.1f machines a commit
                  a write until durable:                   median %.0f ms, p99 %.0f ms, longest %.0f ms
                  a batch from its closing until durable:  median %.1f ms, p99 %.1f ms, longest %.0f ms
                  a commit: p99 %.1f ms, longest %.0f ms; longest step of maintenance %.0f ms
                  %.2f processors, heap %d MiB (%.0f KiB a machine), %d open files, %d MiB at rest
                load of the machine %.1f before, %.1f at the end
                """,
                run.machines,
                run.seconds,
                run.makeSeconds,
                writes.count / run.seconds,
                batches.count / run.seconds,
                commits.length / run.seconds,
                machinesACommit,
                writes.millis(0.5),
                writes.millis(0.99),
                writes.millis(1),
                batches.millis(0.5),
                batches.millis(0.99),
                batches.millis(1),
                p99Commit,
                longestCommit,
                longestStep,
                run.cores,
                run.heapBytes >> 20,
                run.heapBytes / 1024.0 / run.machines,
                run.openFiles,
                run.storedBytes >> 20,
                run.loadBefore,
                IngestReport.systemLoad());
        return String.format(
                Locale.ROOT,
                "{\"machines\":%d,\"seconds\":%.1f,\"makeSeconds\":%.1f,\"writesPerSecond\":%.1f,\"batchesPerSecond\":%.1f,"
                        + "\"commitsPerSecond\":%.2f,\"machinesPerCommit\":%.2f,\"medianWriteMillis\":%.2f,\"p99WriteMillis\":%.2f,"
                        + "\"longestWriteMillis\":%.2f,\"medianBatchMillis\":%.2f,\"p99BatchMillis\":%.2f,\"longestBatchMillis\":%.2f,"
                        + "\"p99CommitMillis\":%.2f,\"longestCommitMillis\":%.2f,\"longestMaintenanceMillis\":%.2f,\"cores\":%.2f,"
                        + "\"heapBytes\":%d,\"heapBytesPerMachine\":%d,\"openFiles\":%d,\"storedBytes\":%d,\"loadBefore\":%.2f,\"loadAfter\":%.2f}%n",
                run.machines,
                run.seconds,
                run.makeSeconds,
                writes.count / run.seconds,
                batches.count / run.seconds,
                commits.length / run.seconds,
                machinesACommit,
                writes.millis(0.5),
                writes.millis(0.99),
                writes.millis(1),
                batches.millis(0.5),
                batches.millis(0.99),
                batches.millis(1),
                p99Commit,
                longestCommit,
                longestStep,
                run.cores,
                run.heapBytes,
                run.heapBytes / run.machines,
                run.openFiles,
                run.storedBytes,
                run.loadBefore,
                IngestReport.systemLoad());
    }
}
