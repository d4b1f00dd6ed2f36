package io.holdfast.adapter.kvm;

import io.holdfast.adapter.kvm.guard.Failure;
import io.holdfast.adapter.kvm.guard.Frame;
import io.holdfast.adapter.kvm.guard.GuardMain;
import io.holdfast.adapter.kvm.guard.GuardSettings;
import io.holdfast.adapter.kvm.guard.Welcome;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the guard of a machine's folder or starts one.
 */
final class GuardLauncher {

    private static final Duration WELCOME_LIMIT = Duration.ofSeconds(1);
    private static final Duration END_LIMIT = Duration.ofSeconds(1);
    private static final long POLL_NANOS = 10_000_000;

    private final GuardSettings settings;

    GuardLauncher(GuardSettings settings) {
        this.settings = settings;
    }

    /**
     * Connects to the guard that is there, if it is of our kind and does not hang. One that is not, or whose QEMU is gone and whom we never
     * heard, is told to end.
     *
     * @param guard id of the guard heard before, empty for none
     * @param lastNumber its last event number heard
     */
    Optional<GuardLink> find(String guard, long lastNumber, GuardLink.Listener listener) {
        GuardLink link;
        try {
            link = GuardLink.connect(settings.socket(), guard, lastNumber, listener, WELCOME_LIMIT);
        } catch (IOException _) {
            return Optional.empty();
        }
        Welcome welcome = link.welcome();
        boolean isOfOurKind =
                welcome.protocol() == Frame.PROTOCOL && welcome.settings().equals(settings.toArguments());
        if (isOfOurKind && (!welcome.gone() || welcome.guard().equals(guard))) {
            return Optional.of(link);
        }
        link.end();
        link.close();
        return Optional.empty();
    }

    /**
     * Starts a guard and connects to it.
     *
     * @param deadline for all of it
     * @throws HoldfastException as told by the guard that could not start, or {@code TIMEOUT}; no guard is left
     */
    GuardLink launch(GuardLink.Listener listener, Deadline deadline) {
        removeOld();
        Process process = startProcess();
        while (true) {
            try {
                GuardLink link = GuardLink.connect(settings.socket(), "", 0, listener, WELCOME_LIMIT);
                if (link.welcome().processId() == process.pid()) {
                    return link;
                }
                link.close();
            } catch (IOException _) {
                // not listening yet
            }
            if (waitFor(process, POLL_NANOS)) {
                throw failure();
            }
            if (deadline.isOver()) {
                process.destroyForcibly();
                throw new HoldfastException(
                        ErrorCode.TIMEOUT, settings.folder().toString(), "the guard was not ready in time");
            }
        }
    }

    /** Waits for the guard that holds the folder's lock to end, and kills one that does not. */
    private void removeOld() {
        Optional<ProcessHandle> old = holder();
        if (old.isEmpty()) {
            return;
        }
        ProcessHandle process = old.get();
        Deadline patience = Deadline.in(END_LIMIT);
        if (!patience.await(() -> !process.isAlive())) {
            process.destroyForcibly();
            Deadline.in(END_LIMIT).await(() -> !process.isAlive());
        }
    }

    /** The process whose id the lock file holds, if it still is a guard of this folder. */
    Optional<ProcessHandle> holder() {
        try {
            String text = Files.readString(settings.lock()).strip();
            long processId = text.isEmpty() ? 0 : Long.parseLong(text);
            String commandLine = Files.readString(Path.of("/proc", Long.toString(processId), "cmdline"));
            boolean isGuard = commandLine.contains(GuardMain.class.getName())
                    && commandLine.contains("folder=" + settings.folder() + "\0");
            return isGuard ? ProcessHandle.of(processId) : Optional.empty();
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    private Process startProcess() {
        List<String> command = new ArrayList<>(List.of(
                // a session of its own, so that what stops or kills our process group leaves it alone
                "setsid",
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx32m",
                "-Xss256k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                // it hands sockets to QEMU
                "--enable-native-access=ALL-UNNAMED",
                "-XX:ErrorFile=" + settings.folder().resolve("guard.crash"),
                "-cp",
                GuardClassPath.find(),
                GuardMain.class.getName()));
        command.addAll(settings.toArguments());
        try {
            Files.deleteIfExists(settings.failure());
            return new ProcessBuilder(command)
                    .directory(settings.folder().toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(settings.folder().resolve("guard.out").toFile())
                    .start();
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.INTERNAL,
                    settings.folder().toString(),
                    "the guard cannot be started: " + e.getMessage(),
                    e);
        }
    }

    private static boolean waitFor(Process process, long nanos) {
        try {
            return process.waitFor(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(ErrorCode.CANCELLED, "guard", "interrupted while it started", e);
        }
    }

    private HoldfastException failure() {
        @Nullable Exception cause;
        try {
            return Failure.parse(Files.readAllLines(settings.failure()));
        } catch (IOException | IllegalArgumentException e) {
            cause = e;
        }
        return new HoldfastException(
                ErrorCode.INTERNAL,
                settings.folder().toString(),
                "the guard ended at once; guard.out in that folder has its last words",
                cause);
    }
}
