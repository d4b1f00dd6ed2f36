package io.holdfast.tests.system;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.PointStretch;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifiedMachine;
import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.VerifyReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that a past format wrote is read as it was then, by the store and by the independent reader, and goes on. */
@Timeout(120)
class GoldenStoreTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = 1)
    void opensAndReadsAsItWasWritten(int version) throws Exception {
        GoldenStore golden = GoldenStore.unpack(version, folder);

        try (RecoveryStore store = golden.open()) {
            MachineHistory history = store.find(GoldenStore.MACHINE).orElseThrow();
            assertThat(store.damages()).isEmpty();
            assertThat(history.pins()).singleElement().extracting("reason").isEqualTo("golden");
            assertReads(golden, history);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void isVerifiedAsItLiesAndAfterItWasOpened(int version) throws Exception {
        GoldenStore golden = GoldenStore.unpack(version, folder);

        VerifyReport asItLies = verify(golden);
        golden.open().close();
        VerifyReport opened = verify(golden);

        assertThat(asItLies.findings()).noneMatch(found -> found.kind() == VerifyFinding.Kind.DAMAGE);
        assertThat(opened.findings()).noneMatch(found -> found.kind() == VerifyFinding.Kind.DAMAGE);
        assertThat(opened.machines()).hasSize(2).allSatisfy(machine -> {
            assertThat(machine.contentBlocks()).isPositive();
            assertThat(machine.stretches())
                    .isNotEmpty()
                    .allMatch(stretch -> stretch.state() == PointStretch.State.WHOLE);
        });
        assertThat(blocks(opened)).isEqualTo(blocks(asItLies));
    }

    private static Map<MachineId, Long> blocks(VerifyReport report) {
        return report.machines().stream().collect(toMap(VerifiedMachine::machine, VerifiedMachine::blocks));
    }

    /** With the keys, so that the content is read as well as the chain. */
    private static VerifyReport verify(GoldenStore golden) {
        return StoreVerifier.verify(
                golden.store(), new StoreVerifier.Means(golden::keysOf, List.of(), RandomStore.TIME));
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void isWholeAndTheSameForTheIndependentReader(int version) throws Exception {
        GoldenStore golden = GoldenStore.unpack(version, folder);
        PythonReader reader = new PythonReader(Files.createDirectory(folder.resolve("work")));

        assertWhole(reader, golden);

        List<PythonReader.Wish> wishes = new ArrayList<>();
        for (GoldenStore.Expected expected : golden.expected()) {
            Path image = folder.resolve("work/image-" + wishes.size());
            wishes.add(new PythonReader.Wish(expected.point(), expected.disk(), image));
        }
        reader.restore(golden.store(), golden.keyFile(), GoldenStore.MACHINE, wishes)
                .expectSuccess();
        for (int index = 0; index < wishes.size(); index++) {
            byte[] image = Files.readAllBytes(wishes.get(index).image());
            assertThat(GoldenStore.sha256(image))
                    .as(
                            "disk %d at %s",
                            wishes.get(index).disk(), wishes.get(index).position())
                    .isEqualTo(golden.expected().get(index).sha256());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = 1)
    void goesOn(int version) throws Exception {
        GoldenStore golden = GoldenStore.unpack(version, folder);
        PythonReader reader = new PythonReader(Files.createDirectory(folder.resolve("work")));
        Path image = folder.resolve("work/image");

        try (RecoveryStore store = golden.open()) {
            MachineHistory history = store.find(GoldenStore.MACHINE).orElseThrow();
            RandomStore written = RandomStore.goOn(store, GoldenStore.MACHINE, golden.secrets(), new Random(version));
            written.write(4, 10);
            written.ready();
            written.prove();
            written.settle();

            assertReads(golden, history);
            Position newest = history.points().latestProven().orElseThrow().position();
            assertThat(newest).isEqualTo(history.head().position());
            reader.restore(
                            golden.store(),
                            golden.keyFile(),
                            GoldenStore.MACHINE,
                            List.of(new PythonReader.Wish(newest, 0, image)))
                    .expectSuccess();
            assertThat(Files.readAllBytes(image)).isEqualTo(StoreFolders.read(history, newest, golden.keys(), 0));
        }
        assertWhole(reader, golden);
        assertThat(verify(golden).intact()).as("verified after it went on").isTrue();
        try (RecoveryStore again = golden.open()) {
            assertReads(golden, again.find(GoldenStore.MACHINE).orElseThrow());
        }
    }

    private static void assertWhole(PythonReader reader, GoldenStore golden) throws Exception {
        reader.run("verify", golden.store().toString(), "--keys=" + golden.keyFile(), "--keys=" + golden.otherKeyFile())
                .expectSuccess();
    }

    private static void assertReads(GoldenStore golden, MachineHistory history) throws Exception {
        List<GoldenStore.Expected> all = golden.expected();
        assertThat(all).isNotEmpty();
        for (GoldenStore.Expected expected : all) {
            byte[] content = StoreFolders.read(history, expected.point(), golden.keys(), expected.disk());
            assertThat(GoldenStore.sha256(content))
                    .as("disk %d at %s", expected.disk(), expected.point())
                    .isEqualTo(expected.sha256());
        }
    }
}
