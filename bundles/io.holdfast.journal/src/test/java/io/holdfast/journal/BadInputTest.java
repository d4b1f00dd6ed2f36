package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.ReadOnlyFiles;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.Tampering;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the store that somebody gives is said by name: the thing, what it is, what would be right. */
class BadInputTest {

    private static final int WRITE_BYTES = 20_000;

    private final SimulatedFiles files = new SimulatedFiles(1);
    private final HandMade stream = new HandMade(Codec.NONE);

    private static RecoveryStore open(SimulatedFiles medium) {
        return RecoveryStore.open(medium, SmallStore.SETTINGS, StoreDriver.TIME);
    }

    private static void refuses(ErrorCode code, Runnable action, String... words) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContainingAll(words);
    }

    /** Three segments and more; write n of 20,000 bytes has sequence n + 3 and lies at n times its length. */
    private RecoveryStore written() {
        RecoveryStore store = open(files);
        MachineHistory history = store.create(HandMade.MACHINE);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .ready()
                .to(history);
        for (int write = 0; write < 12; write++) {
            stream.write(0, (long) write * WRITE_BYTES, HandMade.pattern(WRITE_BYTES, write))
                    .proof()
                    .to(history);
            store.commit();
        }
        while (store.maintain()) {
            // until full segments are sealed
        }
        return store;
    }

    private static String segment(SimulatedFiles medium, int number) {
        return medium.paths().stream()
                .filter(path -> path.endsWith("000000000" + number + ".seg"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void keysOfAnotherMachine(@TempDir Path folder) {
        Path file = folder.resolve("machine.key");
        MachineId other = new MachineId(new UUID(7, 7));
        KeyFile.write(file, other, HandMade.KEYS);

        refuses(
                ErrorCode.KEY_FOREIGN,
                () -> KeyFile.read(file, HandMade.MACHINE),
                file.toString(),
                other.toString(),
                HandMade.MACHINE.toString());
    }

    @Test
    void aStoreThatAnotherProcessHasOpen(@TempDir Path folder) {
        Path directory = folder.resolve("store");
        try (RecoveryStore _ = RecoveryStore.open(directory, SmallStore.SETTINGS, StoreDriver.TIME)) {
            refuses(
                    ErrorCode.DATA_FOLDER_IN_USE,
                    () -> RecoveryStore.open(directory, SmallStore.SETTINGS, StoreDriver.TIME),
                    "recovery store " + directory,
                    "another process has it open");
            refuses(
                    ErrorCode.DATA_FOLDER_IN_USE,
                    () -> StoreVerifier.verify(directory, StoreVerifier.Means.none(StoreDriver.TIME)),
                    "recovery store " + directory);
        }
    }

    @Test
    void aFileThatACopyLeftOut() {
        written().close();

        SimulatedFiles withoutLog = files.snapshot();
        withoutLog.remove("intake");
        refuses(ErrorCode.STORE_DAMAGED, () -> open(withoutLog), "lacks intake", "copied whole");

        SimulatedFiles shortLog = files.snapshot();
        shortLog.replace("intake", new byte[70_000]);
        refuses(ErrorCode.STORE_DAMAGED, () -> open(shortLog), "intake log has 70000 bytes; expected 1048576");

        SimulatedFiles withoutCheckpoint = files.snapshot();
        withoutCheckpoint.remove("checkpoint");
        refuses(ErrorCode.STORE_DAMAGED, () -> open(withoutCheckpoint), "lacks checkpoint");
    }

    @Test
    void anIntakeLogThatIsAllZero() {
        RecoveryStore store = written();
        stream.write(0, 0, HandMade.pattern(100, 1))
                .to(store.find(HandMade.MACHINE).orElseThrow());
        store.commit();
        SimulatedFiles sparse = files.snapshot();
        sparse.replace("intake", new byte[sparse.content("intake").length]);

        assertThat(Tampering.verify(sparse).firstDamage().orElseThrow().detail())
                .isEqualTo("a commit slot is zero, though both were written; what was acknowledged last may be lost");
        assertThat(open(sparse).damages()).extracting(Damage::file).contains("intake");
    }

    @Test
    void aSegmentThatIsMissingInTheMiddle() {
        written().close();
        files.remove(segment(files, 2));

        RecoveryStore store = open(files);

        refuses(
                ErrorCode.STORE_DAMAGED,
                () -> store.find(HandMade.MACHINE),
                "history of machine " + HandMade.MACHINE,
                "segment 2 is missing",
                "a verification of the store names its points that are still whole");
    }

    @Test
    void aPointWhoseDataIsDamaged() {
        RecoveryStore store = written();
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        String path = segment(files, 2);
        byte[] content = files.content(path);
        content[4096 + 3 * WRITE_BYTES / 2] ^= 1;
        files.overwrite(path, content);
        long damaged = history.points().latest().orElseThrow().position().sequence();

        try (PointImage image = history.openPoint(new Position(1, damaged), HandMade.KEYS)) {
            int unreadable = 0;
            for (int write = 0; write < 12; write++) {
                long offset = (long) write * WRITE_BYTES;
                try {
                    image.read(0, offset, ByteBuffer.allocate(WRITE_BYTES));
                } catch (HoldfastException e) {
                    unreadable++;
                    assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
                    assertThat(e)
                            .hasMessageContainingAll(
                                    "disk 0 of machine " + HandMade.MACHINE,
                                    "at " + offset,
                                    path,
                                    "other ranges of this point can be read",
                                    "points before sequence " + (write + 3) + " are not concerned");
                }
            }
            assertThat(unreadable).as("writes that cannot be read").isEqualTo(1);
        }
    }

    @Test
    void aBatchWhoseClockRunsBackwards() {
        RecoveryStore store = open(files);
        MachineHistory history = store.create(HandMade.MACHINE);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .to(history);
        store.commit();
        HistoryHead head = history.head();
        BatchStart early = new BatchStart(
                HandMade.MACHINE,
                head.position(),
                head.blockNumber(),
                head.chain(),
                head.disks(),
                0,
                BatchStart.BOOT_UNKNOWN);
        BatchBuilder builder = BatchBuilder.create(HandMade.KEYS, BatchSettings.of(Codec.NONE), early);
        builder.add(new StreamRecord.Change(
                2, 1_000, ChangeOrigin.GUEST, 0, 0, 512, ExtentKind.DATA, ByteBuffer.allocate(512)));
        ByteBuffer batch = builder.seal().bytes();

        refuses(
                ErrorCode.SEQUENCE_CONFLICT,
                () -> history.append(batch),
                "its source's clock runs backwards: 1000 ms after " + head.utcMillis() + " ms",
                "expected one that never goes back within epoch 1");
        stream.write(0, 0, HandMade.pattern(512, 1)).to(history);
        store.commit();
        assertThat(history.head().position()).isEqualTo(new Position(1, 2));
    }

    @Test
    void aMediumThatCannotBeWritten() {
        written().close();
        ReadOnlyFiles mounted = new ReadOnlyFiles(files);

        refuses(
                ErrorCode.DATA_FOLDER_READ_ONLY,
                () -> RecoveryStore.open(mounted, SmallStore.SETTINGS, StoreDriver.TIME),
                "recovery store /mnt",
                "Read-only file system",
                "expected a medium that this process may write, or a copy of the folder on one");
        files.replace("lock", new byte[0]);
        assertThat(StoreVerifier.verify(mounted, StoreVerifier.Means.none(StoreDriver.TIME))
                        .intact())
                .as("verification only reads")
                .isTrue();
    }

    @Test
    void aCopyOfTheStoresOwnFolderAsTheTargetOfATransfer() {
        RecoveryStore store = written();
        RecoveryStore twin = open(files.snapshot());

        refuses(
                ErrorCode.DATA_FOLDER_COPIED,
                () -> store.transfer(HandMade.MACHINE, TransferTest.order(twin, TransferKind.COPY)),
                "target of a transfer",
                store.storeId().toString(),
                "expected a store of its own");
    }
}
