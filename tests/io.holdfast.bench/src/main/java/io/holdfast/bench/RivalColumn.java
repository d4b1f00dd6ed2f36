package io.holdfast.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What rivals are compared by; less is better everywhere. */
enum RivalColumn {
    FIRST(
            "firstSeconds",
            RivalFigures::firstSeconds,
            "both cores hash, compress, encrypt and make durable; a tool that leaves one of these out has less to do"),
    ROUND(
            "roundSecondsMedian",
            RivalFigures::roundSeconds,
            "a point costs what was written since the last one; only a tool that is told what changed comes near"),
    INTERVAL(
            "shortestIntervalSeconds",
            RivalFigures::intervalSeconds,
            "two syncs and one small batch; every write in between is a point as well"),
    SPACE(
            "spaceMebibytes",
            RivalFigures::spaceMebibytes,
            "frames of 64 KiB at Zstandard level 1, so that ingest keeps up with the source and a cold read opens one frame; history that has grown"
                    + " old is coded again"),
    POINTS(
            "pointsMebibytes",
            RivalFigures::pointsMebibytes,
            "every single write is kept, those that were overwritten within a round too; the others keep ten moments"),
    OLDEST(
            "restoreOldestSeconds",
            RivalFigures::oldestSeconds,
            "each frame is opened by its key and checked; a tool without encryption does less"),
    NEWEST(
            "restoreNewestSeconds",
            RivalFigures::newestSeconds,
            "each frame is opened by its key and checked; a tool without encryption does less"),
    MEMORY(
            "peakMebibytes",
            RivalFigures::peakMebibytes,
            "a Java process that serves all machines of a store and holds caches for restores; the others are native programs, started for each point");

    private final String label;
    private final ToDoubleFunction<RivalFigures> figure;
    private final String reason;

    RivalColumn(String label, ToDoubleFunction<RivalFigures> figure, String reason) {
        this.label = label;
        this.figure = figure;
        this.reason = reason;
    }

    String label() {
        return label;
    }

    /** Why another may be ahead of us. */
    String reason() {
        return reason;
    }

    RivalFigures best(List<RivalFigures> all) {
        return all.stream()
                .filter(each -> !each.hasFailed())
                .min(Comparator.comparingDouble(figure))
                .orElseThrow();
    }

    double of(RivalFigures figures) {
        return figure.applyAsDouble(figures);
    }

    String toJson(RivalFigures best, RivalFigures ours) {
        return String.format(
                Locale.ROOT,
                "{\"column\":\"%s\",\"best\":\"%s\",\"bestFigure\":%.4f,\"ours\":%.4f,\"leads\":%b,\"reason\":%s}",
                label,
                best.name(),
                of(best),
                of(ours),
                best == ours,
                best == ours ? "null" : "\"" + reason + "\"");
    }
}
