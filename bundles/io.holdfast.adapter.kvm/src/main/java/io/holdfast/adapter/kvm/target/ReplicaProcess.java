package io.holdfast.adapter.kvm.target;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The QEMU process of a replica. QEMU holds a lock on its process id file for as long as it lives, and no longer: a locked file names a
 * process that lives and is this replica's, whatever else has been given that number before or since.
 */
final class ReplicaProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);

    private final ReplicaFiles files;
    private final Waits waits;

    ReplicaProcess(ReplicaFiles files, Waits waits) {
        this.files = files;
        this.waits = waits;
    }

    /** Finds the process, or nothing when none lives. */
    Optional<ProcessHandle> find() {
        Path file = files.processId();
        try {
            if (!locked(file)) {
                return Optional.empty();
            }
            Optional<ProcessHandle> handle =
                    ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
            return locked(file) ? handle : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw DiskErrors.of(file, "cannot be read", e);
        } catch (NumberFormatException e) {
            throw new HoldfastException(ErrorCode.REPLICA_INVALID, file.toString(), "holds no process id", e);
        }
    }

    private static boolean locked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }

    /**
     * Starts QEMU as a daemon; on return it has opened all disks and runs.
     *
     * @throws HoldfastException {@code REPLICA_START_FAILED} with QEMU's words; no process is left
     */
    void start(List<String> command) {
        Process launcher = null;
        try {
            launcher = new ProcessBuilder(command)
                    .directory(files.folder().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(files.startLog().toFile())
                    .start();
            if (!launcher.waitFor(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed("QEMU was not ready within " + START_LIMIT.toSeconds() + " s", null);
            }
            if (launcher.exitValue() != 0) {
                throw failed("QEMU ended with " + launcher.exitValue() + ": " + Tools.head(files.startLog()), null);
            }
        } catch (IOException e) {
            throw failed("QEMU cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(
                    ErrorCode.CANCELLED, files.folder().toString(), "interrupted while QEMU started", e);
        } finally {
            if (launcher != null && (launcher.isAlive() || launcher.exitValue() != 0)) {
                launcher.destroyForcibly();
                kill();
            }
        }
    }

    /** Ends the process at once if it lives; throws {@code TIMEOUT} when it is there 20 seconds later. */
    void kill() {
        find().ifPresent(ProcessHandle::destroyForcibly);
        if (!awaitEnd(KILL_LIMIT)) {
            throw new HoldfastException(
                    ErrorCode.TIMEOUT,
                    files.folder().toString(),
                    "the replica's process is still there " + KILL_LIMIT.toSeconds() + " s after it was killed");
        }
        DurableFiles.remove(files.processId());
    }

    /** Waits until no process lives. */
    boolean awaitEnd(Duration limit) {
        return waits.until(limit, () -> find().isEmpty());
    }

    private HoldfastException failed(String found, @Nullable Throwable cause) {
        return new HoldfastException(
                ErrorCode.REPLICA_START_FAILED, files.folder().toString(), found, cause);
    }
}
