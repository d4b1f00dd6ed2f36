package io.holdfast.changelog;

import static io.holdfast.changelog.LogFixture.DISKS;
import static io.holdfast.changelog.LogFixture.any;
import static io.holdfast.changelog.LogFixture.disk;
import static io.holdfast.changelog.LogFixture.proof;
import static io.holdfast.changelog.LogFixture.readAll;
import static io.holdfast.changelog.LogFixture.settings;
import static io.holdfast.changelog.LogFixture.write;
import static io.holdfast.changelog.LogFixture.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.StreamRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeLogTest {

    private final CrashStorage storage = new CrashStorage(new Random(1));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesBackEveryKindOfRecordInOrder(boolean encrypted) {
        ChangeLog log = begun(settings(encrypted));
        Random random = new Random(5);
        List<StreamRecord> records = new ArrayList<>();
        for (long sequence = 1; sequence <= 300; sequence++) {
            records.add(any(random, sequence));
        }

        log.append(1, records);
        log.sync();

        assertThat(readAll(log, 1)).isEqualTo(records);
        assertThat(readAll(log, 250)).isEqualTo(records.subList(249, 300));
    }

    @Test
    void showsNothingBeforeItWasSynced() {
        ChangeLog log = begun(settings(true));
        log.append(1, writes(1, 3));

        assertThat(log.loggedSequence()).isZero();
        assertThat(readAll(log, 1)).isEmpty();
        assertThat(log.sync()).isEqualTo(3);
        assertThat(readAll(log, 1)).hasSize(3);
    }

    @Test
    void readerFollowsWhatIsLoggedAcrossSwitchesAndGivesEachProofOnce() {
        ChangeLog log = begun(settings(true));
        LogReader reader = log.read(1);
        List<StreamRecord> expected = new ArrayList<>();
        List<StreamRecord> read = new ArrayList<>();
        for (long first = 1; first < 100; first += 10) {
            log.begin(1, first, DISKS);
            List<StreamRecord> some = new ArrayList<>(writes(first, first + 9));
            some.add(proof(first + 9));
            log.append(1, some);
            log.sync();
            expected.addAll(some);
            read.addAll(reader.next(Long.MAX_VALUE));
            assertThat(reader.next(Long.MAX_VALUE)).isEmpty();
        }

        assertThat(read).isEqualTo(expected);
    }

    @Test
    void givesProofsOfTheSequenceBeforeTheFirstWanted() {
        ChangeLog log = begun(settings(true));
        log.append(1, writes(1, 4));
        log.append(1, List.of(proof(2), proof(4)));
        log.sync();
        log.begin(1, 5, DISKS);
        log.append(1, writes(5, 5));
        log.sync();

        assertThat(readAll(log, 5)).startsWith(proof(4)).hasSize(2);
        assertThat(readAll(log, 4)).hasSize(3);
    }

    @Test
    void namesFilesAfterTheirDisksAndKeepsOneMoreWhileTheFirstIsInTransit() {
        ChangeLog log = begun(settings(true));
        log.append(1, writes(1, 400));
        log.sync();
        assertThat(log.switchDue()).isTrue();

        log.begin(1, 401, DISKS);

        assertThat(storage.list())
                .containsExactlyInAnyOrder("disk-0.hrl", "disk-3.hrl", "disk-0-1.hrl", "disk-3-1.hrl");
        assertThat(log.switchDue()).isFalse();
        log.release(399);
        log.tidy();
        assertThat(storage.list()).hasSize(4);
        log.release(400);
        log.tidy();
        assertThat(storage.list()).containsExactlyInAnyOrder("disk-0.hrl", "disk-3.hrl");
        assertThat(log.firstSequence()).isEqualTo(401);
    }

    @Test
    void readerPassesOverWhatWasReleasedBehindIt() {
        ChangeLog log = begun(settings(true));
        log.append(1, writes(1, 10));
        log.sync();
        LogReader reader = log.read(1);
        assertThat(reader.next(Long.MAX_VALUE)).hasSize(10);
        log.begin(1, 11, DISKS);
        log.release(10);
        log.tidy();
        log.append(1, writes(11, 12));
        log.sync();

        assertThat(reader.next(Long.MAX_VALUE)).hasSize(2);
        assertThatThrownBy(() -> log.read(5))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("begins at 11");
    }

    @Test
    void takesNoChangeBeyondHalfOfItsDiskAndStillTakesTheGap() {
        ChangeLog log = ChangeLog.open(storage, settings(true), new Random(2));
        log.begin(1, 1, List.of(disk(0, 256 << 10), disk(3, 64 << 20)));
        long sequence = 1;
        while (log.append(1, List.of(write(sequence, 0, 0, 10_000)))) {
            log.sync();
            sequence++;
        }

        assertThat(storage.bytes("disk-0.hrl").length).isBetween(100 << 10, 128 << 10);
        assertThat(log.append(1, List.of(new StreamRecord.Ready(sequence, 5)))).isTrue();
        assertThat(log.append(1, List.of(write(sequence + 1, 3, 0, 10_000)))).isTrue();
        assertThat(log.sync()).isEqualTo(sequence + 1);
    }

    @Test
    void takesNoChangeBeyondItsBound() {
        LogSettings small = new LogSettings(LogFixture.MACHINE, 1 << 20, 64 << 10, Optional.empty());
        ChangeLog log = begun(small);

        assertThat(log.append(1, writes(1, 100))).isTrue();
        assertThat(log.append(1, List.of(write(101, 0, 0, 1 << 20)))).isFalse();
        assertThat(log.append(1, writes(101, 101))).isTrue();
    }

    @Test
    void refusesSequencesThatDoNotFollow() {
        ChangeLog log = begun(settings(true));
        log.append(1, writes(1, 3));

        assertThatThrownBy(() -> log.append(1, writes(5, 5)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SEQUENCE_CONFLICT));
        assertThatThrownBy(() -> log.append(1, List.of(proof(4)))).isInstanceOf(HoldfastException.class);
    }

    @Test
    void forgetsEverythingWhenTheNextSequenceDoesNotFollow() {
        ChangeLog log = begun(settings(true));
        log.append(1, writes(1, 3));
        log.sync();

        log.begin(2, 50, DISKS);
        log.append(1, writes(50, 51));
        log.sync();

        assertThat(log.firstSequence()).isEqualTo(50);
        assertThat(readAll(log, 50)).isEqualTo(writes(50, 51));
    }

    @Test
    void namesAFullDiskAndGoesOnWithNewFilesFromWhatWasLogged() {
        ChangeLog log = begun(settings(true));
        log.append(1, writes(1, 5));
        log.sync();
        storage.failAfter(1, "No space left on device");

        assertThatThrownBy(() -> {
                    log.append(1, writes(6, 9));
                    log.sync();
                })
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL));
        assertThatThrownBy(log::sync).isInstanceOf(HoldfastException.class);
        assertThat(log.loggedSequence()).isEqualTo(5);
        storage.repair();
        log.begin(1, 6, DISKS);
        log.append(1, writes(6, 9));
        log.sync();

        assertThat(readAll(log, 1)).isEqualTo(writes(1, 9));
    }

    @Test
    void canBeBegunAgainAfterAnyFailureOfBeginning() {
        for (int operations = 0; operations < 12; operations++) {
            CrashStorage failing = new CrashStorage(new Random(3));
            ChangeLog log = ChangeLog.open(failing, settings(true), new Random(2));
            log.begin(1, 1, DISKS);
            log.append(1, writes(1, 5));
            log.sync();
            failing.failAfter(operations, "Input/output error");
            try {
                log.begin(1, 6, DISKS);
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.DISK_ERROR);
            }
            failing.crash();

            ChangeLog reopened = ChangeLog.open(failing, settings(true), new Random(4));
            assertThat(reopened.recovery().damage()).isEmpty();
            reopened.begin(2, 6, DISKS);
            assertThat(readAll(reopened, 1)).isEqualTo(writes(1, 5));
        }
    }

    @Test
    void refusesAnotherKeyAndAnotherMachinesLog() {
        begun(settings(true)).close();

        LogSettings otherKey = new LogSettings(LogFixture.MACHINE, 1 << 20, 4096, Optional.of(LogFixture.key(8)));
        assertThatThrownBy(() -> ChangeLog.open(storage, otherKey, new Random(1)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING));
        LogSettings otherMachine = LogSettings.encrypted(new MachineId(new UUID(1, 2)), 1 << 20, LogFixture.key(7));
        assertThatThrownBy(() -> ChangeLog.open(storage, otherMachine, new Random(1)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_COPIED));
    }

    @Test
    void keepsNoPlaintextWhenEncrypted() {
        ChangeLog log = begun(settings(true));
        byte[] secret = "a very recognisable secret of the guest".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        log.append(
                1,
                List.of(new StreamRecord.Change(
                        1,
                        1,
                        io.holdfast.base.stream.ChangeOrigin.GUEST,
                        0,
                        0,
                        secret.length,
                        io.holdfast.base.stream.ExtentKind.DATA,
                        java.nio.ByteBuffer.wrap(secret))));
        log.sync();

        String stored = new String(storage.bytes("disk-0.hrl"), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(stored).contains("HRLG").doesNotContain("recognisable");
    }

    private ChangeLog begun(LogSettings settings) {
        ChangeLog log = ChangeLog.open(storage, settings, new Random(2));
        log.begin(1, 1, DISKS);
        return log;
    }
}
