package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.PointInterval;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.tests.system.RandomStore.Secrets;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader that knows the pages of the formats alone finds in a store what the store itself finds in it. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class PythonReaderTest {

    private static final int POINTS = 100;
    private static final int FLIPS = 6;
    private static final long DISK_BYTES = 3_000_320;
    private static final int ROUNDS = 8;

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MachineId machine = new MachineId(new UUID(random.nextLong(), random.nextLong()));

    private Path folder;
    private RecoveryStore store;
    private RandomStore written;
    private MachineKeys keys;
    private PythonReader reader;

    @BeforeAll
    void writeStore(@TempDir Path given) throws Exception {
        folder = given;
        System.out.println("PythonReaderTest: -Dholdfast.seed=" + seed);
        Files.createDirectory(folder.resolve("work"));
        reader = new PythonReader(folder.resolve("work"));
        keys = StoreFolders.newKeys(keyFile(), machine);
        MachineId other = new MachineId(new UUID(random.nextLong(), random.nextLong()));
        MachineKeys otherKeys = StoreFolders.newKeys(otherKeyFile(), other);
        store = RecoveryStore.open(storeFolder(), RandomStore.SETTINGS, RandomStore.TIME);
        RandomStore neighbour = RandomStore.begin(
                store, other, new Secrets(otherKeys, BlockHashAlgorithm.NH_AES), random, DISK_BYTES / 16);
        written = RandomStore.begin(
                store, machine, new Secrets(keys, BlockHashAlgorithm.HMAC_SHA256), random, DISK_BYTES);
        written.ready();
        for (int round = 0; round < ROUNDS; round++) {
            written.write(4 + random.nextInt(6), 25);
            written.prove();
            neighbour.write(1, 20);
            switch (round % 4) {
                case 0 -> written.resume();
                case 1 -> written.branch();
                case 2 -> written.breakCapture();
                default -> written.settle();
            }
        }
        written.write(3, 5);
        written.prove();
        assertThat(StoreFolders.sealedSegments(storeFolder()))
                .as("sealed segments")
                .isNotEmpty();
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    @Test
    void restoresPointsOfEveryBranchAsTheStoreReadsThem() throws Exception {
        MachineHistory history = written.history();
        List<PythonReader.Wish> wishes = new ArrayList<>();
        for (int count = 0; count < POINTS; count++) {
            Position position = anyPoint();
            try (PointImage image = history.openPoint(position, keys)) {
                List<DiskDescription> disks = image.disks().disks();
                int disk = disks.get(random.nextInt(disks.size())).number();
                wishes.add(new PythonReader.Wish(position, disk, folder.resolve("work/image-" + count)));
            }
        }

        reader.restore(storeFolder(), keyFile(), machine, wishes).expectSuccess();

        for (PythonReader.Wish wish : wishes) {
            assertSameBytes(history, wish);
        }
    }

    @Test
    void listsTheSamePointsDisksAndMarkers() throws Exception {
        Points points = written.history().points();

        PythonReader.Result listed = reader.run("points", storeFolder().toString(), "--machine", machine.toString())
                .expectSuccess();

        List<List<String>> intervals = points.intervals(0, Long.MAX_VALUE, Points.COUNT_MAX).stream()
                .map(PythonReaderTest::fields)
                .toList();
        assertThat(listed.fields("points")).containsExactlyInAnyOrderElementsOf(intervals);
        List<List<String>> markers = points.markers(0, Long.MAX_VALUE, Points.COUNT_MAX).stream()
                .map(PythonReaderTest::fields)
                .toList();
        assertThat(listed.fields("marker")).isNotEmpty().containsExactlyInAnyOrderElementsOf(markers);
    }

    @Test
    void listsThePointsOfAWindowOneByOne() throws Exception {
        Points points = written.history().points();
        RecoveryPoint earliest = points.at(anyPoint());
        long to = earliest.utcMillis() + 1_500;

        PythonReader.Result listed = reader.run(
                        "points",
                        storeFolder().toString(),
                        "--machine=" + machine,
                        "--each",
                        "--from=" + Instant.ofEpochMilli(earliest.utcMillis()),
                        "--to=" + Instant.ofEpochMilli(to))
                .expectSuccess();

        List<List<String>> expected = RandomStore.everyPoint(written.history()).stream()
                .map(points::at)
                .filter(point -> point.utcMillis() >= earliest.utcMillis() && point.utcMillis() < to)
                .map(point -> List.of(point.position().toString(), time(point.utcMillis())))
                .toList();
        assertThat(listed.fields("point")).isNotEmpty().containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void findsAStoreWholeWithKeysAndWithout() throws Exception {
        PythonReader.Result chain =
                reader.run("verify", storeFolder().toString()).expectSuccess();
        PythonReader.Result content = reader.run(
                        "verify", storeFolder().toString(), "--keys=" + keyFile(), "--keys=" + otherKeyFile())
                .expectSuccess();

        assertThat(chain.fields("whole").getFirst()).contains("2 machines", "0 batches opened with their keys");
        assertThat(content.fields("whole").getFirst())
                .contains(
                        "2 machines",
                        StoreFolders.sealedSegments(storeFolder()).size()
                                + " sealed segments compared with their index and the ledger")
                .doesNotContain("0 batches opened with their keys");
    }

    @Test
    void namesTheFileAndTheByteOfEachFlippedBit() throws Exception {
        Path copy = folder.resolve("copy");
        StoreFolders.copy(storeFolder(), copy);
        for (int trial = 0; trial < FLIPS; trial++) {
            Path damaged = anySegment(copy);
            long at = random.nextLong(Files.size(damaged));
            flipBit(damaged, at);

            PythonReader.Result found = reader.run("verify", copy.toString());

            assertThat(found.exitCode())
                    .as("bit flipped in %s at %d", damaged, at)
                    .isEqualTo(1);
            assertThat(found.errors()).contains(copy.relativize(damaged) + ": byte ");
            flipBit(damaged, at);
        }
        reader.run("verify", copy.toString()).expectSuccess();
    }

    @Test
    void refusesWhatIsNoPointAndKeysOfAnotherMachine() throws Exception {
        Path image = folder.resolve("work/image");
        String point = anyPoint().toString();

        PythonReader.Result noPoint = restoreOne(keyFile(), "1:1", image);
        PythonReader.Result wrongKeys = restoreOne(otherKeyFile(), point, image);

        assertThat(noPoint.exitCode()).isEqualTo(1);
        assertThat(noPoint.errors()).contains("1:1 is no proven point");
        assertThat(wrongKeys.exitCode()).isEqualTo(1);
        assertThat(wrongKeys.errors()).contains("none of the key files").contains(machine.toString());
        assertThat(image).doesNotExist();
    }

    @Test
    void passesItsOwnTests() throws Exception {
        PythonReader.Result result = reader.runUnitTests().expectSuccess();

        assertThat(result.errors()).contains("OK").doesNotContain("Ran 0 tests");
    }

    private PythonReader.Result restoreOne(Path keyFile, String point, Path image) throws Exception {
        return reader.run(
                "restore",
                storeFolder().toString(),
                "--keys=" + keyFile,
                "--machine=" + machine,
                "--point=" + point,
                "--disk=0",
                "--output=" + image);
    }

    private void assertSameBytes(MachineHistory history, PythonReader.Wish wish) throws Exception {
        byte[] restored = Files.readAllBytes(wish.image());
        byte[] expected = StoreFolders.read(history, wish.position(), keys, wish.disk());
        assertThat(Arrays.mismatch(restored, expected))
                .as("first difference of disk %d at %s", wish.disk(), wish.position())
                .isEqualTo(-1);
    }

    private Position anyPoint() {
        List<Position> all = RandomStore.everyPoint(written.history());
        return all.get(random.nextInt(all.size()));
    }

    private static List<String> fields(PointInterval interval) {
        long count = interval.last().sequence() - interval.first().sequence() + 1;
        return List.of(
                interval.first().toString(),
                interval.last().toString(),
                time(interval.firstUtcMillis()),
                time(interval.lastUtcMillis()),
                String.valueOf(count));
    }

    private static List<String> fields(RecoveryPoint marker) {
        return List.of(
                marker.position().toString(),
                time(marker.utcMillis()),
                String.valueOf(marker.kind().ordinal()),
                marker.label());
    }

    private static String time(long utcMillis) {
        return "%tFT%<tT.%<tLZ".formatted(Instant.ofEpochMilli(utcMillis).atZone(ZoneOffset.UTC));
    }

    private Path anySegment(Path root) throws Exception {
        List<Path> segments = StoreFolders.sealedSegments(root);
        return segments.get(random.nextInt(segments.size()));
    }

    private static void flipBit(Path file, long at) throws Exception {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(at);
            int value = opened.read();
            opened.seek(at);
            opened.write(value ^ 1 << at % 8);
        }
    }

    private Path storeFolder() {
        return folder.resolve("store");
    }

    private Path keyFile() {
        return folder.resolve("machine.key");
    }

    private Path otherKeyFile() {
        return folder.resolve("other.key");
    }
}
