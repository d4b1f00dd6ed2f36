package io.holdfast.tests.system;

import io.holdfast.harness.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A machine under QEMU with one disk, whose processor stands still from the start: it is there at once and costs next to nothing. */
final class StillGuest implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> MONITORS = List.of("qmp", "qmp-oob", "qmp-2", "qmp-2-oob");

    private final Path folder;
    private final Process process;

    private StillGuest(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param folder for its sockets
     * @param disk a raw image
     * @param memoryMebibytes which it has and does not touch
     */
    static StillGuest start(Path folder, Path disk, long memoryMebibytes) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "qemu-system-x86_64",
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-S",
                "-accel",
                "tcg",
                "-m",
                memoryMebibytes + "M",
                "-blockdev",
                "driver=raw,node-name=node,file.driver=file,file.filename=" + disk,
                "-device",
                "virtio-blk-pci,id=disk,drive=node"));
        for (String monitor : MONITORS) {
            Files.deleteIfExists(folder.resolve(monitor));
            command.addAll(List.of("-qmp", "unix:" + folder.resolve(monitor) + ",server=on,wait=off"));
        }
        StillGuest guest = new StillGuest(
                folder,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("qemu.log").toFile())
                        .start());
        Waiting.until("QEMU listens", LIMIT, () -> {
            if (!guest.process.isAlive()) {
                throw new IOException("QEMU ended: " + Files.readString(folder.resolve("qemu.log")));
            }
            return MONITORS.stream().map(folder::resolve).allMatch(Files::exists);
        });
        return guest;
    }

    /** One of its two pairs of monitors: two Holdfasts need one each. */
    Path monitor(int pair) {
        return folder.resolve(MONITORS.get(2 * pair));
    }

    /** The monitor for out-of-band commands of a pair. */
    Path outOfBandMonitor(int pair) {
        return folder.resolve(MONITORS.get(2 * pair + 1));
    }

    /** Ends it without warning. */
    void kill() {
        process.destroyForcibly();
        boolean ended = false;
        try {
            ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            throw new AssertionError("QEMU is still there after " + LIMIT.toSeconds() + " s");
        }
    }

    @Override
    public void close() {
        kill();
    }
}
