package io.holdfast.bench;

import java.util.Locale;

/**
 * What {@link StartBench} finds.
 *
 * @param firstReadySeconds from the start of the process on an empty data folder until every component runs
 * @param readySeconds the same at the second start
 * @param idleMebibytes resident memory some time after that
 * @param ingestMebibytes the highest resident memory while a protected guest writes as fast as it can
 */
record StartFigures(double firstReadySeconds, double readySeconds, double idleMebibytes, double ingestMebibytes) {

    private static final double READY_SECONDS_GOAL = 5;
    private static final double IDLE_MEBIBYTES_GOAL = 512;
    private static final double INGEST_MEBIBYTES_GOAL = 1_024;

    String toTable() {
        return String.format(Locale.ROOT, "%-36s %8s %8s%n", "", "found", "goal")
                + row("first start, seconds until ready", firstReadySeconds, "")
                + row("second start, seconds until ready", readySeconds, goal(READY_SECONDS_GOAL))
                + row("idle, MiB resident", idleMebibytes, goal(IDLE_MEBIBYTES_GOAL))
                + row("under ingest, MiB resident at most", ingestMebibytes, goal(INGEST_MEBIBYTES_GOAL));
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"firstReadySeconds\":%.2f,\"readySeconds\":%.2f,\"idleMebibytes\":%.1f,\"ingestMebibytes\":%.1f}%n",
                firstReadySeconds,
                readySeconds,
                idleMebibytes,
                ingestMebibytes);
    }

    private static String goal(double most) {
        return String.format(Locale.ROOT, "<= %.0f", most);
    }

    private static String row(String what, double found, String goal) {
        return String.format(Locale.ROOT, "%-36s %8.1f %8s%n", what, found, goal);
    }
}
