package io.holdfast.journal.internal.retain;

import java.util.ArrayList;
import java.util.List;

/**
 * When sequences were received, on the history's clock. Each sample says: by this time everything up to this sequence had come, and so many bytes
 * in all. Samples far back are thinned; whatever is left out makes history look younger than it is, never older. Immutable.
 *
 * @param samples by time
 */
public record Arrivals(List<Sample> samples) {

    /** Nothing is known. */
    public static final Arrivals NONE = new Arrivals(List.of());

    /** Samples are at least this far apart, and at least a part of their age. */
    public static final long SPACING_MILLIS = 15 * 60_000L;

    private static final int AGE_PARTS = 64;

    /**
     * What had come by a time.
     *
     * @param clockMillis the history's clock
     * @param sequence the highest that had come
     * @param bytes data received since the history began
     */
    public record Sample(long clockMillis, long sequence, long bytes) {}

    public Arrivals {
        samples = List.copyOf(samples);
    }

    /**
     * Tells whether it is time for another sample.
     *
     * @param clockMillis the history's clock
     * @return true when there is none yet, or the newest is {@link #SPACING_MILLIS} old
     */
    public boolean isDue(long clockMillis) {
        return samples.isEmpty() || clockMillis - samples.getLast().clockMillis >= SPACING_MILLIS;
    }

    /**
     * Adds the present.
     *
     * @param now when a sample is due
     * @return with it, thinned
     */
    public Arrivals with(Sample now) {
        List<Sample> kept = new ArrayList<>();
        kept.add(now);
        for (Sample sample : samples.reversed()) {
            long age = now.clockMillis - sample.clockMillis;
            long spacing = Math.max(SPACING_MILLIS, age / AGE_PARTS);
            if (kept.getLast().clockMillis - sample.clockMillis >= spacing) {
                kept.add(sample);
            }
        }
        return new Arrivals(kept.reversed());
    }

    /**
     * Finds what had surely come by a time.
     *
     * @param clockMillis the history's clock
     * @return the highest sequence that is known to have come by then, 0 when none is
     */
    public long by(long clockMillis) {
        int low = 0;
        int high = samples.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (samples.get(middle).clockMillis <= clockMillis) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : samples.get(low - 1).sequence;
    }

    /**
     * Tells how much comes in.
     *
     * @param spanMillis over about this long before the newest sample
     * @param perMillis how long a time the answer is for
     * @return bytes in that time; 0 while nothing is known
     */
    public long rate(long spanMillis, long perMillis) {
        if (samples.size() < 2) {
            return 0;
        }
        Sample newest = samples.getLast();
        Sample from = samples.getFirst();
        for (Sample sample : samples) {
            if (newest.clockMillis - sample.clockMillis < spanMillis) {
                break;
            }
            from = sample;
        }
        double millis = newest.clockMillis - from.clockMillis;
        return millis <= 0 ? 0 : (long) ((newest.bytes - from.bytes) * (perMillis / millis));
    }
}
