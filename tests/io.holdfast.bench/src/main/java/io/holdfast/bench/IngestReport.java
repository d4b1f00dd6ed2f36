package io.holdfast.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints the rows of {@link IngestBench} and what follows from all of them. */
final class IngestReport {

    private final IngestOptions options;
    private final int threads;
    private final double loadAtStart;
    private final List<IngestRow> rows = new ArrayList<>();

    IngestReport(IngestOptions options, int threads, double loadAtStart) {
        this.options = options;
        this.threads = threads;
        this.loadAtStart = loadAtStart;
    }

    /** How many threads of the whole machine ran or waited to run over the last minute. */
    static double systemLoad() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    void add(IngestRow row) {
        rows.add(row);
        System.out.println(row.toLine());
    }

    void finish(IngestPauses.Summary pauses, double seconds) throws IOException {
        double least = rows.stream()
                .filter(row -> row.what().isJudged())
                .mapToDouble(IngestRow::ratio)
                .min()
                .orElse(0);
        long codecMissed = rows.stream().filter(IngestRow::missesCodecRatio).count();
        long metadataMissed =
                rows.stream().filter(IngestRow::missesMetadataShare).count();
        double load = systemLoad();
        int rounds = rows.stream().mapToInt(row -> row.rounds().size()).min().orElse(0);
        System.out.printf(
                Locale.ROOT,
                "at least %d rounds in %.0f s; load of the machine %.1f before, %.1f at the end%n"
                        + "least ratio at 64 KiB %.2f; rows that miss their goal by the codec: %d, in metadata: %d%n"
                        + "collector while taking in %.1f GB: %d pauses, p99 %.2f ms, longest %.2f ms%n",
                rounds,
                seconds,
                loadAtStart,
                load,
                least,
                codecMissed,
                metadataMissed,
                takenInBytes() / 1e9,
                pauses.count(),
                pauses.p99Millis(),
                pauses.longestMillis());
        if (options.json().isPresent()) {
            String text = String.format(
                    Locale.ROOT,
                    "{\"rows\":[%s],\"ratio\":%.3f,\"codecRatioGoalsMissed\":%d,\"metadataGoalsMissed\":%d,\"hash\":\"%s\","
                            + "\"threads\":%d,\"seconds\":%.0f,\"loadBefore\":%.2f,\"loadAfter\":%.2f,\"pauses\":%d,"
                            + "\"p99PauseMillis\":%.3f,\"longestPauseMillis\":%.3f}%n",
                    rows.stream().map(IngestRow::toJson).collect(Collectors.joining(",")),
                    least,
                    codecMissed,
                    metadataMissed,
                    options.hash().name().toLowerCase(Locale.ROOT),
                    threads,
                    seconds,
                    loadAtStart,
                    load,
                    pauses.count(),
                    pauses.p99Millis(),
                    pauses.longestMillis());
            Files.writeString(options.json().get(), text);
        }
    }

    private double takenInBytes() {
        return rows.stream()
                .mapToDouble(row -> (double) options.totalBytes() * row.rounds().size())
                .sum();
    }
}
