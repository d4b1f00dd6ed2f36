package io.holdfast.adapter.kvm.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.adapter.kvm.guard.StallWatch.Verdict;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private static final GuardSettings SETTINGS =
            new GuardSettings(Path.of("/hold"), Path.of("/q"), Path.of("/g"), Path.of("/beat"), 500, 5000);

    private final StallWatch watch = new StallWatch(SETTINGS, 0);
    private long now;

    @Test
    void aWriterThatBeatsAndAnswersIsCalm() {
        assertThat(after(10, 20, 0)).isEqualTo(Verdict.CALM);
        assertThat(after(10, 20, 499)).isEqualTo(Verdict.CALM);
    }

    @Test
    void anOldRequestStallsEvenWhileTheWriterBeats() {
        assertThat(after(10, 5, 501)).isEqualTo(Verdict.STALLED);
    }

    @Test
    void aWriterWithoutRequestsMayBeSilentForThreeStallLimits() {
        assertThat(SETTINGS.silenceLimitMillis()).isEqualTo(1500);
        assertThat(after(10, 1499, 0)).isEqualTo(Verdict.CALM);
        assertThat(after(10, 1501, 0)).isEqualTo(Verdict.SILENT);
    }

    @Test
    void afterAPauseOfTheWholeHostTheWriterGetsAMomentToBeat() {
        assertThat(after(10_000, 10_000, 10_000)).isEqualTo(Verdict.EXCUSED);
        assertThat(after(10, 5, 0)).isEqualTo(Verdict.CALM);
    }

    @Test
    void theExcuseEnds() {
        assertThat(after(10_000, 10_000, 0)).isEqualTo(Verdict.EXCUSED);
        assertThat(after(100, 10_100, 0)).isEqualTo(Verdict.EXCUSED);
        assertThat(after(60, 10_160, 0)).isEqualTo(Verdict.SILENT);
    }

    @Test
    void aStarvedGuardExcusesOnce() {
        assertThat(after(300, 2000, 0)).isEqualTo(Verdict.EXCUSED);
        assertThat(after(300, 2300, 0)).isEqualTo(Verdict.SILENT);
        assertThat(after(300, 2600, 0)).isEqualTo(Verdict.SILENT);
    }

    @Test
    void itsOwnWorkIsNoExcuse() {
        now += TimeUnit.MILLISECONDS.toNanos(600);
        watch.wasBusy(now);

        assertThat(after(10, 5, 700)).isEqualTo(Verdict.STALLED);
    }

    private Verdict after(long millis, long silentMillis, long oldestMillis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        return watch.judge(
                now, TimeUnit.MILLISECONDS.toNanos(silentMillis), TimeUnit.MILLISECONDS.toNanos(oldestMillis));
    }
}
