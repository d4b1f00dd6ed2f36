package io.holdfast.adapter.kvm.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.ReplicaStatus.State;
import io.holdfast.adapter.kvm.Waiting;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReplicaLifeTest {

    private static final Duration BOOT = Duration.ofSeconds(60);
    private static final Duration MANY_WRITES = Duration.ofSeconds(180);

    private final ReplicaBench bench;

    ReplicaLifeTest() throws Exception {
        bench = new ReplicaBench();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void bootsFromTheExportAndTellsWhatItDoes() throws Exception {
        assertThat(bench.status().state()).isEqualTo(State.ABSENT);
        bench.replicas.create(bench.spec());
        assertThat(bench.status().state()).isEqualTo(State.STOPPED);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bench.place.folder())))
                .isEqualTo("rwx------");

        bench.replicas.start(bench.place);

        Waiting.until("booted", BOOT, () -> bench.status().booted());
        ReplicaStatus status = bench.status();
        assertThat(status.state()).isEqualTo(State.RUNNING);
        assertThat(status.hydration()).isEqualTo(new ReplicaStatus.Hydration(false, 0, TinyGuest.DISK_BYTES, false));
        bench.awaitWrites(20, BOOT);
        assertThat(bench.console()).doesNotContain("E", "W");
    }

    @Test
    void runsInASessionOfItsOwn() throws Exception {
        bench.createAndStart();

        long process = bench.status().processId();

        String[] stat = Files.readString(Path.of("/proc/" + process + "/stat"))
                .replaceAll("\\(.*\\)", "x")
                .split(" ");
        assertThat(Long.parseLong(stat[3]))
                .as("parent")
                .isNotEqualTo(ProcessHandle.current().pid());
        assertThat(Long.parseLong(stat[5])).as("session").isNotEqualTo(sessionOfOurs());
    }

    private static long sessionOfOurs() throws Exception {
        return Long.parseLong(Files.readString(Path.of("/proc/self/stat"))
                .replaceAll("\\(.*\\)", "x")
                .split(" ")[5]);
    }

    @Test
    void isFoundAgainByItsFolderAlone() throws Exception {
        bench.createAndStart();
        long process = bench.status().processId();

        bench.forget();

        assertThat(bench.status().processId()).isEqualTo(process);
        bench.replicas.start(bench.place);
        assertThat(bench.status().processId())
                .as("a running replica is left alone")
                .isEqualTo(process);
    }

    @Test
    void creatingAgainChangesNothingAndAnotherWishIsRefused() throws Exception {
        bench.createAndStart();

        bench.replicas.create(bench.spec());

        assertThat(bench.status().state()).isEqualTo(State.RUNNING);
        assertThatThrownBy(() -> bench.replicas.create(bench.spec(
                        new Hardware(2, 64, Hardware.Firmware.BIOS),
                        bench.spec().disks())))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    }

    @Test
    void keepsAcknowledgedWritesWhenQemuIsKilled() throws Exception {
        bench.createAndStart();
        bench.awaitWrites(100, BOOT);
        long process = bench.status().processId();

        Waiting.signal(process, "KILL");
        Waiting.until("gone", BOOT, () -> bench.status().state() == State.STOPPED);

        long acknowledged = Math.min(TinyGuest.BLOCKS, bench.acknowledged());
        assertThat(blocksOfRegionB()).isGreaterThanOrEqualTo(acknowledged);
        bench.replicas.start(bench.place);
        bench.awaitWrites(20, BOOT);
        assertThat(bench.console()).doesNotContain("E", "W");
    }

    /** How many blocks of region B, from its start, are what the guest writes there. */
    private long blocksOfRegionB() throws Exception {
        Path image = bench.folder.resolve("whole.raw");
        Path overlay = new ReplicaFiles(bench.place.folder()).overlay(0);
        String withBase = "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"" + overlay
                + "\"},\"backing\":{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"" + bench.base
                + "\"}}}";
        Process convert = new ProcessBuilder("qemu-img", "convert", "-O", "raw", withBase, image.toString())
                .inheritIO()
                .start();
        assertThat(convert.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
            byte[] from = new byte[TinyGuest.BLOCK_BYTES];
            byte[] to = new byte[TinyGuest.BLOCK_BYTES];
            for (int block = 0; block < TinyGuest.BLOCKS; block++) {
                file.seek(TinyGuest.REGION_A + (long) block * TinyGuest.BLOCK_BYTES);
                file.readFully(from);
                file.seek(TinyGuest.REGION_B + (long) block * TinyGuest.BLOCK_BYTES);
                file.readFully(to);
                if (!Arrays.equals(from, to)) {
                    return block;
                }
            }
            return TinyGuest.BLOCKS;
        } finally {
            Files.delete(image);
        }
    }

    @Test
    void endsAGuestThatHearsNoPowerButton() throws Exception {
        bench.createAndStart();
        bench.awaitWrites(1, BOOT);

        bench.replicas.stop(bench.place, Duration.ofMillis(300));

        assertThat(bench.status().state()).isEqualTo(State.STOPPED);
        bench.replicas.stop(bench.place, Duration.ZERO);
    }

    @Test
    void leavesNothingWhenDestroyed() throws Exception {
        bench.createAndStart();
        bench.awaitWrites(1, BOOT);
        long process = bench.status().processId();

        bench.replicas.destroy(bench.place);

        assertThat(bench.place.folder()).doesNotExist();
        assertThat(ProcessHandle.of(process)
                        .filter(handle -> handle.info().command().isPresent()))
                .isEmpty();
        assertThat(bench.status().state()).isEqualTo(State.ABSENT);
        bench.replicas.destroy(bench.place);
    }

    @Test
    void removesNoFileThatNoReplicaLeaves() throws Exception {
        bench.replicas.create(bench.spec());
        Path foreign = Files.writeString(bench.place.folder().resolve("notes.txt"), "mine");

        assertThatThrownBy(() -> bench.replicas.destroy(bench.place)).hasMessageContaining("no replica leaves");

        assertThat(foreign).exists();
        Files.delete(foreign);
    }

    @Test
    void goesOnWithARemovalThatWasBroken() throws Exception {
        bench.replicas.create(bench.spec());
        ReplicaState state = ReplicaStateFile.read(bench.place).orElseThrow();
        ReplicaStateFile.write(state.withDestroying());

        assertThatThrownBy(() -> bench.replicas.start(bench.place)).hasMessageContaining("removal has begun");
        assertThatThrownBy(() -> bench.replicas.create(bench.spec())).hasMessageContaining("removal has begun");
        bench.replicas.destroy(bench.place);

        assertThat(bench.place.folder()).doesNotExist();
    }

    @Test
    void keepsTheConsoleLogBounded() throws Exception {
        bench.createAndStart();
        Path log = bench.place.folder().resolve("console.log");
        bench.awaitWrites(600, MANY_WRITES);
        bench.replicas = ReplicaBench.replicas(ReplicaBench.settings(200));

        ReplicaStatus status = bench.status();

        assertThat(status.booted()).as("the sign is seen before the log is cut").isTrue();
        assertThat(Files.size(log)).isLessThan(600);
        assertThat(Files.size(bench.place.folder().resolve("console.old.log"))).isEqualTo(200);
        bench.awaitWrites(5, BOOT);
        assertThat(bench.status().booted()).isTrue();
    }

    @Test
    void offersTheConsoleAndMonitorsForProtection() throws Exception {
        bench.createAndStart();
        ReplicaStatus.Run run = bench.status().run().orElseThrow();

        try (SocketChannel console = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            console.connect(UnixDomainSocketAddress.of(run.consoleSocket()));
            assertThat(console.read(ByteBuffer.allocate(16))).isPositive();
        }
        try (QmpClient commands = monitor(run, "qmp");
                QmpClient outOfBand = monitor(run, "qmpOob")) {
            assertThat(commands.execute(QmpCommand.of("query-uuid"))
                            .path("UUID")
                            .asText())
                    .isEqualTo(bench.place.id().toString());
            assertThat(outOfBand.canOvertake()).isTrue();
            assertThat(bench.status().state()).as("our own monitor is another").isEqualTo(State.RUNNING);
        }
    }

    private static QmpClient monitor(ReplicaStatus.Run run, String property) {
        return QmpClient.connect(Path.of(run.address().properties().get(property)), true, QmpListener.NONE);
    }

    @Test
    void joinsATapDevice() throws Exception {
        String tap = "hf" + ProcessHandle.current().pid();
        assumeTrue(ip("tuntap", "add", "dev", tap, "mode", "tap") == 0, "this user may not make network devices");
        try {
            ReplicaSpec isolated = bench.spec();
            ReplicaNetwork network = new ReplicaNetwork.Mapped(ReplicaNetwork.Kind.TAP, tap, "52:54:00:48:46:01");
            bench.replicas.create(
                    new ReplicaSpec(bench.place, "mapped", isolated.hardware(), isolated.disks(), network, 0, ""));
            bench.replicas.start(bench.place);

            assertThat(ip("link", "set", tap, "up")).isZero();
            Path carrier = Path.of("/sys/class/net/" + tap + "/carrier");
            Waiting.until(
                    "a cable in the tap", BOOT, () -> Files.readString(carrier).startsWith("1"));
            Waiting.until("booted without a sign", BOOT, () -> bench.status().booted());
        } finally {
            bench.replicas.destroy(bench.place);
            ip("tuntap", "del", "dev", tap, "mode", "tap");
        }
    }

    private static int ip(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void takesUefiAndMoreDisksThanABusHasSlots() throws Exception {
        List<ReplicaDisk> disks = IntStream.range(0, 50)
                .mapToObj(number -> bench.disk("disk " + number))
                .toList();

        bench.replicas.create(bench.spec(new Hardware(2, 256, Hardware.Firmware.UEFI), disks));
        bench.replicas.start(bench.place);

        assertThat(bench.status().state()).isEqualTo(State.RUNNING);
    }
}
