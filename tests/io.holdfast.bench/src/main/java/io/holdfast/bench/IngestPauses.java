package io.holdfast.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/** How long the collector stopped the world while records were taken in, told by the flight recorder. */
final class IngestPauses implements AutoCloseable {

    private static final int NINETY_NINE = 99;

    private final RecordingStream stream = new RecordingStream();
    private final List<Pause> pauses = new ArrayList<>();
    private final List<Instant> borders = new ArrayList<>();

    private record Pause(Instant start, Duration length) {}

    /**
     * What was found.
     *
     * @param count how many pauses
     * @param p99Millis of 100 pauses, 99 were no longer
     * @param longestMillis the longest
     */
    record Summary(int count, double p99Millis, double longestMillis) {}

    IngestPauses() {
        stream.enable("jdk.GCPhasePause").withoutStackTrace().withoutThreshold();
        stream.onEvent("jdk.GCPhasePause", this::add);
        stream.startAsync();
    }

    private void add(RecordedEvent event) {
        pauses.add(new Pause(event.getStartTime(), event.getDuration()));
    }

    /** From now on pauses count, or count no more, by turns. */
    void border() {
        borders.add(Instant.now());
    }

    /** Ends the recording. */
    Summary end() {
        stream.stop();
        List<Double> millis = pauses.stream()
                .filter(pause -> counts(pause.start))
                .map(pause -> pause.length.toNanos() / 1e6)
                .sorted()
                .toList();
        if (millis.isEmpty()) {
            return new Summary(0, 0, 0);
        }
        int place = Math.ceilDiv(millis.size() * NINETY_NINE, 100) - 1;
        return new Summary(millis.size(), millis.get(place), millis.getLast());
    }

    private boolean counts(Instant start) {
        return borders.stream().filter(border -> !border.isAfter(start)).count() % 2 == 1;
    }

    @Override
    public void close() {
        stream.close();
    }
}
