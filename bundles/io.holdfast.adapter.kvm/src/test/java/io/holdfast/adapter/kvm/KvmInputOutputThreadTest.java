package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.adapter.DiskReader;
import io.holdfast.adapter.DiskReader.Range;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * With a disk that an I/O thread really serves, which begins only when a driver has started the device; the firmware's does. QEMU 7.2 of
 * Debian 12 ends itself when an NBD client disconnects from such a disk.
 */
@Timeout(60)
class KvmInputOutputThreadTest {

    private static final long SIZE = 64 * Rig.MEBIBYTE;
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void readersComeAndGoUnderCapture() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = startServed()) {
            rig.session.addBitmap("one");
            rig.session.startCapture(stand.targets());
            for (int round = 0; round < 5; round++) {
                rig.write("a", round * Rig.MEBIBYTE, 4096);
                try (DiskReader reader = rig.session.openReader("a", List.of("one"))) {
                    assertThat(reader.dirty(0, SIZE)).hasSize(round + 1).contains(new Range(0, 4096, false));
                    reader.read(0, ByteBuffer.allocate(1 << 20));
                }
            }
            assertThat(rig.session.prove()).isEmpty();
            rig.session.cutCapture();
            assertThat(rig.qemu.process().isAlive()).isTrue();
        }
    }

    @Test
    void theGuestSurvivesAGuardThatDiesUnderAReader() throws Exception {
        try (Rig rig = startServed()) {
            DiskReader left = rig.session.openReader("a", List.of());
            left.read(0, ByteBuffer.allocate(4096));
            rig.guard().destroyForcibly();

            Waiting.until("a new guard serves", SOON, () -> reads(rig));
            left.close();
            assertThat(rig.monitor.execute(QmpCommand.of("query-block-exports")))
                    .isEmpty();
            assertThat(rig.qemu.process().isAlive()).isTrue();
        }
    }

    @Test
    void theGuestSurvivesAReaderThatIsLeftBehind() throws Exception {
        try (Rig rig = startServed()) {
            DiskReader left = rig.session.openReader("a", List.of());
            left.read(0, ByteBuffer.allocate(4096));
            try (SourceSession next =
                    new KvmSourceAdapter().open(Rig.address(rig.qemu), Rig.settings(folder), new RecordingListener())) {
                next.openReader("a", List.of()).close();
                assertThat(rig.monitor.execute(QmpCommand.of("query-block-exports")))
                        .isEmpty();
            }
            assertThat(rig.qemu.process().isAlive()).isTrue();
        }
    }

    @Test
    void aQemuThatQuitsUnderAReaderEndsInOrder() throws Exception {
        try (CaptureStand stand = CaptureStand.start(folder, Map.of("a", SIZE));
                Rig rig = startServed()) {
            rig.session.startCapture(stand.targets());
            rig.session.openReader("a", List.of()).read(0, ByteBuffer.allocate(4096));
            rig.qemu.signal("TERM");

            Waiting.until("it is gone", SOON, () -> rig.listener.heard("gone"));
            assertThat(rig.listener.heard()).contains("gone unbroken=true clean=true");
            Waiting.until("it has ended", SOON, () -> !rig.qemu.process().isAlive());
            assertThat(rig.qemu.process().exitValue()).isZero();
        }
    }

    private boolean reads(Rig rig) {
        try (DiskReader reader = rig.session.openReader("a", List.of())) {
            return reader.sizeBytes() == SIZE;
        } catch (HoldfastException _) {
            return false;
        }
    }

    private Rig startServed() throws Exception {
        String[] arguments = TestQemu.join(
                new String[] {"-object", "iothread,id=io0"}, TestQemu.disk(folder, "a", SIZE, "iothread=io0"));
        Rig rig = Rig.startRunning(folder, arguments);
        QmpCommand status = QmpCommand.of("x-query-virtio-status").with("path", "/machine/peripheral/a/virtio-backend");
        Waiting.until(
                "the firmware's driver has started the disk",
                Duration.ofSeconds(20),
                () -> rig.monitor.execute(status).path("status").toString().contains("DRIVER_OK"));
        return rig;
    }
}
