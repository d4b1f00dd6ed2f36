package io.holdfast.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * One line of the table: the median of each figure over the rounds; rates in bytes of plaintext a second. Ratios are taken within each round, both
 * sides of which were measured right one after the other, and then their median.
 *
 * @param what the line is about
 * @param rounds what was measured, at least one
 */
record IngestRow(IngestCase what, List<Round> rounds) {

    static final String TITLE = String.format(
            Locale.ROOT,
            "%-8s %-9s %3s %7s %7s %7s %7s %-5s %5s %5s %5s %15s %9s %6s %7s",
            "data",
            "codec",
            "KiB",
            "codec",
            "hash",
            "disk",
            "durable",
            "least",
            "ratio",
            "/codec",
            "cores",
            "core-ns/byte",
            "metadata",
            "shrink",
            "sealing");

    private static final double MEGA = 1e6;

    /**
     * All ways once, one right after the other, the codec and the hash before and after the path.
     *
     * @param codec the codec alone
     * @param hash the keyed hash alone
     * @param disk the disk alone
     * @param path the whole path
     */
    record Round(IngestParts.Rate codec, IngestParts.Rate hash, IngestParts.Rate disk, IngestPath.Result path) {

        /** What no store that does the work of all three parts can be faster than. */
        double ideal() {
            return Math.min(disk.bytesPerSecond(), Math.min(codec.bytesPerSecond(), hash.bytesPerSecond()));
        }

        double durable() {
            return path.durable().bytesPerSecond();
        }
    }

    private double median(ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private double megabytes(ToDoubleFunction<Round> rate) {
        return median(rate) / MEGA;
    }

    private double codecRate() {
        return megabytes(round -> round.codec.bytesPerSecond());
    }

    private double hashRate() {
        return megabytes(round -> round.hash.bytesPerSecond());
    }

    private double diskRate() {
        return megabytes(round -> round.disk.bytesPerSecond());
    }

    private double sealRate() {
        return megabytes(round -> round.path.sealing().bytesPerSecond());
    }

    private double pathCoreNanos() {
        return median(round -> round.path.durable().coreNanosPerByte());
    }

    double metadataShare() {
        return median(round ->
                (double) round.path.metadataBytes() / round.path.durable().bytes());
    }

    double ratio() {
        return median(round -> round.durable() / round.ideal());
    }

    double codecRatio() {
        return median(round -> round.durable() / round.codec.bytesPerSecond());
    }

    /** What {@link #codecRatio} would be if nobody else used the processor and nobody waited for the disk. */
    private double coreRatio() {
        return median(
                round -> round.codec.coreNanosPerByte() / round.path.durable().coreNanosPerByte());
    }

    boolean missesCodecRatio() {
        OptionalDouble goal = what.codecRatioGoal();
        return goal.isPresent() && codecRatio() < goal.getAsDouble();
    }

    boolean missesMetadataShare() {
        return metadataShare() > what.metadataShareGoal();
    }

    /** Which of the three parts is the slowest, most of the time. */
    private String limit() {
        double least = Math.min(diskRate(), Math.min(codecRate(), hashRate()));
        if (least == codecRate()) {
            return "codec";
        }
        return least == hashRate() ? "hash" : "disk";
    }

    String toLine() {
        return String.format(
                Locale.ROOT,
                "%-8s %-9s %3d %7.0f %7.0f %7.0f %7.0f %-5s %5.2f %5.2f%s %5.2f %5.2f%5.2f%5.2f %8.2f%%%s %5.2f %7.0f",
                what.data().label(),
                what.codecLabel(),
                what.writeKibibytes(),
                codecRate(),
                hashRate(),
                diskRate(),
                megabytes(Round::durable),
                limit(),
                ratio(),
                codecRatio(),
                missesCodecRatio() ? "!" : " ",
                coreRatio(),
                median(round -> round.codec.coreNanosPerByte()),
                median(round -> round.hash.coreNanosPerByte()),
                pathCoreNanos(),
                100 * metadataShare(),
                missesMetadataShare() ? "!" : " ",
                median(round -> (double) round.path.durable().bytes() / round.path.storedBytes()),
                sealRate());
    }

    String toJson() {
        OptionalDouble goal = what.codecRatioGoal();
        return String.format(
                Locale.ROOT,
                "{\"data\":\"%s\",\"codec\":\"%s\",\"writeKibibytes\":%d,\"rounds\":%d,\"codecMegabytesPerSecond\":%.1f,"
                        + "\"hashMegabytesPerSecond\":%.1f,\"diskMegabytesPerSecond\":%.1f,"
                        + "\"durableMegabytesPerSecond\":%.1f,\"limit\":\"%s\",\"ratio\":%.3f,\"codecRatio\":%.3f,"
                        + "\"codecRatioGoal\":%s,\"coreRatio\":%.3f,\"codecCoreNanosPerByte\":%.3f,"
                        + "\"hashCoreNanosPerByte\":%.3f,\"coreNanosPerByte\":%.3f,\"metadataShare\":%.5f,"
                        + "\"metadataShareGoal\":%.3f,\"sealMegabytesPerSecond\":%.1f,\"storedBytes\":%.0f}",
                what.data().label(),
                what.codecLabel(),
                what.writeKibibytes(),
                rounds.size(),
                codecRate(),
                hashRate(),
                diskRate(),
                megabytes(Round::durable),
                limit(),
                ratio(),
                codecRatio(),
                goal.isPresent() ? Double.toString(goal.getAsDouble()) : "null",
                coreRatio(),
                median(round -> round.codec.coreNanosPerByte()),
                median(round -> round.hash.coreNanosPerByte()),
                pathCoreNanos(),
                metadataShare(),
                what.metadataShareGoal(),
                sealRate(),
                median(round -> round.path.storedBytes()));
    }
}
