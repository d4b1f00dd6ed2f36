package io.holdfast.adapter.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.DiskReader;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.kvm.guard.GuardSettings;
import io.holdfast.adapter.kvm.guard.Names;
import io.holdfast.adapter.kvm.guard.Note;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * QEMU 7.2 hangs for good when its NBD server is told to stop while it negotiates with anybody. Whatever becomes of a reader that never spoke,
 * the machine goes on.
 */
@Timeout(60)
class KvmExportServerTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @Test
    void aReaderThatNeverSpokeDoesNotHangTheMachine() throws Exception {
        try (TestQemu qemu = TestQemu.start(folder, TestQemu.disk(folder, "a", Rig.MEBIBYTE));
                GuardKeeper keeper = keeper(qemu)) {
            ExportHolder silent = new ExportHolder() {
                @Override
                public Path hold(String export, Duration limit) {
                    keeper.hold(export, limit);
                    return folder.resolve("nobody");
                }

                @Override
                public void letGo(Duration limit) {
                    keeper.letGo(limit);
                }
            };
            SourceDisk disk = disk(qemu, keeper);

            assertThatThrownBy(() ->
                            new DiskExports(keeper, silent, settings(qemu)).open(disk, List.of(), Deadline.in(SOON)))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NETWORK));

            assertLives(qemu);
            assertReadable(qemu, keeper, disk);
        }
    }

    @Test
    void aConnectionThatOnlyQemuHoldsIsEndedByTheNextLife() throws Exception {
        try (TestQemu qemu = TestQemu.start(folder, TestQemu.disk(folder, "a", Rig.MEBIBYTE))) {
            String export = Names.EXPORT + "0badcafe";
            SourceDisk disk;
            try (GuardKeeper keeper = keeper(qemu)) {
                disk = disk(qemu, keeper);
                startServer(keeper, settings(qemu).exports());
                keeper.hold(export, SOON);
                Files.createFile(settings(qemu).folder().resolve(export + ".held"));
                ProcessHandle.of(keeper.guardProcessId()).orElseThrow().destroyForcibly();
            }

            try (GuardKeeper next = keeper(qemu)) {
                assertReadable(qemu, next, disk);
                assertLives(qemu);
                assertThat(settings(qemu).folder().resolve(export + ".held")).doesNotExist();
            }
        }
    }

    private static void startServer(GuardKeeper keeper, Path socket) throws Exception {
        ObjectNode address = JsonNodeFactory.instance.objectNode().put("type", "unix");
        address.putObject("data").put("path", socket.toString());
        keeper.execute(QmpCommand.of("nbd-server-start").with("addr", address), SOON);
    }

    private void assertReadable(TestQemu qemu, GuardKeeper keeper, SourceDisk disk) throws Exception {
        DiskExports exports = new DiskExports(keeper, keeper, settings(qemu));
        try (DiskReader reader = exports.open(disk, List.of(), Deadline.in(SOON))) {
            assertThat(reader.sizeBytes()).isEqualTo(Rig.MEBIBYTE);
        }
    }

    private static void assertLives(TestQemu qemu) throws Exception {
        try (QmpClient monitor = QmpClient.connect(qemu.testMonitor(), false, QmpListener.NONE)) {
            assertThat(monitor.execute(QmpCommand.of("query-status"), SOON).has("status"))
                    .isTrue();
        }
    }

    private static SourceDisk disk(TestQemu qemu, GuardKeeper keeper) {
        return Inspector.describe(keeper, qemu.monitor(), Deadline.in(SOON))
                .disks()
                .getFirst();
    }

    private GuardKeeper keeper(TestQemu qemu) throws IOException {
        Files.createDirectories(folder.resolve("hold"));
        GuardKeeper keeper = GuardKeeper.open(settings(qemu), new Nobody());
        keeper.start();
        return keeper;
    }

    private GuardSettings settings(TestQemu qemu) {
        return new GuardSettings(
                folder.resolve("hold"),
                qemu.monitor(),
                qemu.outOfBandMonitor(),
                CaptureStand.heartbeat(folder),
                500,
                5000);
    }

    /** Hears nothing. */
    private static final class Nobody implements GuardKeeper.Owner {

        @Override
        public void event(String name, JsonNode data) {}

        @Override
        public void note(Note note) {}

        @Override
        public void guardLost(String reason) {}

        @Override
        public void eventsMissed() {}

        @Override
        public void captureCut(String reason) {}

        @Override
        public void hypervisorGone(String reason) {}

        @Override
        public void replaced() {}
    }
}
