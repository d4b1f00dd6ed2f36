package io.holdfast.transport;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what strangers cause, but not as often as they please. Thread-safe. */
final class RateLimitedLog {

    private static final Logger LOG = LoggerFactory.getLogger(TransportServer.class);
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Enough to see what is going on, too few to fill a disk. */
    static final int LINES_MAX_A_PERIOD = 10;

    private final TimeSource time;
    private long periodStartNanos;
    private int lines;
    private long suppressed;

    RateLimitedLog(TimeSource time) {
        this.time = time;
        this.periodStartNanos = time.monotonicNanos();
    }

    /** Writes that a connection ended before it was a session. */
    void connectionRefused(SocketAddress remote, HoldfastException error) {
        long suppressedBefore = takeTurn();
        if (suppressedBefore >= 0) {
            LOG.warn(
                    "Connection refused: remote={} code={} reason={} suppressedBefore={}",
                    remote,
                    error.code(),
                    error.getMessage(),
                    suppressedBefore);
        }
    }

    /**
     * Takes a line of this period.
     *
     * @return how many were suppressed since the last line, or -1 when this one is
     */
    synchronized long takeTurn() {
        long now = time.monotonicNanos();
        if (now - periodStartNanos >= PERIOD_NANOS) {
            periodStartNanos = now;
            lines = 0;
        }
        if (lines == LINES_MAX_A_PERIOD) {
            suppressed++;
            return -1;
        }
        lines++;
        long before = suppressed;
        suppressed = 0;
        return before;
    }
}
