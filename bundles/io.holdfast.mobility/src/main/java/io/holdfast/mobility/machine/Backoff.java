package io.holdfast.mobility.machine;

/** When something that failed is tried again: after pauses that double. */
final class Backoff {

    private final long firstNanos;
    private final long mostNanos;
    private long pauseNanos;
    private long dueNanos;
    private boolean waiting;

    Backoff(long firstNanos, long mostNanos) {
        this.firstNanos = firstNanos;
        this.mostNanos = mostNanos;
        this.pauseNanos = firstNanos;
    }

    boolean isDue(long nowNanos) {
        return !waiting || nowNanos - dueNanos >= 0;
    }

    void failed(long nowNanos) {
        waiting = true;
        dueNanos = nowNanos + pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, mostNanos);
    }

    /** It worked: the next failure is met with the shortest pause. */
    void worked() {
        pauseNanos = firstNanos;
        waiting = false;
    }

    /** Somebody wants it tried now. */
    void now() {
        waiting = false;
    }
}
