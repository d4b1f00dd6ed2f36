package io.holdfast.configserver.internal.space;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Foretells how long the room of a medium will last, from how it was taken during the last minutes, hours, day and week. What was watched for some
 * time foretells twelve times as far ahead and no further: ten minutes of a first copy say nothing of next week, and an hour's alarm does not wait for
 * a week's average. Of what is foretold the nearest counts. Keeps 52 samples, however long it watches. Not thread-safe.
 */
public final class SpaceForecast {

    /** How often as far ahead as back. */
    static final int REACH = 12;

    /** The most samples of a window. */
    static final int SAMPLES_MAX = 13;

    private static final long SPAN_MILLIS_MIN = TimeUnit.MINUTES.toMillis(5);
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final List<Window> windows = List.of(
            new Window(TimeUnit.MINUTES.toMillis(1)),
            new Window(TimeUnit.MINUTES.toMillis(10)),
            new Window(TimeUnit.HOURS.toMillis(2)),
            new Window(TimeUnit.HOURS.toMillis(14)));

    private record Sample(long millis, long usedBytes) {}

    /** Samples that are so far apart, as many as fit. */
    private record Window(long spacingMillis, Deque<Sample> samples) {

        Window(long spacingMillis) {
            this(spacingMillis, new ArrayDeque<>());
        }

        void add(Sample sample) {
            Sample newest = samples.peekLast();
            if (newest != null && sample.millis - newest.millis < spacingMillis) {
                return;
            }
            samples.add(sample);
            if (samples.size() > SAMPLES_MAX) {
                samples.remove();
            }
        }
    }

    /**
     * How much more is taken than at an earlier look.
     *
     * @param agoMillis how long ago that was, 0 and up
     * @param grownBytes negative when it got less
     */
    record Growth(long agoMillis, long grownBytes) {}

    /**
     * What one window has noted, as it looks from now.
     *
     * @param spacingMillis how far apart its samples are at least
     * @param growths oldest first
     */
    record Noted(long spacingMillis, List<Growth> growths) {}

    /**
     * What is foreseen.
     *
     * @param growthBytesPerDay over the longest time that was watched, a week at most; negative when it gets less
     * @param leftMillis until nothing is left; empty when that is further away than can be foretold
     * @param reachMillis how far ahead can be foretold by now; 0 before anything can
     */
    public record Forecast(long growthBytesPerDay, OptionalLong leftMillis, long reachMillis) {}

    /**
     * Notes how much is taken, whoever takes it. Room that is added to the medium changes nothing of what is noted.
     *
     * @param millis now, on a clock that only runs
     * @param usedBytes what is taken of the medium
     */
    public void add(long millis, long usedBytes) {
        windows.forEach(window -> window.add(new Sample(millis, usedBytes)));
    }

    /**
     * Tells what was noted, in times and amounts that do not depend on any clock or medium.
     *
     * @param millis now
     * @param usedBytes what is taken now
     * @return one element for each window
     */
    List<Noted> noted(long millis, long usedBytes) {
        return windows.stream()
                .map(window -> new Noted(
                        window.spacingMillis,
                        window.samples.stream()
                                .map(sample -> new Growth(millis - sample.millis, usedBytes - sample.usedBytes))
                                .toList()))
                .toList();
    }

    /**
     * Goes on where another left off, as if no time had passed and nothing had been taken in between. To be done before anything is added.
     *
     * @param millis now
     * @param usedBytes what is taken now
     * @param before what the other had noted; windows of a spacing that is not known here are left out
     */
    void resume(long millis, long usedBytes, List<Noted> before) {
        for (Noted noted : before) {
            windows.stream()
                    .filter(window -> window.spacingMillis == noted.spacingMillis)
                    .forEach(window -> noted.growths.forEach(growth ->
                            window.samples.add(new Sample(millis - growth.agoMillis, usedBytes - growth.grownBytes))));
        }
    }

    /**
     * Foretells.
     *
     * @param millis now
     * @param usedBytes what is taken now
     * @param leftBytes what can still be taken
     * @return what is foreseen
     */
    public Forecast at(long millis, long usedBytes, long leftBytes) {
        List<Long> foretold = new ArrayList<>();
        double growth = 0;
        long reach = 0;
        for (Window window : windows) {
            Sample oldest = window.samples.peekFirst();
            long span = oldest == null ? 0 : millis - oldest.millis;
            if (oldest == null || span < SPAN_MILLIS_MIN) {
                continue;
            }
            reach = Math.max(reach, REACH * span);
            double perMilli = (usedBytes - oldest.usedBytes) / (double) span;
            growth = perMilli * DAY_MILLIS;
            double left = perMilli <= 0 ? Double.MAX_VALUE : leftBytes / perMilli;
            if (left <= (double) REACH * span) {
                foretold.add((long) left);
            }
        }
        return new Forecast(
                (long) growth, foretold.stream().mapToLong(Long::longValue).min(), reach);
    }
}
