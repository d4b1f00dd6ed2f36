package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.testkit.CrashChoice;
import io.holdfast.journal.testkit.DistinctWrites;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.ReadOnlyFiles;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.TestSigner;
import io.holdfast.journal.testkit.ThinnedStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a medium that is only read shows what an opening would show, and not one byte of the medium changes. */
class OpenedForReadingTest {

    private static final int OUTCOMES_EACH = 23;

    private static RecoveryStore read(SimulatedFiles medium) {
        return RecoveryStore.openReading(new ReadOnlyFiles(medium), SmallStore.SETTINGS, StoreDriver.TIME);
    }

    private static Map<String, byte[]> contents(SimulatedFiles medium) {
        Map<String, byte[]> all = new TreeMap<>();
        medium.paths().forEach(path -> all.put(path, medium.content(path)));
        return all;
    }

    private static void requireSame(SimulatedFiles medium, Map<String, byte[]> before) {
        assertThat(medium.paths()).containsExactlyElementsOf(before.keySet());
        before.forEach(
                (path, content) -> assertThat(medium.content(path)).as(path).isEqualTo(content));
    }

    private static void refuses(ErrorCode code, ThrowingCallable action, String... words) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContainingAll(words);
    }

    /** All that a store says of its machines, with the images of some points. */
    private static List<Object> everythingOf(RecoveryStore store, SmallStore origin) {
        List<Object> all = new ArrayList<>(store.damages());
        for (MachineId machine : store.machines()) {
            MachineHistory history = store.find(machine).orElseThrow();
            all.add(history.head());
            all.add(history.points().intervals(Long.MIN_VALUE, Long.MAX_VALUE, Points.COUNT_MAX));
            all.add(history.pins());
            MachineKeys keys = origin.keys(machine).orElseThrow();
            long newest = history.head().position().sequence();
            for (long sequence : Set.of(newest, Math.max(1, newest / 2))) {
                if (newest > 0) {
                    all.add(imageOf(history, history.points().at(sequence).position(), keys));
                }
            }
        }
        return all;
    }

    private static Map<Integer, ByteBuffer> imageOf(MachineHistory history, Position position, MachineKeys keys) {
        Map<Integer, ByteBuffer> disks = new HashMap<>();
        try (PointImage image = history.openUnproven(position, keys)) {
            for (DiskDescription disk : image.disks().disks()) {
                ByteBuffer content = ByteBuffer.allocate((int) disk.sizeBytes());
                image.read(disk.number(), 0, content);
                disks.put(disk.number(), content.flip());
            }
        }
        return disks;
    }

    @Test
    void showsWhatLiesInTheIntakeLogAlone() {
        SimulatedFiles files = new SimulatedFiles(1);
        HandMade stream = new HandMade(Codec.LZ4);
        RecoveryStore writer = RecoveryStore.open(files, SmallStore.SETTINGS, StoreDriver.TIME);
        MachineHistory written = writer.create(HandMade.MACHINE);
        stream.epoch(written, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .ready()
                .write(0, 4096, HandMade.pattern(3_000, 7))
                .proof()
                .to(written);
        writer.commit();
        SimulatedFiles medium = files.snapshot();
        Map<String, byte[]> before = contents(medium);
        assertThat(before.keySet()).as("nothing lies in a segment").noneMatch(path -> path.endsWith(".open"));

        try (RecoveryStore store = read(medium)) {
            MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
            Position newest = history.points().latestProven().orElseThrow().position();
            ByteBuffer found = ByteBuffer.allocate(3_000);
            try (PointImage image = history.openPoint(newest, HandMade.KEYS)) {
                image.read(0, 4096, found);
            }

            assertThat(newest).isEqualTo(new Position(1, 3));
            assertThat(found.array()).isEqualTo(HandMade.pattern(3_000, 7));
        }
        requireSame(medium, before);
    }

    @Test
    void showsTheSameAsAnOpeningWhateverACrashHasLeft() {
        SmallStore origin = new SmallStore(5);
        List<SimulatedFiles> outcomes = new ArrayList<>();
        SimulatedFiles files = origin.files();
        files.beforeEach(() -> {
            if (files.operations() % OUTCOMES_EACH == 0) {
                outcomes.add(files.outcome(new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN)));
                outcomes.add(files.outcome(new CrashChoice(Set.copyOf(files.unforced()), CrashChoice.NOTHING_TORN)));
            }
        });
        origin.grow(40);

        assertThat(outcomes).hasSizeGreaterThan(20);
        for (SimulatedFiles outcome : outcomes) {
            Map<String, byte[]> before = contents(outcome);
            List<Object> seen;
            try (RecoveryStore store = read(outcome)) {
                seen = everythingOf(store, origin);
            }
            requireSame(outcome, before);

            try (RecoveryStore store = RecoveryStore.open(outcome, SmallStore.SETTINGS, StoreDriver.TIME)) {
                assertThat(seen).isEqualTo(everythingOf(store, origin));
            }
        }
    }

    @Test
    void readsCleanedAndColdSegments() {
        ThinnedStore thinned = new ThinnedStore(1, ThinnedStore.Content.TEXT, _ -> Optional.of(HandMade.KEYS));
        thinned.overwrite(4).codeAfterAnHour().pass(3).keepAnHour().pass(3).overwrite(1);
        SimulatedFiles medium = thinned.files().snapshot();
        Map<String, byte[]> before = contents(medium);
        assertThat(before.keySet()).anyMatch(path -> path.matches(".*\\.[1-9][0-9]*\\.seg"));

        try (RecoveryStore store = read(medium)) {
            thinned.look(store);
            assertThat(store.damages()).isEmpty();
        }
        requireSame(medium, before);
    }

    @Test
    void namesADamagedFrameAndReadsTheRest() {
        SimulatedFiles medium = new SimulatedFiles(1);
        DistinctWrites.to(medium, StoreDriver.TIME, new TestSigner(1)).close();
        String path = medium.paths().stream()
                .filter(each -> each.endsWith("0000000002.seg"))
                .findFirst()
                .orElseThrow();
        byte[] content = medium.content(path);
        content[4096 + DistinctWrites.WRITE_BYTES + DistinctWrites.WRITE_BYTES / 2] ^= 1;
        medium.replace(path, content);
        Map<String, byte[]> before = contents(medium);

        int unreadable = 0;
        try (RecoveryStore store = read(medium)) {
            MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
            Position newest = history.points().latest().orElseThrow().position();
            try (PointImage image = history.openUnproven(newest, HandMade.KEYS)) {
                for (int write = 0; write < DistinctWrites.WRITES; write++) {
                    ByteBuffer found = ByteBuffer.allocate(DistinctWrites.WRITE_BYTES);
                    try {
                        image.read(0, (long) write * DistinctWrites.WRITE_BYTES, found);
                    } catch (HoldfastException e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
                        assertThat(e).hasMessageContaining(path);
                        unreadable++;
                    }
                }
            }
        }
        assertThat(unreadable).isEqualTo(1);
        requireSame(medium, before);
    }

    @Test
    void namesADamagedTailAndKeepsNoCopyOfIt() {
        SimulatedFiles medium = new SimulatedFiles(1);
        HandMade stream = new HandMade(Codec.NONE);
        try (RecoveryStore writer = RecoveryStore.open(medium, SmallStore.SETTINGS, StoreDriver.TIME)) {
            MachineHistory written = writer.create(HandMade.MACHINE);
            stream.epoch(written, Position.ORIGIN)
                    .disks(HandMade.oneDisk(1, 1 << 20))
                    .ready()
                    .to(written);
            for (int write = 0; write < 3; write++) {
                stream.write(0, 0, HandMade.pattern(25_000, write)).proof().to(written);
                writer.commit();
            }
        }
        String path = medium.paths().stream()
                .filter(each -> each.endsWith(".open"))
                .findFirst()
                .orElseThrow();
        byte[] content = medium.content(path);
        Arrays.fill(content, content.length / 2, content.length, (byte) 1);
        medium.replace(path, content);
        Map<String, byte[]> before = contents(medium);

        try (RecoveryStore store = read(medium)) {
            assertThat(store.damages())
                    .anySatisfy(damage -> assertThat(damage.file()).isEqualTo(path));
            MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
            ByteBuffer found = ByteBuffer.allocate(25_000);
            try (PointImage image = history.openPoint(new Position(1, 3), HandMade.KEYS)) {
                image.read(0, 0, found);
            }
            assertThat(found.array()).isEqualTo(HandMade.pattern(25_000, 0));
            assertThat(history.head().position()).isEqualTo(new Position(1, 4));
        }
        requireSame(medium, before);
    }

    @Test
    void refusesEveryChangeByName() {
        SmallStore origin = new SmallStore(2).grow(4);
        SimulatedFiles medium = origin.closed();
        RecoveryStore other = RecoveryStore.open(new SimulatedFiles(9, 9), SmallStore.SETTINGS, StoreDriver.TIME);
        try (RecoveryStore store = read(medium)) {
            MachineHistory history = store.find(origin.machine(0)).orElseThrow();
            Position head = history.head().position();
            List<ThrowingCallable> changes = List.of(
                    store::commit,
                    store::maintain,
                    store::offload,
                    store::requireIntake,
                    () -> store.create(new MachineId(new UUID(7, 7))),
                    () -> history.append(ByteBuffer.allocate(4096)),
                    () -> history.openEpoch(new EpochRequest(head, head, EpochCause.START, "a test", 0)),
                    () -> history.pin(head, "a test"),
                    () -> history.unpin(1),
                    () -> history.setRetention(RetentionPolicy.EVERYTHING),
                    history::release,
                    history::requireDestroyable,
                    history::destroy,
                    () -> TransferTest.run(
                            store.transfer(origin.machine(0), TransferTest.order(other, TransferKind.MOVE))));

            assertThat(changes)
                    .allSatisfy(change -> refuses(
                            ErrorCode.DATA_FOLDER_READ_ONLY,
                            change,
                            "recovery store /mnt",
                            "was opened for reading alone"));
            assertThat(history.head().position()).isEqualTo(head);
        }
    }

    @Test
    void isCopiedToAnotherStoreWithItsUnsealedTail() {
        SmallStore origin = new SmallStore(4).grow(12);
        SimulatedFiles medium = origin.killed();
        Map<String, byte[]> before = contents(medium);

        try (RecoveryStore target =
                RecoveryStore.open(new SimulatedFiles(9, 9), SmallStore.SETTINGS, StoreDriver.TIME)) {
            try (RecoveryStore store = read(medium)) {
                for (MachineId machine : store.machines()) {
                    TransferTest.run(store.transfer(machine, TransferTest.order(target, TransferKind.COPY)));
                    assertThat(target.find(machine).orElseThrow().head().blockNumber())
                            .isEqualTo(origin.store()
                                    .find(machine)
                                    .orElseThrow()
                                    .head()
                                    .blockNumber());
                }
            }
            origin.look(target);
        }
        requireSame(medium, before);
    }

    @Test
    void isRefusedWhileAProcessWritesItAndKeepsWritersOut(@TempDir Path folder) {
        Path directory = folder.resolve("store");
        ThrowingCallable reading = () -> RecoveryStore.openReading(directory, SmallStore.SETTINGS, StoreDriver.TIME)
                .close();
        refuses(ErrorCode.NOT_FOUND, reading, directory.toString());
        assertThat(directory).doesNotExist();

        try (RecoveryStore _ = RecoveryStore.open(directory, SmallStore.SETTINGS, StoreDriver.TIME)) {
            refuses(
                    ErrorCode.DATA_FOLDER_IN_USE,
                    reading,
                    "recovery store " + directory,
                    "another process has it open");
        }
        try (RecoveryStore _ = RecoveryStore.openReading(directory, SmallStore.SETTINGS, StoreDriver.TIME)) {
            refuses(
                    ErrorCode.DATA_FOLDER_IN_USE,
                    () -> RecoveryStore.open(directory, SmallStore.SETTINGS, StoreDriver.TIME),
                    "recovery store " + directory);
        }
    }
}
