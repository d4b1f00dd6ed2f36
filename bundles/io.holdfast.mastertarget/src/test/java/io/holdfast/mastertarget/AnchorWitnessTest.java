package io.holdfast.mastertarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anchors in a folder that somebody else keeps. */
class AnchorWitnessTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));
    private static final MachineKeys KEYS = MachineKeys.generate(new SecureRandom());
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);

    private final AtomicLong clock = new AtomicLong(1_795_279_200_000L);

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectory(drop());
    }

    private Path drop() {
        return folder.resolve("drop");
    }

    private RecoveryStore open() {
        return RecoveryStore.open(folder.resolve("store"), SETTINGS, TimeSource.SYSTEM);
    }

    private AnchorWitness witness(RecoveryStore store) {
        return new AnchorWitness(store, Optional.empty(), new TimeSource() {
            @Override
            public long utcMillis() {
                return clock.addAndGet(60_000);
            }

            @Override
            public long monotonicNanos() {
                return 0;
            }
        });
    }

    private List<Path> laidDown() throws IOException {
        try (Stream<Path> files = Files.list(drop())) {
            return files.sorted().toList();
        }
    }

    private static void grow(RecoveryStore store) {
        MachineHistory history = store.find(MACHINE).orElseGet(() -> store.create(MACHINE));
        for (int times = 0; times < 2; times++) {
            Position head = history.head().position();
            history.openEpoch(new EpochRequest(head, Position.ORIGIN, EpochCause.START, "test", 0));
            BatchStart start = BatchStart.after(MACHINE, history.head(), new UUID(5, 6));
            BatchBuilder builder = BatchBuilder.create(KEYS, new BatchSettings(Codec.NONE, 64 << 10), start);
            builder.add(new StreamRecord.Disks(
                    start.head().sequence() + 1,
                    1_000,
                    new DiskTable(start.disks().version() + 1, List.of())));
            history.append(builder.seal().bytes());
            store.commit();
            history.openUnproven(history.head().position(), KEYS).close(); // takes it out of the intake log
        }
        while (store.maintain()) {
            // until what is full is sealed
        }
    }

    @Test
    void eachAnchorProvesThatItGrewOutOfTheOneBefore() throws IOException {
        try (RecoveryStore store = open()) {
            AnchorWitness witness = witness(store);
            for (int round = 0; round < 3; round++) {
                grow(store);
                witness.round(drop());
            }
            assertThat(witness.trouble()).isEmpty();
        }

        List<Anchor> anchors = new ArrayList<>();
        for (Path file : laidDown()) {
            anchors.add(Anchor.parse(Files.readString(file)));
        }
        assertThat(anchors).hasSize(3);
        assertThat(anchors.get(0).heads().getFirst().entries()).isPositive();
        assertThat(anchors.get(1)
                        .heads()
                        .getFirst()
                        .grewOutOf(anchors.get(0).heads().getFirst()))
                .isTrue();
        assertThat(anchors.get(2)
                        .heads()
                        .getFirst()
                        .grewOutOf(anchors.get(1).heads().getFirst()))
                .isTrue();
    }

    @Test
    void nothingIsLaidDownWhereNothingWasAdded() throws IOException {
        try (RecoveryStore store = open()) {
            grow(store);
            AnchorWitness witness = witness(store);
            witness.round(drop());
            witness.round(drop());
        }

        assertThat(laidDown()).hasSize(1);
    }

    @Test
    void storeThatWasSetBackStaysInViewAndGetsNoFurtherAnchor() throws IOException {
        try (RecoveryStore store = open()) {
            grow(store);
        }
        Path old = folder.resolve("old");
        copy(folder.resolve("store"), old);
        try (RecoveryStore store = open()) {
            grow(store);
            witness(store).round(drop());
        }

        try (RecoveryStore store = RecoveryStore.open(old, SETTINGS, TimeSource.SYSTEM)) {
            AnchorWitness witness = witness(store);
            witness.round(drop());
            assertThat(witness.trouble()).contains(MACHINE.toString(), "the anchor has seen");
            witness.round(drop());
            assertThat(witness.trouble()).as("still").contains(MACHINE.toString());
        }
        assertThat(laidDown()).hasSize(1);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Test
    void destroyedHistoryIsNoTrouble() throws IOException {
        try (RecoveryStore store = open()) {
            grow(store);
            AnchorWitness witness = witness(store);
            witness.round(drop());
            store.find(MACHINE).orElseThrow().destroy();
            witness.round(drop());
            assertThat(witness.trouble()).isEmpty();
        }
        assertThat(laidDown()).hasSize(2);
    }

    @Test
    void folderThatIsNotThereIsNamedAndNotMade() throws IOException {
        try (RecoveryStore store = open()) {
            AnchorWitness witness = witness(store);
            witness.round(folder.resolve("share"));
            assertThat(witness.trouble()).contains("share");
            assertThat(folder.resolve("share")).doesNotExist();
            witness.round(drop());
            assertThat(witness.trouble()).as("mounted again").isEmpty();
        }
    }

    @Test
    void laysDownAtItsStartAndEndsWhenAsked() throws Exception {
        try (RecoveryStore store = open()) {
            grow(store);
            AnchorWitness witness = new AnchorWitness(
                    store, Optional.of(new AnchorWitness.Settings(drop(), Duration.ofHours(1))), TimeSource.SYSTEM);
            Thread thread = Thread.ofPlatform().start(witness);
            witness.stop();
            thread.join(Duration.ofSeconds(60));
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(laidDown()).hasSize(1);
        assertThatThrownBy(() -> new AnchorWitness.Settings(drop(), Duration.ZERO))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("expected 1 to 8784");
    }
}
