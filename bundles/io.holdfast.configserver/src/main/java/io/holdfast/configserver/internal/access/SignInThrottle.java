package io.holdfast.configserver.internal.access;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Slows down the guessing of passwords: after five failures for one user from one origin, or twenty from one origin for any users, each further
 * attempt has to wait, twice as long as the one before, up to five minutes. An attempt in between is refused without looking at the password.
 * Thread-safe.
 */
final class SignInThrottle {

    static final int FAILURES_FREE = 5;
    static final int FAILURES_FREE_OF_ORIGIN = 20;

    private static final String ANYBODY = "";
    private static final long PAUSE_FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_MOST_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int DOUBLINGS_MAX = 20;
    private static final int ENTRIES_MAX = 10_000;

    private final TimeSource time;

    /** Guards itself; the entry that failed last is the last. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    private record Key(String user, String origin) {}

    private record Entry(int failures, long openNanos) {}

    SignInThrottle(TimeSource time) {
        this.time = time;
    }

    /**
     * Refuses an attempt that comes too soon.
     *
     * @throws HoldfastException {@code OVERLOADED}, naming the wait
     */
    void check(String user, String origin) {
        long left;
        synchronized (entries) {
            left = Math.max(leftNanos(new Key(user, origin)), leftNanos(new Key(ANYBODY, origin)));
        }
        if (left > 0) {
            throw new HoldfastException(
                    ErrorCode.OVERLOADED,
                    "sign-in",
                    "too many failures; expected the next attempt in " + (TimeUnit.NANOSECONDS.toSeconds(left) + 1)
                            + " seconds");
        }
    }

    private long leftNanos(Key key) {
        Entry entry = entries.get(key);
        return entry == null ? 0 : entry.openNanos() - time.monotonicNanos();
    }

    void failed(String user, String origin) {
        synchronized (entries) {
            count(new Key(user, origin), FAILURES_FREE);
            count(new Key(ANYBODY, origin), FAILURES_FREE_OF_ORIGIN);
        }
    }

    private void count(Key key, int free) {
        Entry before = entries.remove(key);
        int failures = before == null ? 1 : before.failures() + 1;
        entries.put(key, new Entry(failures, time.monotonicNanos() + pauseNanos(failures - free)));
        if (entries.size() > ENTRIES_MAX) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    void succeeded(String user, String origin) {
        synchronized (entries) {
            entries.remove(new Key(user, origin));
            entries.remove(new Key(ANYBODY, origin));
        }
    }

    private static long pauseNanos(int failuresOverFree) {
        if (failuresOverFree < 0) {
            return 0;
        }
        return Math.min(PAUSE_FIRST_NANOS << Math.min(failuresOverFree, DOUBLINGS_MAX), PAUSE_MOST_NANOS);
    }
}
