package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import io.holdfast.journal.PointImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three points of a running machine are offered, each by a test failover, and read by programs that know nothing of Holdfast. */
@Timeout(360)
class ExportsTest {

    private static final int POINTS = 3;
    private static final int DISKS = 2;
    private static final int RATE = 25;
    private static final int BEFORE_PROTECTION = 20;
    private static final int BETWEEN_POINTS = 40;
    private static final Duration COMMITS_MAX = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void copiesMapsAndComparisonsAgreeOnThreePoints() throws Exception {
        Path remains;
        try (Stage stage = Stage.open(RunKind.MACHINE, Nodes.PRODUCT, GuestImages.ofRepository())) {
            remains = stage.data().getParent();
            List<Position> points = writeAndTakePoints(stage);
            for (Position point : points) {
                Path socket = offer(stage, point);
                for (int disk = 0; disk < DISKS; disk++) {
                    read(new OfferedDisk(socket, disk), copyOf(point, disk), point + " disk" + disk);
                }
                withdraw(stage);
            }
            stage.killAppliance();

            compareWithTheJournal(stage.data(), points);
        }
        DiskFiles.deleteTree(remains);
    }

    private static List<Position> writeAndTakePoints(Stage stage) throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        console.run(RATE);
        console.awaitCommits(BEFORE_PROTECTION, COMMITS_MAX);
        stage.protect();
        List<Position> points = new ArrayList<>();
        for (int taken = 0; taken < POINTS; taken++) {
            Watch.awaitMore(console, BETWEEN_POINTS);
            points.add(Position.parse(stage.api()
                    .get(Watch.MACHINE_PATH + "/points/latest")
                    .path("position")
                    .asText()));
        }
        console.stop();
        assertThat(points).as("points").isSorted().doesNotHaveDuplicates();
        return points;
    }

    private static Path offer(Stage stage, Position point) throws IOException, InterruptedException {
        stage.api()
                .run(
                        Watch.MACHINE_PATH + "/test-failover",
                        Map.of("point", point.toString(), "network", "isolated"),
                        Watch.JOB_MAX);
        try (Stream<Path> files = Files.list(stage.data().resolve("run"))) {
            List<Path> sockets =
                    files.filter(file -> file.toString().endsWith(".nbd")).toList();
            assertThat(sockets).as("sockets while %s is offered", point).hasSize(1);
            return sockets.getFirst();
        }
    }

    private static void withdraw(Stage stage) throws IOException, InterruptedException {
        stage.api().run(Watch.MACHINE_PATH + "/test-failover/clean-up", Map.of(), Watch.JOB_MAX);
    }

    private Path copyOf(Position point, int disk) {
        return folder.resolve(point.sequence() + "-disk" + disk + ".raw");
    }

    private void read(OfferedDisk disk, Path copy, String name) throws IOException {
        disk.copyEveryByte(copy);
        assertThat(Files.size(copy)).as("size of %s", name).isEqualTo(disk.sizeBytes());

        Path other = folder.resolve("four-connections.raw");
        assertThat(disk.takesSeveralConnections())
                .as("%s takes several connections", name)
                .isTrue();
        disk.copyOverFourConnections(other);
        assertThat(Files.mismatch(copy, other))
                .as("first byte of %s that four connections read differently", name)
                .isEqualTo(-1);
        Files.delete(other);

        ProcessTools.Ended compared = disk.compare(copy);
        assertThat(compared.exitCode())
                .as("qemu-img compare of %s: %s", name, compared.output())
                .isZero();
        expectTrue(disk.map(), copy, name);
    }

    /** A map has no gap, calls nothing zeroes that is not, and says something: these disks are mostly empty. */
    private static void expectTrue(List<OfferedDisk.Piece> map, Path copy, String name) throws IOException {
        long zeroBytes = 0;
        long end = 0;
        try (FileChannel content = FileChannel.open(copy, StandardOpenOption.READ)) {
            for (OfferedDisk.Piece piece : map) {
                assertThat(piece.offset()).as("start of %s of %s", piece, name).isEqualTo(end);
                end = piece.end();
                if (piece.zero()) {
                    zeroBytes += piece.length();
                    assertThat(DiskFiles.isZero(content, piece.offset(), piece.length()))
                            .as("%s of %s reads as zeroes", piece, name)
                            .isTrue();
                }
            }
        }
        assertThat(end).as("end of the map of %s", name).isEqualTo(Files.size(copy));
        assertThat(zeroBytes).as("bytes of %s told to be zeroes", name).isBetween(end / 2, end - 1);
    }

    private void compareWithTheJournal(Path data, List<Position> points) throws IOException {
        try (StoppedStore store = StoppedStore.open(data)) {
            for (Position point : points) {
                assertThat(Files.mismatch(copyOf(point, 1), copyOf(points.getFirst(), 1)) < 0)
                        .as("%s is like the first point", point)
                        .isEqualTo(point.equals(points.getFirst()));
                try (PointImage image = store.openPoint(point.sequence())) {
                    for (int disk = 0; disk < DISKS; disk++) {
                        assertThat(DiskFiles.firstDifference(image, disk, copyOf(point, disk)))
                                .as("first byte of %s disk%s that the journal reads differently", point, disk)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }
}
