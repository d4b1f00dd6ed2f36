package io.holdfast.mobility.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.changelog.LogKey;
import io.holdfast.changelog.LogReader;
import io.holdfast.changelog.LogSettings;
import io.holdfast.mobility.stream.LogPump.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LogPumpTest {

    private static final DiskDescription DISK = new DiskDescription(0, "a", 8 << 20, 512, 512);
    private static final DiskDescription OTHER = new DiskDescription(1, "b", 8 << 20, 512, 512);
    private static final DiskTable TABLE = new DiskTable(1, List.of(DISK));

    private final StoppedClock clock = new StoppedClock();
    private final MemoryStorage storage = new MemoryStorage();
    private final Sequencer sequencer = new Sequencer(clock, 16 << 20);
    private final ChangeLog log = ChangeLog.open(
            storage,
            new LogSettings(new MachineId(new UUID(1, 1)), 1 << 20, 64 << 10, Optional.of(new LogKey(new byte[32]))),
            new Random(1));
    private final LogPump pump = new LogPump(log, sequencer, clock);

    @Test
    void beginsNewFilesWithEachDiskTable() {
        sequencer.open(1);
        sequencer.disks(TABLE);
        write(1_000);
        sequencer.disks(new DiskTable(2, List.of(DISK, OTHER)));
        sequencer.write(1, 1, 0, ByteBuffer.allocate(10));

        logAll();

        assertThat(log.loggedSequence()).isEqualTo(4);
        assertThat(storage.list()).containsExactlyInAnyOrder("disk-0-1.hrl", "disk-0.hrl", "disk-1.hrl");
        assertThat(logged(1)).extracting(StreamRecord::sequence).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void goesOnWithTheDisksThatTheStoreKnows() {
        sequencer.restart(70, 0);
        pump.epochOpened(4, TABLE);
        sequencer.gap(GapCause.CAPTURE_RESTARTED, "again");

        logAll();

        assertThat(log.loggedSequence()).isEqualTo(71);
    }

    @Test
    void waitsForADiskTableWhenNobodyKnowsTheDisks() {
        sequencer.gap(GapCause.CAPTURE_RESTARTED, "first of all");

        assertThat(pump.step()).isEqualTo(Outcome.IDLE);
        assertThat(log.loggedSequence()).isZero();
    }

    @Test
    void logsAProofOnlyOnceWhenOnlyTimeHasPassed() {
        sequencer.open(1);
        sequencer.disks(TABLE);
        sequencer.nothingSince(1, 1);
        logAll();
        long bytes = log.bytes();
        sequencer.nothingSince(1, 2);
        logAll();

        assertThat(log.bytes()).isEqualTo(bytes);
    }

    @Test
    void isFullAtTheBoundAndGoesOnWhenTheStoreHasTheOldest() {
        sequencer.open(1);
        sequencer.disks(TABLE);
        for (int i = 0; i < 40; i++) {
            write(50_000);
            pump.step();
        }
        assertThat(pump.isFull()).isTrue();
        long logged = log.loggedSequence();
        assertThat(log.bytes()).isLessThanOrEqualTo(1 << 20);
        assertThat(logged).isBetween(10L, 40L);

        sequencer.durable(logged + 5, logged);
        log.release(logged + 5);
        logAll();
        logAll();

        assertThat(pump.isFull()).isFalse();
        assertThat(log.loggedSequence()).isEqualTo(41);
        assertThat(logged(log.firstSequence()).getLast().sequence()).isEqualTo(41);
    }

    @Test
    void leavesOutWhatBecameDurableWhileItWasFull() {
        sequencer.open(1);
        sequencer.disks(TABLE);
        for (int i = 0; i < 40; i++) {
            write(50_000);
            pump.step();
        }
        sequencer.durable(35, 35);
        log.release(35);
        logAll();
        logAll();

        assertThat(log.loggedSequence()).isEqualTo(41);
        assertThat(log.firstSequence()).isLessThanOrEqualTo(36);
        assertThat(logged(36)).hasSize(6);
    }

    @Test
    void namesAFullDiskAndTriesAgainAfterAWhileWithoutLosingARecord() {
        sequencer.open(1);
        sequencer.disks(TABLE);
        write(1_000);
        logAll();
        storage.failWith("No space left on device");
        write(1_000);

        assertThat(pump.step()).isEqualTo(Outcome.FAILED);
        assertThat(pump.failure()).get().extracting(e -> e.code()).isEqualTo(ErrorCode.DISK_FULL);
        storage.failWith("");
        assertThat(pump.step()).as("not at once").isEqualTo(Outcome.FAILED);
        clock.nanos += 2_000_000_000L;
        logAll();

        assertThat(pump.failure()).isEmpty();
        assertThat(logged(1)).extracting(StreamRecord::sequence).containsExactly(1L, 2L, 3L);
    }

    @Test
    void beginsAnewAfterTheStreamDid() {
        sequencer.open(1);
        sequencer.disks(TABLE);
        write(1_000);
        write(1_000);
        logAll();
        log.release(3);
        sequencer.seal();
        sequencer.restart(1, 0);
        pump.epochOpened(9, TABLE);
        sequencer.gap(GapCause.STORE_SET_BACK, "older");
        sequencer.gap(GapCause.STORE_SET_BACK, "again");

        logAll();

        assertThat(log.firstSequence()).isEqualTo(2);
        assertThat(logged(2)).hasSize(2).allMatch(StreamRecord.Gap.class::isInstance);
    }

    private void write(int length) {
        sequencer.write(1, 0, 0, ByteBuffer.allocate(length));
    }

    private void logAll() {
        for (int i = 0; i < 10; i++) {
            pump.step();
        }
    }

    private List<StreamRecord> logged(long from) {
        LogReader reader = log.read(from);
        List<StreamRecord> all = new ArrayList<>();
        List<StreamRecord> some = reader.next(1 << 20);
        while (!some.isEmpty()) {
            all.addAll(some);
            some = reader.next(1 << 20);
        }
        return all;
    }
}
