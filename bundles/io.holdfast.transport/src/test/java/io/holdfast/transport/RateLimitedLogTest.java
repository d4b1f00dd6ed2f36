package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.TimeSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {

    @Test
    void writesAFewLinesAMinuteAboutStrangersAndCountsTheRest() {
        long[] millis = {0};
        RateLimitedLog log = new RateLimitedLog(new TimeSource() {
            @Override
            public long utcMillis() {
                return 0;
            }

            @Override
            public long monotonicNanos() {
                return TimeUnit.MILLISECONDS.toNanos(millis[0]);
            }
        });
        for (int i = 0; i < RateLimitedLog.LINES_MAX_A_PERIOD; i++) {
            assertThat(log.takeTurn()).isZero();
        }
        for (int i = 0; i < 7; i++) {
            assertThat(log.takeTurn()).isEqualTo(-1);
        }

        millis[0] = 60_000;

        assertThat(log.takeTurn()).isEqualTo(7);
        assertThat(log.takeTurn()).isZero();
    }
}
