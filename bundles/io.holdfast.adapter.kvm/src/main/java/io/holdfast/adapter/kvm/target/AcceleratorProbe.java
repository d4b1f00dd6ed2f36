package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.kvm.target.KvmTargetSettings.Acceleration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how guest code is run. That {@code /dev/kvm} opens proves nothing: under some hypervisors it starts firmware and then never
 * reaches the end of a kernel's boot. So a kernel is booted under KVM once, without disks, until it misses its root file system; what does
 * not get there within 15 seconds is not used. Thread-safe; probes once.
 */
final class AcceleratorProbe {

    static final String KVM = "kvm";
    static final String TCG = "tcg";

    private static final Logger LOG = LoggerFactory.getLogger(AcceleratorProbe.class);
    private static final Path DEVICE = Path.of("/dev/kvm");
    private static final Path HOST_KERNELS = Path.of("/boot");
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final long LOG_BYTES_MAX = 1 << 20;

    /** What a kernel without disks says at the end of its boot. */
    private static final List<String> PROOF = List.of("Unable to mount root fs", "Run /init as init process");

    private final Acceleration wanted;
    private final Optional<Path> givenKernel;
    private final Path device;
    private final Waits waits;
    private @Nullable String chosen;

    AcceleratorProbe(KvmTargetSettings settings, Waits waits) {
        this(settings, DEVICE, waits);
    }

    AcceleratorProbe(KvmTargetSettings settings, Path device, Waits waits) {
        this.wanted = settings.acceleration();
        this.givenKernel = settings.probeKernel();
        this.device = device;
        this.waits = waits;
    }

    /**
     * Chooses; takes up to 15 seconds the first time.
     *
     * @param qemu the emulator
     * @return {@link #KVM} or {@link #TCG}
     */
    synchronized String choose(Path qemu) {
        String known = chosen;
        if (known == null) {
            known = switch (wanted) {
                case KVM -> KVM;
                case TCG -> TCG;
                case PROBE -> probe(qemu);
            };
            chosen = known;
        }
        return known;
    }

    private String probe(Path qemu) {
        Optional<Path> kernel = givenKernel.or(AcceleratorProbe::hostKernel);
        String found;
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            found = "no access to " + device;
        } else if (kernel.isEmpty()) {
            found = "no readable kernel in " + HOST_KERNELS + " to prove it with";
        } else {
            found = boots(qemu, kernel.get()) ? "" : kernel.get() + " does not boot under KVM";
        }
        String result = found.isEmpty() ? KVM : TCG;
        LOG.info("accelerator probed accelerator={} reason={}", result, found.isEmpty() ? "a kernel booted" : found);
        return result;
    }

    private static Optional<Path> hostKernel() {
        try (Stream<Path> files = Files.list(HOST_KERNELS)) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz"))
                    .filter(Files::isReadable)
                    .sorted()
                    .reduce((_, last) -> last);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private boolean boots(Path qemu, Path kernel) {
        Path console = null;
        Process process = null;
        try {
            console = Files.createTempFile("holdfast-probe", ".log");
            Path log = console;
            Process started = new ProcessBuilder(
                            qemu.toString(),
                            "-accel",
                            "kvm",
                            "-cpu",
                            "host",
                            "-M",
                            "q35",
                            "-m",
                            "256",
                            "-nodefaults",
                            "-no-user-config",
                            "-display",
                            "none",
                            "-no-reboot",
                            "-serial",
                            "stdio",
                            "-kernel",
                            kernel.toString(),
                            "-append",
                            "console=ttyS0 panic=-1")
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(console.toFile())
                    .start();
            process = started;
            waits.until(LIMIT, () -> proves(log) || !started.isAlive());
            return proves(log);
        } catch (IOException _) {
            return false;
        } finally {
            kill(process);
            if (console != null) {
                DurableFiles.remove(console);
            }
        }
    }

    private static boolean proves(Path log) {
        try {
            String said = Files.size(log) > LOG_BYTES_MAX ? "" : Files.readString(log, StandardCharsets.ISO_8859_1);
            return PROOF.stream().anyMatch(said::contains);
        } catch (IOException _) {
            return false;
        }
    }

    private static void kill(@Nullable Process process) {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        try {
            process.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
