package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A machine that writes twice an hour, and what of its points is kept. */
class RetentionTest {

    private static final long HOUR = RetentionPolicy.HOUR_MILLIS;
    private static final long DAY = RetentionPolicy.DAY_MILLIS;
    private static final long LONG_AGO = 0;
    private static final long LATE = Long.MAX_VALUE;

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final HandClock clock = new HandClock();
    private final HandMade stream = new HandMade(Codec.LZ4);
    private RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
    private MachineHistory history = store.create(HandMade.MACHINE);

    RetentionTest() {
        stream.epoch(history, Position.ORIGIN)
                .clock(1_700_002_800_000L)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .ready()
                .proof()
                .to(history);
        store.commit();
    }

    private static RetentionPolicy policy(long fullDensity, int hourly, int daily) {
        return new RetentionPolicy(fullDensity, hourly, daily, 0, 0, 0, 0);
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private void write() {
        stream.write(0, 4096 * (stream.sequence() % 50), HandMade.pattern(4096, (int) stream.sequence()))
                .proof()
                .to(history);
        store.commit();
    }

    private void maintain() {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    /** Lets time pass at the source and here, as a running store sees it. */
    private void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 5 * 60_000) {
            clock.pass(5 * 60_000);
            maintain();
        }
        stream.clock(stream.utcMillis() + millis);
    }

    private void run(int hours) {
        for (int half = 0; half < 2 * hours; half++) {
            write();
            pass(HOUR / 2);
        }
    }

    private List<Long> listed() {
        return history.points().list(LONG_AGO, LATE, Points.COUNT_MAX).stream()
                .map(point -> point.position().sequence())
                .toList();
    }

    private void reopen() {
        store.close();
        store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
        history = store.find(HandMade.MACHINE).orElseThrow();
        stream.after(history.head());
    }

    @Test
    void keepsEverythingUntilAPolicyIsSet() {
        run(100);

        assertThat(history.retention()).isEqualTo(RetentionPolicy.EVERYTHING);
        assertThat(listed()).hasSize(201);
    }

    @Test
    void keepsTheFirstPointOfEachHourBehindTheWindow() {
        history.setRetention(policy(4 * HOUR, 24, 0));

        run(60);

        List<Long> listed = listed();
        long head = stream.sequence();
        List<Long> hours = listed.stream()
                .map(sequence -> history.points().at(sequence).utcMillis() / HOUR)
                .toList();
        assertThat(listed).contains(head, head - 1, head - 7);
        assertThat(hours.stream().distinct()).hasSizeBetween(23, 26);
        assertThat(listed).hasSizeBetween(23 + 4, 26 + 5);
        assertThat(listed.subList(0, 15))
                .allSatisfy(sequence -> assertThat(history.points().at(sequence).utcMillis() % HOUR)
                        .as("it is the hour's first")
                        .isLessThan(HOUR / 2));
    }

    @Test
    void neitherListsNorOpensRetiredPoints() {
        run(10);
        history.setRetention(policy(2 * HOUR, 0, 0));
        pass(HOUR);

        Position retired = new Position(1, 5);

        assertThat(listed()).hasSizeLessThan(6);
        assertThat(history.points().intervals(LONG_AGO, LATE, 10))
                .singleElement()
                .satisfies(interval -> assertThat(interval.first().sequence()).isGreaterThan(12));
        refuses(ErrorCode.POINT_OLDER_THAN_HISTORY, () -> history.points().at(5));
        refuses(ErrorCode.POINT_OLDER_THAN_HISTORY, () -> history.openPoint(retired, HandMade.KEYS));
        refuses(ErrorCode.POINT_OLDER_THAN_HISTORY, () -> history.openUnproven(retired, HandMade.KEYS));
        refuses(ErrorCode.POINT_OLDER_THAN_HISTORY, () -> history.pin(retired, "too late"));
        refuses(ErrorCode.POINT_OLDER_THAN_HISTORY, () -> stream.epoch(history, retired));
    }

    @Test
    void remembersWhatIsRetiredAndTheAgeOfEverythingAcrossRestarts() {
        history.setRetention(policy(6 * HOUR, 0, 0));
        run(10);
        List<Long> before = listed();

        reopen();

        assertThat(history.retention()).isEqualTo(policy(6 * HOUR, 0, 0));
        assertThat(listed()).isEqualTo(before);
        pass(3 * HOUR);
        assertThat(listed().getFirst()).isGreaterThan(before.getFirst());
    }

    @Test
    void doesNotBringBackWhatWasRetiredWhenThePolicyBecomesLonger() {
        history.setRetention(policy(2 * HOUR, 0, 0));
        run(10);
        List<Long> before = listed();

        history.setRetention(RetentionPolicy.EVERYTHING);
        pass(HOUR);

        assertThat(listed()).isEqualTo(before);
    }

    @Test
    void keepsPinsAndOpenImagesAndTheNewestPointWhateverTheirAge() {
        history.setRetention(policy(2 * HOUR, 0, 0));
        run(1);
        Pin pin = history.pin(new Position(1, 3), "under test");
        PointImage open = history.openPoint(new Position(1, 4), HandMade.KEYS);
        write();
        long newest = stream.sequence();

        pass(20 * HOUR);

        assertThat(listed()).containsExactly(3L, 4L, newest);
        open.close();
        history.unpin(pin.id());
        pass(HOUR);
        assertThat(listed()).containsExactly(newest);
    }

    @Test
    void keepsMarkersAsLongAsThePolicySays() {
        history.setRetention(new RetentionPolicy(2 * HOUR, 0, 0, 0, 0, 2 * DAY, 0));
        stream.marker("before the update").proof().to(history);
        long marker = stream.sequence();
        run(20);

        assertThat(history.points().markers(LONG_AGO, LATE, 10))
                .singleElement()
                .satisfies(point -> assertThat(point.position().sequence()).isEqualTo(marker));
        assertThat(listed()).contains(marker);
        pass(2 * DAY);
        assertThat(listed()).doesNotContain(marker);
    }

    @Test
    void findsTheKeptPointBeforeATimeInThinnedHistory() {
        history.setRetention(policy(4 * HOUR, 24, 0));
        run(20);
        List<Long> kept = new ArrayList<>(listed());
        long third = kept.get(2);
        long time = history.points().at(third).utcMillis();

        assertThat(history.points()
                        .atOrBefore(time + HOUR / 2 + 5_000)
                        .position()
                        .sequence())
                .isEqualTo(third);
        refuses(ErrorCode.POINT_OLDER_THAN_HISTORY, () -> history.points().atOrBefore(1));
    }

    @Test
    void aSourceClockThatStepsDoesNotMakeHistoryOlderOrYounger() {
        history.setRetention(policy(4 * HOUR, 0, 0));
        run(2);
        stream.epoch(history, history.head().position()).clock(stream.utcMillis() + 3_650 * DAY);
        run(2);
        stream.epoch(history, history.head().position()).clock(stream.utcMillis() - 7_300 * DAY);
        run(2);

        List<Long> listed = listed();
        assertThat(listed).contains(stream.sequence() - 6);
        assertThat(listed).doesNotContain(2L, 3L);
    }
}
