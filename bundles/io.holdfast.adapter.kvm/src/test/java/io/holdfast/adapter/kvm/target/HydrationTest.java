package io.holdfast.adapter.kvm.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.ReplicaStatus.State;
import io.holdfast.adapter.kvm.Waiting;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HydrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final long SLOW = 12 << 20;

    private final ReplicaBench bench;

    HydrationTest() throws Exception {
        bench = new ReplicaBench();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void goesOnOverKillsOfTheExportAndRestartsOfOurs() throws Exception {
        bench.createAndStart();
        bench.awaitWrites(10, LIMIT);
        bench.replicas.hydrate(bench.place, SLOW);

        for (int round = 0; round < 2; round++) {
            long before = bench.status().hydration().doneBytes();
            Waiting.until("progress", LIMIT, () -> bench.status().hydration().doneBytes() > before);
            bench.server.kill();
            bench.forget();
            assertThat(bench.status().state()).isEqualTo(State.RUNNING);
            assertThat(bench.replicas.isHydrated(bench.place)).isFalse();
            bench.server.again();
            bench.awaitWrites(10, LIMIT);
            bench.replicas.hydrate(bench.place, SLOW);
        }
        bench.replicas.hydrate(bench.place, 0);
        Waiting.until("hydrated", LIMIT, () -> bench.replicas.isHydrated(bench.place));

        bench.server.kill();
        bench.awaitWrites(50, LIMIT);
        assertThat(bench.console()).doesNotContain("E", "W");
        assertThat(bench.status().hydration())
                .isEqualTo(new ReplicaStatus.Hydration(false, TinyGuest.DISK_BYTES, TinyGuest.DISK_BYTES, true));
    }

    @Test
    void makesAnOverlayThatIsTheWholeDisk() throws Exception {
        bench.createAndStart();
        bench.awaitWrites(10, LIMIT);
        bench.replicas.hydrate(bench.place, 0);
        Waiting.until("hydrated", LIMIT, () -> bench.replicas.isHydrated(bench.place));
        bench.replicas.stop(bench.place, Duration.ZERO);

        Path image = wholeImage();

        byte[] base = Files.readAllBytes(bench.base);
        byte[] whole = Files.readAllBytes(image);
        int written = (int) TinyGuest.REGION_B;
        int writtenEnd = written + TinyGuest.BLOCKS * TinyGuest.BLOCK_BYTES;
        assertThat(whole).hasSameSizeAs(base);
        assertThat(Arrays.equals(whole, 0, written, base, 0, written)).isTrue();
        assertThat(Arrays.equals(whole, writtenEnd, whole.length, base, writtenEnd, base.length))
                .isTrue();
        Files.delete(image);
    }

    private Path wholeImage() throws IOException, InterruptedException {
        Path image = bench.folder.resolve("whole.raw");
        Path overlay = new ReplicaFiles(bench.place.folder()).overlay(0);
        Process convert = new ProcessBuilder(
                        "qemu-img", "convert", "-f", "qcow2", "-O", "raw", overlay.toString(), image.toString())
                .inheritIO()
                .start();
        assertThat(convert.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return image;
    }

    @Test
    void startsWithoutTheExportOnceHydrated() throws Exception {
        bench.createAndStart();
        bench.replicas.hydrate(bench.place, 0);
        Waiting.until("hydrated", LIMIT, () -> bench.replicas.isHydrated(bench.place));
        bench.server.kill();
        bench.replicas.stop(bench.place, Duration.ZERO);
        assertThat(bench.replicas.isHydrated(bench.place))
                .as("known without a process")
                .isTrue();

        bench.forget();
        bench.replicas.start(bench.place);

        bench.awaitWrites(20, LIMIT);
        assertThat(bench.console()).doesNotContain("E", "W");
    }

    @Test
    void goesOnAfterTheReplicaItselfWasKilled() throws Exception {
        bench.createAndStart();
        bench.replicas.hydrate(bench.place, SLOW);
        Waiting.until("half", LIMIT, () -> bench.status().hydration().doneBytes() > TinyGuest.DISK_BYTES / 3);
        Waiting.signal(bench.status().processId(), "KILL");
        Waiting.until("gone", LIMIT, () -> bench.status().state() == State.STOPPED);

        long readBefore = bench.server.bytesRead();
        bench.replicas.start(bench.place);
        bench.replicas.hydrate(bench.place, SLOW);
        Waiting.until("hydrated", LIMIT, () -> bench.replicas.isHydrated(bench.place));

        assertThat(bench.server.bytesRead() - readBefore)
                .as("bytes read for what was left, and by the boot")
                .isBetween(TinyGuest.DISK_BYTES / 4, TinyGuest.DISK_BYTES * 4 / 5);
        assertThat(bench.console()).doesNotContain("E", "W");
    }

    @Test
    void holdsTheGuestStillWhenTheExportAnswersWithErrorsAndLetsItGoOn() throws Exception {
        bench.createAndStart();
        bench.awaitWrites(10, LIMIT);
        bench.replicas.hydrate(bench.place, 1 << 20);

        Files.createFile(bench.server.trouble());
        Waiting.until("held", LIMIT, () -> bench.status().state() == State.BLOCKED);
        assertThat(bench.status().reason()).contains("storage fails");
        Waiting.until(
                "the copy stands still as well",
                LIMIT,
                () -> !bench.status().hydration().active());
        Files.delete(bench.server.trouble());
        bench.replicas.start(bench.place);

        bench.awaitWrites(20, LIMIT);
        Waiting.until("hydrated", LIMIT, () -> {
            if (!bench.status().hydration().active()) {
                bench.replicas.hydrate(bench.place, 0);
            }
            return bench.replicas.isHydrated(bench.place);
        });
        assertThat(bench.console()).doesNotContain("E", "W");
    }

    @Test
    void waitsForAnExportHoweverBusyQemuIs() throws Exception {
        bench.createAndStart();
        bench.awaitWrites(10, LIMIT);
        bench.replicas.hydrate(bench.place, 1 << 20);
        Path monitor = Path.of(
                bench.status().run().orElseThrow().address().properties().get("qmp"));

        bench.server.kill();
        bench.awaitStandstill();
        assertThatThrownBy(() -> bench.replicas.hydrate(bench.place, 0)).hasMessageContaining("nothing listens");
        try (QmpClient client = QmpClient.connect(monitor, false, QmpListener.NONE)) {
            assertThatThrownBy(() -> client.execute(QmpCommand.of("system_reset"), Duration.ofMillis(500)))
                    .hasMessageContaining("not answered");
        }
        assertThat(bench.status().state()).isEqualTo(State.BLOCKED);
        bench.server.again();

        Waiting.until("running", LIMIT, () -> bench.status().state() == State.RUNNING);
        bench.awaitWrites(20, LIMIT);
        assertThat(bench.console()).doesNotContain("E", "W");
    }

    @Test
    void takesADiskWhoseSizeIsNoMultipleOfASector() throws Exception {
        Path odd = bench.folder.resolve("odd.raw");
        try (FileChannel file = FileChannel.open(odd, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {7}), 1_000_000);
        }
        Path socket = bench.folder.resolve("odd.sock");
        ReplicaDisk disk = new ReplicaDisk("odd", 1_000_001, 512, 512, socket, "");
        try (BaseServer _ = BaseServer.start(odd, socket)) {
            bench.replicas.create(bench.spec(
                    new Hardware(1, 64, Hardware.Firmware.BIOS),
                    List.of(bench.disk(ReplicaBench.DISK_IDENTITY), disk)));
            bench.replicas.start(bench.place);
            bench.replicas.hydrate(bench.place, 0);
            Waiting.until("hydrated", LIMIT, () -> bench.replicas.isHydrated(bench.place));
            bench.replicas.stop(bench.place, Duration.ZERO);
        }
        Files.delete(odd);

        assertThat(ReplicaStateFile.read(bench.place).orElseThrow().hydratedDisks())
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void isRefusedWhileTheReplicaDoesNotRun() {
        bench.replicas.create(bench.spec());

        assertThatThrownBy(() -> bench.replicas.hydrate(bench.place, 0)).hasMessageContaining("start it first");
    }
}
