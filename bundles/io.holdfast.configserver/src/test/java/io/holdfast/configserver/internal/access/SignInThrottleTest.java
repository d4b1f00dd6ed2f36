package io.holdfast.configserver.internal.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.configserver.internal.ManualTime;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {

    private final ManualTime time = new ManualTime();
    private final SignInThrottle throttle = new SignInThrottle(time);

    private void fail(int times) {
        for (int failure = 0; failure < times; failure++) {
            throttle.failed("admin", "::1");
        }
    }

    private void assertOpenAfter(long millis) {
        time.advanceMillis(millis - 1);
        assertThatThrownBy(() -> throttle.check("admin", "::1")).hasMessageContaining("too many failures");
        time.advanceMillis(1);
        assertThatCode(() -> throttle.check("admin", "::1")).doesNotThrowAnyException();
    }

    @Test
    void letsFourFailuresPassWithoutAPause() {
        fail(SignInThrottle.FAILURES_FREE - 1);

        assertThatCode(() -> throttle.check("admin", "::1")).doesNotThrowAnyException();
    }

    @Test
    void slowsDownAnOriginThatTriesManyNames() {
        for (int user = 0; user < SignInThrottle.FAILURES_FREE_OF_ORIGIN; user++) {
            throttle.failed("user-" + user, "::1");
        }

        assertOpenAfter(1_000);
    }

    @Test
    void doublesThePauseUpToFiveMinutes() {
        fail(SignInThrottle.FAILURES_FREE);
        assertOpenAfter(1_000);
        fail(1);
        assertOpenAfter(2_000);
        fail(1);
        assertOpenAfter(4_000);
        fail(100);
        assertOpenAfter(300_000);
    }

    @Test
    void keepsUsersAndOriginsApart() {
        fail(SignInThrottle.FAILURES_FREE);

        assertThatCode(() -> throttle.check("admin", "::2")).doesNotThrowAnyException();
        assertThatCode(() -> throttle.check("other", "::1")).doesNotThrowAnyException();
    }

    @Test
    void forgetsTheOldestWhenTooManyFail() {
        fail(SignInThrottle.FAILURES_FREE);
        for (int origin = 0; origin < 10_000; origin++) {
            throttle.failed("admin", "origin-" + origin);
        }

        assertThatCode(() -> throttle.check("admin", "::1")).doesNotThrowAnyException();
    }

    @Test
    void startsAnewAfterSuccess() {
        fail(SignInThrottle.FAILURES_FREE);
        throttle.succeeded("admin", "::1");

        assertThatCode(() -> throttle.check("admin", "::1")).doesNotThrowAnyException();
    }
}
