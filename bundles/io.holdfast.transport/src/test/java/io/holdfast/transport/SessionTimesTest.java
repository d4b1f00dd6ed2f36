package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.transport.SessionTimes.Due;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionTimesTest {

    private static final TransportLimits LIMITS =
            TransportLimits.DEFAULT.withStartMillis(1_000, 2_000).withSilenceMillis(300, 900);

    /** Close to the wrap-around, which a monotonic clock may pass. */
    private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    private final SessionTimes times = new SessionTimes(LIMITS, START);

    private static long at(long millis) {
        return START + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void boundsTheHandshake() {
        assertThat(times.dueBeforeOpen(at(999))).isEqualTo(Due.NOTHING);
        assertThat(times.dueBeforeOpen(at(1_000))).isEqualTo(Due.HANDSHAKE_TOO_LONG);
    }

    @Test
    void boundsTheWaitForHelloWhateverElseArrives() {
        times.opened(at(500), true);
        times.received(at(2_400));

        assertThat(times.dueWhileOpen(at(2_499), false)).isEqualTo(Due.PING);
        assertThat(times.dueWhileOpen(at(2_500), false)).isEqualTo(Due.HELLO_TOO_LATE);
        times.helloArrived();
        assertThat(times.dueWhileOpen(at(2_500), false)).isEqualTo(Due.PING);
    }

    @Test
    void boundsSilenceButNotWhileNobodyReads() {
        times.opened(at(500), false);
        times.sent(at(1_400));

        assertThat(times.dueWhileOpen(at(1_399), false)).isEqualTo(Due.NOTHING);
        assertThat(times.dueWhileOpen(at(1_400), false)).isEqualTo(Due.SILENT_TOO_LONG);
        assertThat(times.dueWhileOpen(at(1_400), true)).isEqualTo(Due.NOTHING);
        assertThat(times.dueWhileOpen(at(1_700), true)).isEqualTo(Due.PING);
    }

    @Test
    void boundsTheEnd() {
        times.closing(at(100));

        assertThat(times.dueWhileClosing(at(2_099))).isEqualTo(Due.NOTHING);
        assertThat(times.dueWhileClosing(at(2_100))).isEqualTo(Due.CLOSE_TOO_LONG);
    }
}
