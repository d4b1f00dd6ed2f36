package io.holdfast.adapter.kvm;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Bounded waits of tests. */
public final class Waiting {

    /** A condition that may throw. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    private Waiting() {}

    /** Waits until a condition holds and tells how long it took. */
    public static Duration until(String what, Duration limit, Condition condition) {
        long start = System.nanoTime();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Sends a signal such as {@code STOP}. */
    public static void signal(long pid, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        if (!kill.waitFor(20, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new AssertionError("kill -" + name + " " + pid + " failed");
        }
    }
}
