package io.holdfast.changelog;

import static io.holdfast.changelog.LogFixture.DISKS;
import static io.holdfast.changelog.LogFixture.readAll;
import static io.holdfast.changelog.LogFixture.settings;
import static io.holdfast.changelog.LogFixture.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.StreamRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damage is told from a torn tail: nothing that was synced is ever cut silently. */
class ChangeLogDamageTest {

    private static final long SYNCED = 40;

    private final CrashStorage storage = new CrashStorage(new Random(1));

    @Test
    void everyFlippedBitOfWhatWasSyncedIsReportedAndNothingBehindItIsGiven() {
        filled();
        byte[] whole = storage.bytes("disk-0.hrl");
        Random random = new Random(9);
        int reported = 0;
        for (int trial = 0; trial < 400; trial++) {
            byte[] flipped = whole.clone();
            int bit = random.nextInt(whole.length * Byte.SIZE);
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            CrashStorage copy = copyWith("disk-0.hrl", flipped);

            ChangeLog log = ChangeLog.open(copy, settings(true), random);

            long logged = log.recovery().loggedSequence();
            if (logged < SYNCED) {
                assertThat(log.recovery().damage()).as("bit %d", bit).isNotEmpty();
                reported++;
            }
            if (!log.recovery().isEmpty()) {
                log.begin(2, logged + 1, DISKS);
                assertThat(readAll(log, 1)).isEqualTo(writes(1, logged));
            }
        }
        assertThat(reported).as("flips outside of padding").isGreaterThan(100);
    }

    @Test
    void everyTruncationOfWhatWasSyncedIsReported() {
        filled();
        byte[] whole = storage.bytes("disk-3.hrl");
        for (int length = FileHeader.BYTES + 1; length < whole.length; length += 509) {
            ChangeLog log =
                    ChangeLog.open(copyWith("disk-3.hrl", Arrays.copyOf(whole, length)), settings(true), new Random(1));

            assertThat(log.recovery().damage()).as("length %d", length).isNotEmpty();
        }
    }

    @Test
    void aTornTailIsCutWithoutComplaint() {
        ChangeLog log = open(storage);
        log.begin(1, 1, DISKS);
        log.append(1, writes(1, 10));
        log.sync();
        log.append(1, writes(11, 20));
        byte[] torn = storage.bytes("disk-0.hrl");
        Arrays.fill(torn, torn.length - 2_000, torn.length, (byte) 0);

        ChangeLog reopened = open(copyWith("disk-0.hrl", torn));

        assertThat(reopened.recovery().damage()).isEmpty();
        assertThat(reopened.recovery().loggedSequence()).isBetween(10L, 19L);
    }

    @Test
    void damagedFilesAreSetAsideAndNeverDeleted() {
        filled();
        byte[] damaged = storage.bytes("disk-0.hrl");
        damaged[FileHeader.BYTES + 5_000] ^= 1;
        CrashStorage copy = copyWith("disk-0.hrl", damaged);
        ChangeLog log = open(copy);
        long logged = log.recovery().loggedSequence();
        log.begin(2, logged + 1, DISKS);
        log.release(logged);
        log.tidy();

        assertThat(copy.list()).contains("disk-0-1.hrl.damaged", "disk-3-1.hrl.damaged", "disk-0.hrl", "disk-3.hrl");
        assertThat(open(copy).recovery().damage()).isEmpty();
    }

    @Test
    void whatLiesBehindDamageInAnOlderGenerationIsSetAside() {
        ChangeLog log = open(storage);
        log.begin(1, 1, DISKS);
        log.append(1, writes(1, 20));
        log.sync();
        log.begin(1, 21, DISKS);
        log.append(1, writes(21, 30));
        log.sync();
        byte[] damaged = storage.bytes("disk-0-1.hrl");
        damaged[FileHeader.BYTES + 500] ^= 1;

        CrashStorage copy = copyWith("disk-0-1.hrl", damaged);
        ChangeLog reopened = open(copy);

        assertThat(reopened.recovery().damage()).isNotEmpty();
        assertThat(reopened.recovery().loggedSequence()).isLessThan(20);
        assertThat(copy.list()).contains("disk-0.hrl.damaged", "disk-3.hrl.damaged");
        reopened.begin(2, reopened.recovery().loggedSequence() + 1, DISKS);
        assertThat(open(copy).recovery().damage()).isEmpty();
    }

    @Test
    void damageThatShowsWhileReadingIsNamed() {
        filled();
        byte[] damaged = storage.bytes("disk-0.hrl");
        ChangeLog log = open(storage);
        damaged[FileHeader.BYTES + 300] ^= 1;
        CrashStorage copy = copyWith("disk-0.hrl", storage.bytes("disk-0.hrl"));
        ChangeLog reader = open(copy);
        reader.begin(2, log.recovery().loggedSequence() + 1, DISKS);
        copy.damage("disk-0-1.hrl", damaged);

        assertThatThrownBy(() -> readAll(reader, 1))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LOG_DAMAGED));
    }

    private void filled() {
        ChangeLog log = open(storage);
        log.begin(1, 1, DISKS);
        for (long first = 1; first <= SYNCED; first += 10) {
            List<StreamRecord> records = writes(first, first + 9);
            log.append(1, records);
            log.sync();
        }
        log.rest();
    }

    private static ChangeLog open(CrashStorage storage) {
        return ChangeLog.open(storage, settings(true), new Random(2));
    }

    private CrashStorage copyWith(String name, byte[] bytes) {
        CrashStorage copy = new CrashStorage(new Random(1));
        storage.list().forEach(each -> copy.replace(each, storage.bytes(each)));
        copy.replace(name, bytes);
        return copy;
    }
}
