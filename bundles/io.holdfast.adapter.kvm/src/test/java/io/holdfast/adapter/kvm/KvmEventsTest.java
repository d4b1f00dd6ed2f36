package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.kvm.qmp.FakeMonitor;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware.Firmware;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KvmEventsTest {

    private static final long SIZE = 64 * Rig.MEBIBYTE;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void aKilledQemuIsGoneWithItsCaptureUnbroken() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            rig.write("a", 0, 4096);
            rig.qemu.kill();

            Waiting.until("it is told", SOON, () -> rig.listener.heard("gone"));
            assertThat(rig.listener.heard()).containsExactly("gone unbroken=true clean=false");
            assertThat(stand.arrivals("a")).hasSize(1);
        }
    }

    @Test
    void aQemuThatQuitsIsGoneCleanlyWithItsCaptureUnbroken() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            rig.qemu.signal("TERM");

            Waiting.until("it is told", SOON, () -> rig.listener.heard("gone"));
            assertThat(rig.listener.heard()).containsExactly("guest SHUTDOWN", "gone unbroken=true clean=true");
        }
    }

    @Test
    void aQemuThatDiesAfterABypassIsGoneWithItsCaptureBroken() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            stand.drop("a");
            rig.write("a", 0, 4096);
            rig.qemu.kill();

            Waiting.until("it is told", SOON, () -> rig.listener.heard("gone"));
            assertThat(rig.listener.heard("gone unbroken=false")).isTrue();
        }
    }

    @Test
    void aQemuThatDiesWithItsGuardProvesNothing() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            rig.guard().destroyForcibly();
            rig.qemu.kill();

            Waiting.until("it is told", SOON, () -> rig.listener.heard("gone"));
            assertThat(rig.listener.heard()).contains("gone unbroken=false clean=false");
        }
    }

    @Test
    void withoutACaptureNothingIsClaimed() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.qemu.kill();

            Waiting.until("it is told", SOON, () -> rig.listener.heard("gone unbroken=false"));
        }
    }

    @Test
    void aMirrorThatSomebodyCancelsIsABreak() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            String job = BlockJob.list(rig.monitor, SOON).getFirst().id();
            rig.monitor.execute(QmpCommand.of("block-job-cancel").with("device", job));

            Waiting.until("it is told", SOON, () -> rig.listener.heard("broken[a] somebody ended"));
            assertThat(rig.session.prove()).isPresent();
        }
    }

    @Test
    void tellsWhatTheGuestDoes() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.monitor.execute(QmpCommand.of("cont"));
            rig.monitor.execute(QmpCommand.of("stop"));

            Waiting.until("told", SOON, () -> rig.listener.heard().contains("guest STOP"));
            assertThat(rig.listener.heard()).startsWith("guest RESUME", "guest STOP");
        }
    }

    @Test
    void noticesASnapshotANewSizeANewDiskAndARemovedOne() throws Exception {
        String[] arguments =
                TestQemu.join(new String[] {"-device", "virtio-scsi-pci,id=scsi"}, TestQemu.disk(folder, "a", SIZE));
        try (Rig rig = Rig.start(folder, arguments)) {
            rig.session.addBitmap("one");
            rig.monitor.execute(QmpCommand.of("blockdev-snapshot-sync")
                    .with("node-name", "node-a")
                    .with("snapshot-file", folder.resolve("snap.qcow2").toString())
                    .with("snapshot-node-name", "overlay")
                    .with("format", "qcow2"));
            Waiting.until(
                    "snapshot",
                    SOON,
                    () -> rig.listener.heard("disks /machine/peripheral/a/virtio-backend writes to node overlay"));
            assertThat(rig.session.describe().disks().getFirst().identity()).isEqualTo("a");
            assertThat(rig.session.describe().disks().getFirst().node()).isEqualTo("overlay");
            assertThat(rig.session.bitmaps()).isEmpty();

            rig.monitor.execute(
                    QmpCommand.of("block_resize").with("node-name", "overlay").with("size", 2 * SIZE));
            Waiting.until(
                    "size",
                    SOON,
                    () -> rig.listener.heard().stream().anyMatch(text -> text.contains(2 * SIZE + " bytes")));

            rig.monitor.execute(QmpCommand.of("blockdev-add")
                    .with("driver", "null-co")
                    .with("node-name", "extra")
                    .with("read-zeroes", true)
                    .with("size", SIZE));
            rig.monitor.execute(QmpCommand.of("device_add")
                    .with("driver", "scsi-hd")
                    .with("id", "sd1")
                    .with("drive", "extra"));
            Waiting.until("added", SOON, () -> rig.listener.heard("disks /machine/peripheral/sd1 was added"));
            rig.monitor.execute(QmpCommand.of("device_del").with("id", "sd1"));
            Waiting.until("removed", SOON, () -> rig.listener.heard("disks /machine/peripheral/sd1 was removed"));
        }
    }

    @Test
    void findsUefiInFlash() throws Exception {
        Path flash = folder.resolve("flash");
        try (RandomAccessFile file = new RandomAccessFile(flash.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        String[] arguments = TestQemu.join(
                new String[] {"-drive", "if=pflash,format=raw,unit=0,file=" + flash}, TestQemu.disk(folder, "a", SIZE));
        try (Rig rig = Rig.start(folder, arguments)) {
            SourceDescription found = rig.session.describe();

            assertThat(found.hardware().firmware()).isEqualTo(Firmware.UEFI);
            assertThat(found.disks()).hasSize(1);
        }
    }

    @Test
    void everyStartIsAnotherInstance() throws Exception {
        KvmSourceAdapter adapter = new KvmSourceAdapter();
        String first;
        try (TestQemu qemu = TestQemu.start(folder)) {
            SourceAddress address = Rig.address(qemu);
            first = adapter.inspect(address).instance();
            assertThat(adapter.inspect(address).instance()).isEqualTo(first);
        }
        Files.delete(folder.resolve("t"));
        try (TestQemu qemu = TestQemu.start(folder)) {
            assertThat(adapter.inspect(Rig.address(qemu)).instance()).isNotEqualTo(first);
        }
    }

    @Test
    void aRestartedQemuIsHeldAnewEvenIfNobodyLetTheOldOneGo() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            rig.qemu.kill();
            Waiting.until("it is told", SOON, () -> rig.listener.heard("gone"));
            Files.delete(folder.resolve("t"));
            try (TestQemu again = TestQemu.start(folder, TestQemu.disk(folder, "a", SIZE));
                    SourceSession session = new KvmSourceAdapter()
                            .open(Rig.address(again), Rig.settings(folder), new RecordingListener())) {
                assertThat(session.describe().disks()).hasSize(1);
                rig.session.close();
                assertThat(session.describe().disks()).hasSize(1);
            }
        }
    }

    @Test
    void openTellsWhyItCannotAndLeavesNothing() throws Exception {
        KvmSourceAdapter adapter = new KvmSourceAdapter();
        RecordingListener listener = new RecordingListener();
        SourceAddress absent = new SourceAddress(
                "kvm",
                Map.of(
                        "qmp",
                        folder.resolve("q").toString(),
                        "qmpOob",
                        folder.resolve("g").toString()));
        refuses(ErrorCode.MONITOR_NOT_REACHABLE, () -> adapter.open(absent, Rig.settings(folder), listener));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> adapter.inspect(new SourceAddress("kvm", Map.of("qmp", "relative"))));

        try (TestQemu qemu = TestQemu.start(folder)) {
            SourceAddress address = Rig.address(qemu);
            try (QmpClient _ = QmpClient.connect(qemu.outOfBandMonitor(), true, QmpListener.NONE)) {
                refuses(ErrorCode.MONITOR_IN_USE, () -> adapter.open(address, Rig.settings(folder), listener));
            }
            try (SourceSession _ = adapter.open(address, Rig.settings(folder), listener)) {
                refuses(ErrorCode.ALREADY_PROTECTED, () -> adapter.open(address, Rig.settings(folder), listener));
            }
            adapter.open(address, Rig.settings(folder), listener).close();
        }
        Path old = folder.resolve("old");
        SourceAddress tooOld = new SourceAddress(
                "kvm",
                Map.of("qmp", old.toString(), "qmpOob", folder.resolve("g").toString()));
        try (FakeMonitor _ = FakeMonitor.ofVersion(old, 5, 2)) {
            refuses(ErrorCode.HYPERVISOR_TOO_OLD, () -> adapter.inspect(tooOld));
            refuses(ErrorCode.HYPERVISOR_TOO_OLD, () -> adapter.open(tooOld, Rig.settings(folder), listener));
        }
    }

    @Test
    void aMonitorOfAnotherMachineIsRefusedAsTheSecond() throws Exception {
        Path other = folder.resolve("o");
        Files.createDirectory(other);
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                TestQemu qemu = TestQemu.start(folder, TestQemu.disk(folder, "a", SIZE));
                TestQemu second = TestQemu.start(other)) {
            SourceAddress mixed = new SourceAddress(
                    "kvm",
                    Map.of(
                            "qmp",
                            qemu.monitor().toString(),
                            "qmpOob",
                            second.outOfBandMonitor().toString()));
            try (SourceSession session =
                    new KvmSourceAdapter().open(mixed, Rig.settings(folder), new RecordingListener())) {
                refuses(ErrorCode.INVALID_ARGUMENT, () -> session.startCapture(stand.targets()));
                try (QmpClient monitor = QmpClient.connect(qemu.testMonitor(), false, QmpListener.NONE)) {
                    assertThat(BlockNode.list(monitor, SOON))
                            .noneMatch(node -> node.name().startsWith("holdfast"));
                }
            }
        }
    }

    private static void refuses(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
}
