package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whoever holds the interface, with every right there is: history within the lock stays. */
class RetentionLockTest {

    private static final long DAY = RetentionPolicy.DAY_MILLIS;
    private static final long TEN_YEARS = 3_653 * DAY;
    private static final RetentionPolicy LOCKED = new RetentionPolicy(10 * DAY, 0, 0, 0, 0, 0, 7 * DAY);

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final HandClock clock = new HandClock();
    private final HandMade stream = new HandMade(Codec.LZ4);
    private RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
    private MachineHistory history = store.create(HandMade.MACHINE);

    RetentionLockTest() {
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .ready()
                .write(0, 0, HandMade.pattern(4096, 1))
                .write(0, 0, HandMade.pattern(4096, 2))
                .proof()
                .to(history);
        store.commit();
        history.setRetention(LOCKED);
    }

    private void maintain() {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    private void run(long millis) {
        for (long passed = 0; passed < millis; passed += 10 * 60_000) {
            clock.pass(10 * 60_000);
            maintain();
        }
    }

    private void reopen() {
        store.close();
        store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
        history = store.find(HandMade.MACHINE).orElseThrow();
    }

    private void refused(Consumer<MachineHistory> deed) {
        assertThatThrownBy(() -> deed.accept(history))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RETENTION_LOCKED));
    }

    private void assertWhole() {
        maintain();
        assertThat(store.machines()).containsExactly(HandMade.MACHINE);
        for (long sequence = 2; sequence <= 4; sequence++) {
            history.openPoint(new Position(1, sequence), HandMade.KEYS).close();
        }
    }

    @Test
    void isNeitherDestroyedNorUnpinnedNorIsTheLockShortened() {
        Pin pin = history.pin(new Position(1, 3), "kept");

        refused(MachineHistory::requireDestroyable);
        refused(MachineHistory::destroy);
        refused(held -> held.unpin(pin.id()));
        refused(held -> held.setRetention(RetentionPolicy.EVERYTHING));
        refused(held -> held.setRetention(new RetentionPolicy(7 * DAY, 0, 0, 0, 0, 0, 7 * DAY - 1)));

        assertThat(history.pins()).containsExactly(pin);
        assertThat(history.retention()).isEqualTo(LOCKED);
        assertWhole();
    }

    @Test
    void aPolicyCannotKeepLessThanTheLock() {
        assertThatThrownBy(() -> new RetentionPolicy(7 * DAY - 1, 0, 0, 0, 0, 0, 7 * DAY))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void aWallClockTenYearsAheadChangesNothing() {
        clock.setUtcMillis(clock.utcMillis() + TEN_YEARS);
        run(DAY);
        assertWhole();
        refused(MachineHistory::destroy);

        reopen();
        clock.setUtcMillis(clock.utcMillis() + TEN_YEARS);
        run(DAY);

        assertWhole();
        refused(MachineHistory::destroy);
    }

    @Test
    void aMonotonicClockTenYearsAheadCountsTenMinutes() {
        clock.jump(TEN_YEARS);
        run(6 * DAY);

        refused(MachineHistory::destroy);
        assertWhole();
    }

    @Test
    void timeWhileTheStoreIsClosedDoesNotCount() {
        run(3 * DAY);
        reopen();
        clock.pass(TEN_YEARS);
        reopen();
        run(3 * DAY);

        refused(MachineHistory::destroy);
        assertWhole();
    }

    private String file() {
        return files.paths().stream()
                .filter(path -> path.endsWith("/retention"))
                .findFirst()
                .orElseThrow();
    }

    private void assertLockHolds() {
        reopen();
        assertThat(history.retention().lockMillis()).isEqualTo(LOCKED.lockMillis());
        assertThat(history.retention().fullDensityMillis()).isGreaterThanOrEqualTo(LOCKED.lockMillis());
        run(6 * DAY);
        refused(MachineHistory::destroy);
        refused(held -> held.setRetention(RetentionPolicy.EVERYTHING));
        assertWhole();
    }

    @Test
    void aPolicyEditedOnTheMediumShortensNothing() throws Exception {
        store.close();
        RetentionState written = RetentionState.decode(ByteBuffer.wrap(files.content(file())));
        RetentionPolicy nothing = new RetentionPolicy(0, 0, 0, 0, 0, 0, 0).withCold(new ColdTier(DAY, 60));
        files.replace(file(), written.with(nothing).encode());

        assertThat(StoreVerifier.verify(files, StoreVerifier.Means.none(clock)).findings())
                .extracting(VerifyFinding::detail)
                .contains("claims a lock of 0 ms; the ledger has one of " + 7 * DAY + " ms, which holds");
        assertLockHolds();
        assertThat(history.retention().cold())
                .as("the rest is as it was edited")
                .isEqualTo(nothing.cold());
    }

    @Test
    void aPolicySetBackOnTheMediumShortensNothing() {
        byte[] before = RetentionState.START.encode();
        store.close();
        files.replace(file(), before);

        assertLockHolds();
    }

    @Test
    void aPolicyDeletedFromTheMediumShortensNothing() {
        store.close();
        files.remove(file());

        assertLockHolds();
    }

    @Test
    void aPolicyEditedWithoutItsChecksumIsDamageAndNothingIsDestroyed() {
        store.close();
        List<String> before = files.paths();
        byte[] edited = files.content(file());
        edited[16 + 24] = 0;
        edited[16 + 27] = 0;
        files.replace(file(), edited);

        store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
        clock.pass(TEN_YEARS);
        maintain();

        assertThatThrownBy(() -> store.find(HandMade.MACHINE))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED));
        assertThat(files.paths()).containsAll(before);
    }

    @Test
    void aLockThatWasLoweredWhenItMightBeStaysLowerAcrossRestarts() {
        run(8 * DAY);
        RetentionPolicy shorter = new RetentionPolicy(10 * DAY, 0, 0, 0, 0, 0, DAY);
        history.setRetention(shorter);

        reopen();

        assertThat(history.retention()).isEqualTo(shorter);
    }

    @Test
    void theLockCanBeMadeLongerAndThenHolds() {
        RetentionPolicy longer = new RetentionPolicy(20 * DAY, 0, 0, 0, 0, 0, 20 * DAY);
        history.setRetention(longer);
        run(19 * DAY);

        refused(held -> held.setRetention(LOCKED));
        refused(MachineHistory::destroy);
        assertWhole();
    }

    @Test
    void endsOnceTheStoreHasRunForTheLocksAge() {
        Pin pin = history.pin(new Position(1, 3), "kept");

        run(8 * DAY);

        history.unpin(pin.id());
        history.setRetention(new RetentionPolicy(DAY, 0, 0, 0, 0, 0, DAY));
        history.destroy();
        assertThat(store.machines()).isEmpty();
    }
}
