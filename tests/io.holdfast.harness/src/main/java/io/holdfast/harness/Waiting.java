package io.holdfast.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits that end. */
public final class Waiting {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What is waited for. */
    public interface Condition {

        /** Whether it holds now. */
        boolean holds() throws IOException;
    }

    private Waiting() {}

    /**
     * Waits until a condition holds.
     *
     * @param what for the message
     * @param limit how long at most
     * @param condition asked every 5 ms
     * @return how long it took
     * @throws AssertionError when the time is over, the thread is interrupted or the condition cannot be asked
     */
    public static Duration until(String what, Duration limit, Condition condition) {
        long begun = System.nanoTime();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() - begun >= limit.toNanos()) {
                    throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new AssertionError("interrupted while waiting: " + what);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot be told: " + what, e);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
