package io.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was measured of one rival, as it comes in. */
final class RivalFigures {

    private static final double MEBIBYTE = 1 << 20;

    private final String name;
    private final String note;
    private final List<Double> rounds = new ArrayList<>();
    private double firstSeconds;
    private double firstMebibytes;
    private double spaceMebibytes;
    private double intervalSeconds;
    private double oldestSeconds;
    private double newestSeconds;
    private double peakMebibytes;
    private boolean right = true;
    private Optional<String> failure = Optional.empty();

    RivalFigures(String name, String note) {
        this.name = name;
        this.note = note;
    }

    String name() {
        return name;
    }

    /** It takes part no more. */
    void failed(String reason) {
        failure = Optional.of(reason);
    }

    boolean hasFailed() {
        return failure.isPresent();
    }

    private double seconds(RivalCost cost) {
        peakMebibytes = Math.max(peakMebibytes, cost.peakMebibytes());
        return cost.seconds();
    }

    void first(RivalCost cost, long spaceBytes) {
        firstSeconds = seconds(cost);
        firstMebibytes = spaceBytes / MEBIBYTE;
    }

    void round(RivalCost cost, long spaceBytes) {
        rounds.add(seconds(cost));
        spaceMebibytes = spaceBytes / MEBIBYTE;
    }

    /** A point after the least that can change: no two points can be closer. */
    void interval(RivalCost cost) {
        intervalSeconds = seconds(cost);
    }

    void oldest(RivalCost cost, boolean restoredRight) {
        oldestSeconds = seconds(cost);
        right &= restoredRight;
    }

    void newest(RivalCost cost, boolean restoredRight) {
        newestSeconds = seconds(cost);
        right &= restoredRight;
    }

    /** The median round. */
    double roundSeconds() {
        double[] sorted =
                rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    double firstSeconds() {
        return firstSeconds;
    }

    double intervalSeconds() {
        return intervalSeconds;
    }

    double spaceMebibytes() {
        return spaceMebibytes;
    }

    /** What the points take besides the first copy. */
    double pointsMebibytes() {
        return spaceMebibytes - firstMebibytes;
    }

    double oldestSeconds() {
        return oldestSeconds;
    }

    double newestSeconds() {
        return newestSeconds;
    }

    double peakMebibytes() {
        return peakMebibytes;
    }

    String toLine() {
        return String.format(
                Locale.ROOT,
                "%-14s %8.2f %8.2f %8.3f %9.0f %9.0f %9.2f %9.2f %8.0f  %s",
                name,
                firstSeconds,
                roundSeconds(),
                intervalSeconds,
                spaceMebibytes,
                pointsMebibytes(),
                oldestSeconds,
                newestSeconds,
                peakMebibytes,
                failure.map(reason -> "NOT MEASURED WHOLE: " + reason)
                        .orElse(right ? note : "RESTORED WRONG BYTES; " + note));
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"note\":\"%s\",\"failure\":%s,\"firstSeconds\":%.3f,\"roundSeconds\":[%s],"
                        + "\"roundSecondsMedian\":%.3f,\"shortestIntervalSeconds\":%.4f,\"firstMebibytes\":%.1f,"
                        + "\"spaceMebibytes\":%.1f,\"pointsMebibytes\":%.1f,\"restoreOldestSeconds\":%.3f,"
                        + "\"restoreNewestSeconds\":%.3f,\"restoredRight\":%b,\"peakMebibytes\":%.1f}",
                name,
                note,
                failure.map(reason -> "\"" + reason.replaceAll("[^ -~]|[\\\\\"]", " ") + "\"")
                        .orElse("null"),
                firstSeconds,
                rounds.stream()
                        .map(each -> String.format(Locale.ROOT, "%.3f", each))
                        .collect(Collectors.joining(",")),
                roundSeconds(),
                intervalSeconds,
                firstMebibytes,
                spaceMebibytes,
                pointsMebibytes(),
                oldestSeconds,
                newestSeconds,
                right,
                peakMebibytes);
    }
}
