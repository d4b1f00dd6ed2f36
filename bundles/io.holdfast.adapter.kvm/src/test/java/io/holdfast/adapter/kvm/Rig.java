package io.holdfast.adapter.kvm;

import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A QEMU, the test's own monitor of it, and an adapter that holds it. */
final class Rig implements AutoCloseable {

    static final long MEBIBYTE = 1 << 20;

    final Path folder;
    final TestQemu qemu;
    final QmpClient monitor;
    final KvmSourceAdapter adapter = new KvmSourceAdapter();
    final RecordingListener listener = new RecordingListener();
    final SourceSession session;

    private Rig(Path folder, TestQemu qemu) {
        this.folder = folder;
        this.qemu = qemu;
        this.monitor = QmpClient.connect(qemu.testMonitor(), false, QmpListener.NONE);
        boolean done = false;
        try {
            this.session = adapter.open(address(qemu), settings(folder), listener);
            done = true;
        } finally {
            if (!done) {
                monitor.close();
                qemu.process().destroyForcibly();
            }
        }
    }

    static Rig start(Path folder, String... qemuArguments) throws IOException {
        return new Rig(folder, TestQemu.start(folder, qemuArguments));
    }

    /** With processors that run: the firmware looks for something to boot. */
    static Rig startRunning(Path folder, String... qemuArguments) throws IOException {
        return new Rig(folder, TestQemu.startWith(folder, List.of("-M", "q35"), qemuArguments));
    }

    /** With one disk {@code a} of 64 MiB. */
    static Rig withOneDisk(Path folder) throws IOException {
        return start(folder, TestQemu.disk(folder, "a", 64 * MEBIBYTE));
    }

    static SourceAddress address(TestQemu qemu) {
        return new SourceAddress(
                "kvm",
                Map.of(
                        "qmp",
                        qemu.monitor().toString(),
                        "qmpOob",
                        qemu.outOfBandMonitor().toString()));
    }

    static SourceSettings settings(Path folder) {
        return new SourceSettings(folder.resolve("hold"), CaptureStand.heartbeat(folder), 500, 5000);
    }

    /** The process that guards now. */
    ProcessHandle guard() throws IOException {
        long processId = Long.parseLong(Files.readString(folder.resolve("hold/guard.lock")));
        return ProcessHandle.of(processId).orElseThrow();
    }

    String write(String disk, long offset, long length) throws Exception {
        return TestQemu.write(monitor, disk, 7, offset, length);
    }

    @Override
    public void close() throws Exception {
        try (qemu;
                monitor) {
            session.close();
        }
    }
}
