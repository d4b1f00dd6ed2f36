package io.holdfast.adapter.kvm;

import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real QEMU without a guest: processors stopped, no display. Writes are made through a disk's own device, below which the mirror sits, by
 * {@code qemu-io} on the human monitor.
 */
public final class TestQemu implements AutoCloseable {

    private final Path folder;
    private final Process process;

    private TestQemu(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts it with monitors {@code q} (commands), {@code g} (out of band) and {@code t} (the test's own) in the folder. */
    public static TestQemu start(Path folder, String... more) throws IOException {
        return startWith(folder, List.of("-M", "q35", "-S"), more);
    }

    public static TestQemu startWith(Path folder, List<String> machine, String... more) throws IOException {
        List<String> line =
                new ArrayList<>(List.of("qemu-system-x86_64", "-accel", "tcg", "-nodefaults", "-display", "none"));
        line.addAll(machine);
        for (String monitor : List.of("q", "g", "t")) {
            line.addAll(List.of("-qmp", "unix:" + folder.resolve(monitor) + ",server=on,wait=off"));
        }
        line.addAll(List.of(more));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("qemu.log").toFile())
                .start();
        TestQemu qemu = new TestQemu(folder, process);
        Waiting.until("QEMU listens", Duration.ofSeconds(20), () -> listens(folder.resolve("t")) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException(Files.readString(folder.resolve("qemu.log")));
        }
        return qemu;
    }

    private static boolean listens(Path socket) {
        try (UnixConnection _ = UnixConnection.connect(socket)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Arguments of a raw disk attached to a virtio device of the given name. */
    public static String[] disk(Path folder, String name, long bytes, String... deviceOptions) throws IOException {
        Path file = folder.resolve(name + ".raw");
        if (!Files.exists(file)) {
            try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
                image.setLength(bytes);
            }
        }
        String options = deviceOptions.length == 0 ? "" : "," + String.join(",", deviceOptions);
        return new String[] {
            "-blockdev", "driver=file,filename=" + file + ",node-name=file-" + name,
            "-blockdev", "driver=raw,discard=unmap,file=file-" + name + ",node-name=node-" + name,
            "-device", "virtio-blk-pci,drive=node-" + name + ",id=" + name + options
        };
    }

    public static String[] join(String[]... parts) {
        List<String> all = new ArrayList<>();
        for (String[] part : parts) {
            all.addAll(List.of(part));
        }
        return all.toArray(String[]::new);
    }

    public Path monitor() {
        return folder.resolve("q");
    }

    public Path outOfBandMonitor() {
        return folder.resolve("g");
    }

    public Path testMonitor() {
        return folder.resolve("t");
    }

    public Process process() {
        return process;
    }

    /** Writes as the guest would; returns what {@code qemu-io} printed when it complained. */
    public static String write(Qmp qmp, String device, int pattern, long offset, long length) throws QmpRefusal {
        return io(qmp, device, "write -P " + pattern + " " + offset + " " + length);
    }

    public static String io(Qmp qmp, String device, String command) throws QmpRefusal {
        String path = "/machine/peripheral/" + device + "/virtio-backend";
        return qmp.execute(
                        QmpCommand.of("human-monitor-command")
                                .with("command-line", "qemu-io -d " + path + " \"" + command + "\""),
                        Duration.ofSeconds(20))
                .asText();
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("QEMU survived SIGKILL for 10 s");
        }
    }

    public void signal(String name) throws Exception {
        Waiting.signal(process.pid(), name);
    }

    @Override
    public void close() throws Exception {
        kill();
    }
}
