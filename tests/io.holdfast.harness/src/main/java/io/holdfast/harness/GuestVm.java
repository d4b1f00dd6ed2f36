package io.holdfast.harness;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A test guest under QEMU: the machine that is to be protected. Its disks are raw files in its folder; disk n is the node {@code node-n} of
 * the device {@code disk-n} with the serial {@code HOLDFAST-DISK-n}.
 */
public final class GuestVm implements AutoCloseable {

    private static final int BLOCK_BYTES = 4096;
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(15);

    /**
     * How the machine is made.
     *
     * @param folder of the machine alone, at most 80 bytes long; disks that lie in it are used as they are
     * @param memoryMebibytes of the guest
     * @param ioThread whether disks are served by a thread of their own instead of QEMU's main loop
     * @param extraDiskBytes sizes of more disks, in whole sectors, empty at first, beside the guest's two
     * @param accelerator {@code tcg} or {@code kvm}
     */
    public record Settings(
            Path folder, int memoryMebibytes, boolean ioThread, List<Long> extraDiskBytes, String accelerator) {

        public Settings {
            extraDiskBytes = List.copyOf(extraDiskBytes);
        }

        /** The usual machine: 256 MiB, two disks, TCG. */
        public static Settings in(Path folder) {
            return new Settings(folder, 256, false, List.of(), "tcg");
        }

        /** The same with an I/O thread. */
        public Settings withIoThread() {
            return new Settings(folder, memoryMebibytes, true, extraDiskBytes, accelerator);
        }

        /** The same with more disks. */
        public Settings withExtraDisks(List<Long> bytes) {
            return new Settings(folder, memoryMebibytes, ioThread, bytes, accelerator);
        }
    }

    private final Settings settings;
    private final Process process;
    private final GuestConsole console;

    private GuestVm(Settings settings, Process process, GuestConsole console) {
        this.settings = settings;
        this.process = process;
        this.console = console;
    }

    /**
     * Starts the machine and does not wait for its boot.
     *
     * @param settings how it is made
     * @param stamps asked at each {@code COMMIT} line; see {@link GuestConsole#connect}
     * @return the machine; close it
     */
    public static GuestVm start(Settings settings, LongSupplier stamps) throws IOException {
        for (Path socket :
                List.of(monitor(settings), outOfBandMonitor(settings), harnessMonitor(settings), console(settings))) {
            Files.deleteIfExists(socket);
        }
        for (int extra = 0; extra < settings.extraDiskBytes().size(); extra++) {
            makeExtraDisk(settings, extra);
        }
        Path log = log(settings);
        Process process = new ProcessBuilder(commandLine(settings))
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile())
                .start();
        boolean done = false;
        try {
            Waiting.until("QEMU listens", READY_LIMIT, () -> {
                if (!process.isAlive()) {
                    throw new IOException("QEMU ended with " + process.exitValue() + ": " + Files.readString(log));
                }
                return Files.exists(console(settings)) && Files.exists(harnessMonitor(settings));
            });
            GuestVm machine = new GuestVm(settings, process, GuestConsole.connect(console(settings), stamps));
            done = true;
            return machine;
        } finally {
            if (!done) {
                process.destroyForcibly();
            }
        }
    }

    /** Starts the machine and waits until its workload is ready. */
    public static GuestVm boot(Settings settings, LongSupplier stamps) throws IOException {
        GuestVm machine = start(settings, stamps);
        try {
            machine.console.awaitReady(READY_LIMIT);
            return machine;
        } catch (AssertionError e) {
            machine.close();
            throw new AssertionError(e.getMessage() + "; QEMU said: " + Files.readString(log(settings)), e);
        }
    }

    private static void makeExtraDisk(Settings settings, int extra) throws IOException {
        Path disk = disk(settings, 2 + extra);
        if (!Files.exists(disk)) {
            try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
                // QEMU finds out how direct I/O must be aligned by reading; a hole at the start would tell it nothing
                file.write(new byte[BLOCK_BYTES]);
                file.setLength(settings.extraDiskBytes().get(extra));
            }
        }
    }

    private static List<String> commandLine(Settings settings) {
        boolean kvm = settings.accelerator().equals("kvm");
        List<String> line = new ArrayList<>(List.of(
                "qemu-system-x86_64",
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-nic",
                "none",
                "-M",
                "q35",
                "-name",
                settings.folder().getFileName().toString(),
                "-accel",
                settings.accelerator(),
                "-cpu",
                kvm ? "host" : "max",
                "-m",
                settings.memoryMebibytes() + "M"));
        for (Path monitor : List.of(monitor(settings), outOfBandMonitor(settings), harnessMonitor(settings))) {
            line.addAll(List.of("-qmp", "unix:" + monitor + ",server=on,wait=off"));
        }
        line.addAll(List.of(
                "-chardev",
                "socket,id=console,server=on,wait=off,path=" + console(settings) + ",logappend=on,logfile="
                        + settings.folder().resolve("console.log"),
                "-serial",
                "chardev:console"));
        if (settings.ioThread()) {
            line.addAll(List.of("-object", "iothread,id=io"));
        }
        for (int disk = 0; disk < 2 + settings.extraDiskBytes().size(); disk++) {
            line.addAll(List.of(
                    "-blockdev",
                    "driver=file,node-name=file-" + disk + ",filename=" + disk(settings, disk) + ",cache.direct=on",
                    "-blockdev",
                    "driver=raw,node-name=node-" + disk + ",file=file-" + disk,
                    "-device",
                    "virtio-blk-pci,id=disk-" + disk + ",drive=node-" + disk + ",serial=HOLDFAST-DISK-" + disk
                            + (disk == 0 ? ",bootindex=1" : "")
                            + (settings.ioThread() ? ",iothread=io" : "")));
        }
        return line;
    }

    /** The raw image of a disk. */
    public static Path disk(Settings settings, int number) {
        return settings.folder().resolve("disk" + number + ".raw");
    }

    private static Path log(Settings settings) {
        return settings.folder().resolve("qemu.log");
    }

    private static Path monitor(Settings settings) {
        return settings.folder().resolve("qmp");
    }

    private static Path outOfBandMonitor(Settings settings) {
        return settings.folder().resolve("qmp-oob");
    }

    private static Path harnessMonitor(Settings settings) {
        return settings.folder().resolve("qmp-test");
    }

    private static Path console(Settings settings) {
        return settings.folder().resolve("console");
    }

    /** Monitor for Holdfast: commands and events. */
    public Path monitor() {
        return monitor(settings);
    }

    /** Monitor for Holdfast: out-of-band commands. */
    public Path outOfBandMonitor() {
        return outOfBandMonitor(settings);
    }

    /** Opens the harness's own monitor; close it. */
    public GuestMonitor openMonitor() throws IOException {
        return GuestMonitor.connect(harnessMonitor(settings));
    }

    /** The raw image of a disk. */
    public Path disk(int number) {
        return disk(settings, number);
    }

    /** The socket of the serial console, for one client at a time. */
    public Path consoleSocket() {
        return console(settings);
    }

    /** The serial console. */
    public GuestConsole console() {
        return console;
    }

    /** QEMU's process. */
    public long processId() {
        return process.pid();
    }

    /** Whether QEMU lives. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal to QEMU, for example {@code STOP} or {@code CONT}. */
    public void signal(String name) throws IOException {
        ProcessTools.signal(name, process.pid());
    }

    /** Kills QEMU without warning and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(KILL_LIMIT);
    }

    /** Waits until QEMU has ended, for example after the guest has powered off. */
    public void awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("QEMU is still there after " + limit.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for QEMU's end", e);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        console.close();
    }
}
