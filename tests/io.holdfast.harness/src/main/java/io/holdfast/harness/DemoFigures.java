package io.holdfast.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The figures of the demo: one row for each point that was failed over to, as a table for people and as JSON. {@code
 * docs/operating/figures.md} says what they mean.
 */
public final class DemoFigures {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String ROW = "%-9s %-16s %13s %10s %6s %6s %10s %8s %11s %11s %11s%n";

    private final List<Point> points = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /**
     * One failover.
     *
     * @param run {@code machine} when QEMU alone was killed, {@code site} when the whole source side was
     * @param acknowledgedTransactions up to the point
     * @param recoveredTransactions whole on both disks, or removed by the guest itself for their age
     * @param lostTransactions acknowledged and not there
     * @param tornTransactions there in part, or not what their hash says
     * @param rpoMillis from the last write in the point to the kill
     * @param rtoSeconds from the request to the booted replica
     * @param writtenBytes by the guest, as captured
     * @param sentBytes over the network
     * @param storedBytes in the recovery store
     */
    public record Point(
            String run,
            int acknowledgedTransactions,
            int recoveredTransactions,
            int lostTransactions,
            int tornTransactions,
            long rpoMillis,
            double rtoSeconds,
            long writtenBytes,
            long sentBytes,
            long storedBytes) {

        /** Takes the transactions of a verdict. */
        public static Point of(String run, Verdict verdict, Measured measured) {
            return new Point(
                    run,
                    verdict.acknowledged().size(),
                    verdict.recovered().size() + verdict.retired().size(),
                    verdict.lost().size(),
                    verdict.torn().size(),
                    measured.rpoMillis(),
                    measured.rtoSeconds(),
                    measured.writtenBytes(),
                    measured.sentBytes(),
                    measured.storedBytes());
        }
    }

    /** What is measured about a failover beside its transactions; as in {@link Point}. */
    public record Measured(long rpoMillis, double rtoSeconds, long writtenBytes, long sentBytes, long storedBytes) {}

    /** The JSON document. */
    private record Document(List<Point> points) {}

    /**
     * Adds a row.
     *
     * @param name of the point for people, for example {@code latest}
     * @param point its figures
     */
    public void add(String name, Point point) {
        names.add(name);
        points.add(point);
    }

    /** All rows so far. */
    public List<Point> points() {
        return List.copyOf(points);
    }

    /** Prints the table for people. */
    public void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                ROW,
                "run",
                "point",
                "acknowledged",
                "recovered",
                "lost",
                "torn",
                "RPO",
                "RTO",
                "written",
                "sent",
                "stored");
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            out.printf(
                    Locale.ROOT,
                    ROW,
                    point.run(),
                    names.get(i),
                    point.acknowledgedTransactions(),
                    point.recoveredTransactions(),
                    point.lostTransactions(),
                    point.tornTransactions(),
                    point.rpoMillis() + " ms",
                    String.format(Locale.ROOT, "%.1f s", point.rtoSeconds()),
                    mebibytes(point.writtenBytes()),
                    mebibytes(point.sentBytes()),
                    mebibytes(point.storedBytes()));
        }
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024.0));
    }

    /** Writes the JSON document. */
    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(new Document(points())) + System.lineSeparator());
    }
}
