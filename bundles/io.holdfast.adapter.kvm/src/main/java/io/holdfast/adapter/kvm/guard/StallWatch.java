package io.holdfast.adapter.kvm.guard;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether the capture server keeps the guest waiting. Plain arithmetic on what the heartbeat says; used by one thread.
 */
final class StallWatch {

    /** What to do about the capture. */
    enum Verdict {
        CALM,
        /** The writer looks bad, but the whole host may have stood still; it is judged again at once. */
        EXCUSED,
        /** A request has waited too long. */
        STALLED,
        /** The writer does not beat. */
        SILENT
    }

    /** The guard itself did not run for this long: then the writer may not have run either, with nobody to blame. */
    private static final long OWN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** What a healthy writer needs at most to beat again after all processes of the host were paused. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private final long stallNanos;
    private final long silenceNanos;
    private long lastTick;
    private long graceUntil;
    private boolean graceUsed;

    StallWatch(GuardSettings settings, long nowNanos) {
        this.stallNanos = TimeUnit.MILLISECONDS.toNanos(settings.stallLimitMillis());
        this.silenceNanos = TimeUnit.MILLISECONDS.toNanos(settings.silenceLimitMillis());
        this.lastTick = nowNanos;
        this.graceUntil = nowNanos;
    }

    /**
     * Judges one moment.
     *
     * @param nowNanos the monotonic clock
     * @param silentNanos since the last beat
     * @param oldestUnansweredNanos age of the oldest request, 0 when none waits
     */
    Verdict judge(long nowNanos, long silentNanos, long oldestUnansweredNanos) {
        boolean wasPaused = nowNanos - lastTick > OWN_PAUSE_NANOS;
        lastTick = nowNanos;
        Verdict verdict = Verdict.CALM;
        if (oldestUnansweredNanos > stallNanos) {
            verdict = Verdict.STALLED;
        } else if (silentNanos > silenceNanos) {
            verdict = Verdict.SILENT;
        }
        if (verdict == Verdict.CALM) {
            graceUsed = false;
            return verdict;
        }
        if (wasPaused && !graceUsed) {
            // once only: a guard that is starved for good must not excuse a writer for ever
            graceUsed = true;
            graceUntil = nowNanos + GRACE_NANOS;
        }
        return nowNanos < graceUntil ? Verdict.EXCUSED : verdict;
    }

    /** The guard was busy until now with something of its own, which is no sign of a host that stood still. */
    void wasBusy(long nowNanos) {
        lastTick = nowNanos;
    }
}
