package io.holdfast.transport;

import java.util.concurrent.TimeUnit;

/**
 * When something is due in a session. Pure arithmetic on readings of a monotonic clock; the session says in which phase it is. Fields are
 * written by the session's own thread and read by the timer: each is volatile and stands for itself.
 */
final class SessionTimes {

    /** What the timer has to do. */
    enum Due {
        NOTHING,
        /** The connection has not become a session in time. */
        HANDSHAKE_TOO_LONG,
        /** The side that connected has not said hello in time. */
        HELLO_TOO_LATE,
        /** Nothing was received for too long. */
        SILENT_TOO_LONG,
        /** Nothing was sent for so long that the peer may worry. */
        PING,
        /** The orderly end takes too long. */
        CLOSE_TOO_LONG
    }

    private final TransportLimits limits;
    private final long startedNanos;
    private volatile long openedNanos;
    private volatile boolean helloExpected;
    private volatile long receivedNanos;
    private volatile long sentNanos;
    private volatile long closingNanos;

    SessionTimes(TransportLimits limits, long nowNanos) {
        this.limits = limits;
        this.startedNanos = nowNanos;
        this.receivedNanos = nowNanos;
        this.sentNanos = nowNanos;
    }

    void opened(long nowNanos, boolean expectHello) {
        openedNanos = nowNanos;
        helloExpected = expectHello;
        received(nowNanos);
        sent(nowNanos);
    }

    void helloArrived() {
        helloExpected = false;
    }

    void received(long nowNanos) {
        receivedNanos = nowNanos;
    }

    void sent(long nowNanos) {
        sentNanos = nowNanos;
    }

    void closing(long nowNanos) {
        closingNanos = nowNanos;
    }

    Due dueBeforeOpen(long nowNanos) {
        return passed(nowNanos, startedNanos, limits.handshakeMillis()) ? Due.HANDSHAKE_TOO_LONG : Due.NOTHING;
    }

    Due dueWhileOpen(long nowNanos, boolean readSuspended) {
        if (helloExpected && passed(nowNanos, openedNanos, limits.helloMillis())) {
            return Due.HELLO_TOO_LATE;
        }
        if (!readSuspended && passed(nowNanos, receivedNanos, limits.idleMillis())) {
            return Due.SILENT_TOO_LONG;
        }
        return passed(nowNanos, sentNanos, limits.pingMillis()) ? Due.PING : Due.NOTHING;
    }

    Due dueWhileClosing(long nowNanos) {
        return passed(nowNanos, closingNanos, limits.closeMillis()) ? Due.CLOSE_TOO_LONG : Due.NOTHING;
    }

    private static boolean passed(long nowNanos, long sinceNanos, int millis) {
        return nowNanos - sinceNanos >= TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
