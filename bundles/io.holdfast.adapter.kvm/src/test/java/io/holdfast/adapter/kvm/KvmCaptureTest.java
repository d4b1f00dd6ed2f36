package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import io.holdfast.model.Hardware.Firmware;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmCaptureTest {

    private static final long SIZE = 64 * Rig.MEBIBYTE;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void everyWriteReachesTheCaptureServerBeforeItIsAnswered() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            rig.write("a", 8192, 4096);
            TestQemu.io(rig.monitor, "a", "write -z 1048576 65536");

            assertThat(stand.arrivals("a"))
                    .containsExactly(
                            new CaptureStand.Arrival("write", 8192, 4096),
                            new CaptureStand.Arrival("zero", 1048576, 65536));
            assertThat(rig.session.prove()).isEmpty();

            rig.session.stopCapture();
            rig.write("a", 0, 4096);
            assertThat(stand.arrivals("a")).hasSize(2);
            assertThat(rig.session.prove()).isPresent();
            assertThat(rig.listener.heard()).isEmpty();
            assertThat(BlockNode.list(rig.monitor, SOON))
                    .noneMatch(node -> node.name().startsWith("holdfast"));
        }
    }

    @Test
    void aDiscardReachesBothSidesOrNeither() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            rig.write("a", 0, 65536);
            TestQemu.io(rig.monitor, "a", "discard 0 65536");
            rig.session.stopCapture();

            byte[] source = Files.readAllBytes(folder.resolve("a.raw"));
            boolean reached = stand.arrivals("a").contains(new CaptureStand.Arrival("trim", 0, 65536));
            assertThat(source[100]).isEqualTo((byte) (reached ? 0 : 7));
        }
    }

    @Test
    void capturesTwoDisksWithAnInputOutputThreadAndProves() throws Exception {
        String[] arguments = TestQemu.join(
                new String[] {"-object", "iothread,id=io0"},
                TestQemu.disk(folder, "a", SIZE, "iothread=io0"),
                TestQemu.disk(folder, "b", SIZE, "iothread=io0"));
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE, "b", SIZE));
                Rig rig = Rig.start(folder, arguments)) {
            rig.session.startCapture(stand.targets());
            rig.write("a", 0, 4096);
            rig.write("b", 4096, 4096);

            assertThat(rig.session.prove()).isEmpty();
            assertThat(stand.arrivals("a")).hasSize(1);
            assertThat(stand.arrivals("b")).hasSize(1);
        }
    }

    @Test
    void proofFailsFromTheFirstWriteThatBypassesOneOfTwoMirrors() throws Exception {
        String[] arguments = TestQemu.join(TestQemu.disk(folder, "a", SIZE), TestQemu.disk(folder, "b", SIZE));
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE, "b", SIZE));
                Rig rig = Rig.start(folder, arguments)) {
            rig.session.startCapture(stand.targets());
            assertThat(stand.drop("b")).isEqualTo(1);
            // nothing has gone past it yet
            assertThat(rig.session.prove()).isEmpty();

            rig.write("b", 0, 4096);
            assertThat(rig.session.prove())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("b:"));
            Waiting.until("the listener hears it", SOON, () -> rig.listener.heard("broken[b]"));

            rig.session.cutCapture();
            rig.write("a", 0, 4096);
            assertThat(stand.arrivals("a")).isEmpty();
        }
    }

    @Test
    void startsAgainAfterABreak() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            for (int round = 0; round < 3; round++) {
                rig.session.startCapture(stand.targets());
                assertThat(rig.session.prove()).isEmpty();
                stand.drop("a");
                assertThat(rig.write("a", 0, 4096)).isEmpty();
                assertThat(rig.session.prove()).isPresent();
            }
        }
    }

    @Test
    void refusesToStartBesideAnotherJobAndLeavesNothing() throws Exception {
        String[] arguments = TestQemu.join(TestQemu.disk(folder, "a", SIZE), TestQemu.disk(folder, "b", SIZE));
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE, "b", SIZE));
                Rig rig = Rig.start(folder, arguments)) {
            rig.monitor.execute(QmpCommand.of("blockdev-add")
                    .with("driver", "null-co")
                    .with("node-name", "else")
                    .with("size", SIZE));
            rig.monitor.execute(QmpCommand.of("blockdev-backup")
                    .with("job-id", "nightly")
                    .with("device", "node-b")
                    .with("target", "else")
                    .with("sync", "none"));

            assertThatThrownBy(() -> rig.session.startCapture(stand.targets()))
                    .isInstanceOfSatisfying(HoldfastException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.BLOCK_JOB_CONFLICT);
                        assertThat(e).hasMessageContaining("nightly").hasMessageContaining("backup");
                    });
            assertThat(BlockJob.list(rig.monitor, SOON))
                    .extracting(BlockJob::id)
                    .containsExactly("nightly");
            assertThat(BlockNode.list(rig.monitor, SOON))
                    .noneMatch(node -> node.name().startsWith("holdfast"));
            rig.write("a", 0, 4096);
            assertThat(stand.arrivals("a")).isEmpty();
        }
    }

    @Test
    void refusesACaptureServerThatDoesNotBeatOrDoesNotGreet() throws Exception {
        try (Rig rig = Rig.withOneDisk(folder)) {
            assertThatThrownBy(() -> rig.session.startCapture(CaptureStand.targets(folder, List.of("a"))))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CAPTURE_BROKEN));
            try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE))) {
                Path silent = folder.resolve("silent");
                try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    server.bind(UnixDomainSocketAddress.of(silent));
                    assertThatThrownBy(() -> rig.session.startCapture(List.of(new CaptureTarget("a", silent, "a"))))
                            .hasMessageContaining("greeting");
                }
                rig.session.startCapture(stand.targets());
            }
        }
    }

    @Test
    void refusesTargetsThatAreNotTheDisks() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("x", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            assertThatThrownBy(() -> rig.session.startCapture(stand.targets()))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        }
    }

    @Test
    void removesWhatAnEarlierLifeLeft() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = Rig.withOneDisk(folder)) {
            rig.session.startCapture(stand.targets());
            rig.session.addBitmap("kept");
            List<String> before = jobs(rig);

            KvmSourceAdapter next = new KvmSourceAdapter();
            RecordingListener listener = new RecordingListener();
            try (SourceSession session = next.open(Rig.address(rig.qemu), Rig.settings(folder), listener)) {
                assertThat(session.prove()).hasValue("no capture runs");
                assertThat(session.bitmaps()).containsExactly("kept");
                session.startCapture(stand.targets());

                assertThat(jobs(rig)).hasSize(1).doesNotContainAnyElementsOf(before);
                assertThat(session.prove()).isEmpty();
                assertThat(rig.listener.heard("broken[]")).isTrue();
                rig.session.close();
                assertThat(session.prove()).isEmpty();
            }
        }
    }

    @Test
    void describesDisksAsTheGuestSeesThem() throws Exception {
        String[] arguments = TestQemu.join(
                new String[] {
                    "-name",
                    "shop",
                    "-uuid",
                    "6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa",
                    "-m",
                    "192",
                    "-smp",
                    "2",
                    "-device",
                    "virtio-scsi-pci,id=scsi"
                },
                TestQemu.disk(
                        folder, "a", SIZE + 512, "serial=SAME", "logical_block_size=512", "physical_block_size=4096"),
                TestQemu.disk(folder, "b", SIZE, "serial=SAME"),
                new String[] {
                    "-drive", "if=virtio,file=" + newImage("c") + ",format=raw",
                    "-drive", "if=none,id=spare,file=" + newImage("d") + ",format=raw",
                    "-drive", "if=none,id=cd,media=cdrom,file=" + newImage("e") + ",format=raw",
                    "-device", "scsi-cd,drive=cd,id=cd0",
                    "-drive", "if=none,id=disk,file=" + newImage("f") + ",format=raw",
                    "-device", "scsi-hd,drive=disk,id=sd0"
                });
        try (Rig rig = Rig.start(folder, arguments)) {
            SourceDescription found = rig.session.describe();

            assertThat(found.name()).isEqualTo("shop");
            assertThat(found.identity()).isEqualTo("6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa");
            assertThat(found.hypervisor()).matches("QEMU \\d+\\.\\d+\\.\\d+");
            assertThat(found.running()).isFalse();
            assertThat(found.hardware()).isEqualTo(new Hardware(2, 192, Firmware.BIOS));
            assertThat(found.disks())
                    .extracting(SourceDisk::identity)
                    .containsExactlyInAnyOrder("a:SAME", "b:SAME", "virtio0", "sd0");
            SourceDisk a = disk(found, "a:SAME");
            assertThat(a).isEqualTo(new SourceDisk("a:SAME", "node-a", SIZE + 512, 512, 4096));
            assertThat(disk(found, "virtio0").node()).startsWith("#block");
            assertThat(rig.adapter.inspect(Rig.address(rig.qemu))).isEqualTo(found);
        }
    }

    @Test
    void capturesDisksWhoseNodesHaveNoNamesAndOddSizes() throws Exception {
        Path image = newImage("c");
        long odd = SIZE + 512;
        String[] arguments = TestQemu.join(
                TestQemu.disk(folder, "a", odd), new String[] {"-drive", "if=virtio,file=" + image + ",format=raw"});
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", odd, "virtio0", SIZE));
                Rig rig = Rig.start(folder, arguments)) {
            rig.session.startCapture(stand.targets());
            rig.write("a", SIZE, 512);
            rig.monitor.execute(QmpCommand.of("human-monitor-command")
                    .with(
                            "command-line",
                            "qemu-io -d /machine/peripheral-anon/device[0]/virtio-backend \"write 0 512\""));

            assertThat(stand.arrivals("a")).containsExactly(new CaptureStand.Arrival("write", SIZE, 512));
            assertThat(stand.arrivals("virtio0")).containsExactly(new CaptureStand.Arrival("write", 0, 512));
            assertThat(rig.session.prove()).isEmpty();
        }
    }

    private static List<String> jobs(Rig rig) {
        return BlockJob.list(rig.monitor, SOON).stream().map(BlockJob::id).toList();
    }

    private static SourceDisk disk(SourceDescription found, String identity) {
        return found.disks().stream()
                .filter(disk -> disk.identity().equals(identity))
                .findFirst()
                .orElseThrow();
    }

    private Path newImage(String name) throws Exception {
        Path file = folder.resolve(name + ".raw");
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(SIZE);
        }
        return file;
    }
}
