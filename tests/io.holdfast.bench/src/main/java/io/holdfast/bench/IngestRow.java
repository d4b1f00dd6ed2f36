package io.holdfast.bench;

import io.holdfast.journal.Codec;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One line of the table: the median of each figure over the rounds, rates in bytes of plaintext a second.
 *
 * @param data what was written
 * @param codec how it was compressed
 * @param writeKibibytes in writes of this size
 * @param rounds what was measured, at least one
 */
record IngestRow(IngestData data, Codec codec, int writeKibibytes, List<Round> rounds) {

    static final String TITLE = String.format(
            Locale.ROOT,
            "%-7s %-9s %5s %8s %8s %8s %8s %6s %8s %15s %9s %7s %8s",
            "data",
            "codec",
            "KiB",
            "codec",
            "hash",
            "disk",
            "durable",
            "ratio",
            "of codec",
            "core-ns/byte",
            "metadata",
            "shrink",
            "sealing");

    private static final double MEGA = 1e6;

    /**
     * All ways once, one right after the other.
     *
     * @param codec the codec alone
     * @param hash the keyed hash alone
     * @param diskBytesPerSecond the disk alone
     * @param path the whole path
     */
    record Round(IngestParts.Rate codec, IngestParts.Rate hash, double diskBytesPerSecond, IngestPath.Result path) {}

    private double median(ToDoubleFunction<Round> figure) {
        return rounds.stream()
                .map(figure::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private double codecRate() {
        return median(round -> round.codec.bytesPerSecond());
    }

    private double hashRate() {
        return median(round -> round.hash.bytesPerSecond());
    }

    private double diskRate() {
        return median(Round::diskBytesPerSecond);
    }

    private double durableRate() {
        return median(round -> round.path.durable().bytesPerSecond());
    }

    private double sealRate() {
        return median(round -> round.path.sealBytesPerSecond());
    }

    private double metadataShare() {
        return median(round -> round.path.metadataShare());
    }

    private double storedBytes() {
        return median(round -> round.path.storedBytes());
    }

    /** Of what no store that does the work of all three parts can be faster than. */
    double ratio() {
        return durableRate() / Math.min(diskRate(), Math.min(codecRate(), hashRate()));
    }

    private double codecRatio() {
        return durableRate() / codecRate();
    }

    String toLine(long totalBytes) {
        return String.format(
                Locale.ROOT,
                "%-7s %-9s %5d %8.0f %8.0f %8.0f %8.0f %6.2f %8.2f %5.2f%5.2f%5.2f %8.2f%% %7.2f %8.0f",
                data.label(),
                codec.name().toLowerCase(Locale.ROOT),
                writeKibibytes,
                codecRate() / MEGA,
                hashRate() / MEGA,
                diskRate() / MEGA,
                durableRate() / MEGA,
                ratio(),
                codecRatio(),
                median(round -> round.codec.coreNanosPerByte()),
                median(round -> round.hash.coreNanosPerByte()),
                median(round -> round.path.durable().coreNanosPerByte()),
                100 * metadataShare(),
                totalBytes / storedBytes(),
                sealRate() / MEGA);
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"data\":\"%s\",\"codec\":\"%s\",\"writeKibibytes\":%d,\"codecMegabytesPerSecond\":%.1f,"
                        + "\"hashMegabytesPerSecond\":%.1f,\"diskMegabytesPerSecond\":%.1f,"
                        + "\"durableMegabytesPerSecond\":%.1f,\"ratio\":%.3f,\"codecRatio\":%.3f,\"metadataShare\":%.5f,"
                        + "\"coreNanosPerByte\":%.3f,\"sealMegabytesPerSecond\":%.1f,\"storedBytes\":%.0f}",
                data.label(),
                codec.name().toLowerCase(Locale.ROOT),
                writeKibibytes,
                codecRate() / MEGA,
                hashRate() / MEGA,
                diskRate() / MEGA,
                durableRate() / MEGA,
                ratio(),
                codecRatio(),
                metadataShare(),
                median(round -> round.path.durable().coreNanosPerByte()),
                sealRate() / MEGA,
                storedBytes());
    }
}
