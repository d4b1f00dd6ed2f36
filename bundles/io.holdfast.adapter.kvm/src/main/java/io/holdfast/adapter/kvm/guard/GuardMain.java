package io.holdfast.adapter.kvm.guard;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The guard's process. Exits with 0 when its work is done, with 1 when it could not start; then {@link GuardSettings#failure} says why.
 *
 * @since 1.0
 */
public final class GuardMain {

    private static final long KEEP_MILLIS = 200;

    /** A guard that was killed just now may hold the lock for a moment. */
    private static final long LOCK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long LOCK_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** After QEMU's end, time for an adapter to fetch the last events. */
    private static final long AFTER_END_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Without an adapter and without any node of ours, there is nothing to guard. */
    private static final long ALONE_NANOS = TimeUnit.MINUTES.toNanos(15);

    /** Without an adapter, and with a folder that was replaced, nobody comes back; QEMU's monitor must be free for the next guard. */
    private static final long UNREACHABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final GuardSettings settings;
    private final TimeSource time = TimeSource.SYSTEM;

    private GuardMain(GuardSettings settings) {
        this.settings = settings;
    }

    /**
     * Runs a guard.
     *
     * @param arguments as {@link GuardSettings#toArguments}
     */
    public static void main(String[] arguments) {
        GuardSettings settings = GuardSettings.parse(List.of(arguments));
        try {
            new GuardMain(settings).run();
            System.exit(0);
        } catch (HoldfastException e) {
            fail(settings, e);
        } catch (IOException e) {
            fail(
                    settings,
                    new HoldfastException(
                            ErrorCode.DISK_ERROR, settings.folder().toString(), e.toString(), e));
        }
        System.exit(1);
    }

    private static void fail(GuardSettings settings, HoldfastException e) {
        Failure failure = new Failure(e.code(), e.object(), String.valueOf(e.getMessage()));
        try {
            Path partial = settings.failure().resolveSibling("guard.failure.part");
            Files.writeString(partial, failure.toText());
            Files.move(partial, settings.failure(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException _) {
            // the exit code alone tells then
        }
    }

    private void run() throws IOException {
        try (FileChannel lockFile =
                FileChannel.open(settings.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            try (FileLock _ = lock(lockFile)) {
                lockFile.truncate(0);
                lockFile.write(ByteBuffer.wrap(
                        Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
                guard();
            }
        }
    }

    private FileLock lock(FileChannel file) throws IOException {
        long end = time.monotonicNanos() + LOCK_NANOS;
        while (true) {
            @Nullable FileLock lock = file.tryLock();
            if (lock != null) {
                return lock;
            }
            if (time.monotonicNanos() > end) {
                throw new HoldfastException(
                        ErrorCode.ALREADY_PROTECTED,
                        settings.lock().toString(),
                        "another guard is in charge of this folder");
            }
            LockSupport.parkNanos(LOCK_RETRY_NANOS);
        }
    }

    private void guard() throws IOException {
        try (GuardLog log = new GuardLog(settings.log())) {
            guard(log);
        }
    }

    private void guard(GuardLog log) throws IOException {
        Hub hub = new Hub(time.monotonicNanos());
        MonitorLine monitor = new MonitorLine(settings, hub, log);
        Guard guard = new Guard(settings, time, hub, log, YankLine.connect(settings.outOfBandMonitor()));
        guard.keep();
        Welcome welcome = new Welcome(
                Frame.PROTOCOL,
                UUID.randomUUID().toString(),
                ProcessHandle.current().pid(),
                settings.toArguments(),
                List.of(
                        monitor.version().major(),
                        monitor.version().minor(),
                        monitor.version().micro()),
                true,
                false);
        try (AdapterService service = new AdapterService(settings, hub, guard, monitor, welcome)) {
            Files.deleteIfExists(settings.failure());
            log.say("guard " + welcome.guard() + " of process " + welcome.processId() + " watches " + settings.monitor()
                    + " of QEMU " + monitor.version());
            Thread.ofPlatform().daemon().name("holdfast-guard-monitor").start(monitor::run);
            Thread.ofPlatform().daemon().name("holdfast-guard-accept").start(service::acceptAll);
            Thread watch = Thread.ofPlatform()
                    .daemon()
                    .name("holdfast-guard-watch")
                    .priority(Thread.MAX_PRIORITY)
                    .start(guard::watch);
            keepUntilDone(guard, hub, monitor, service);
            guard.end();
            watch.join(TimeUnit.SECONDS.toMillis(1));
            log.say("guard ends");
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private void keepUntilDone(Guard guard, Hub hub, MonitorLine monitor, AdapterService service)
            throws InterruptedException {
        while (!service.ended().await(KEEP_MILLIS, TimeUnit.MILLISECONDS)) {
            if (monitor.isGone()) {
                guard.end();
            }
            guard.keep();
            long alone = hub.aloneNanos(time.monotonicNanos());
            boolean doneAfterEnd = monitor.isGone() && alone > AFTER_END_NANOS;
            boolean forgotten = guard.hasNothingToGuard() && alone > ALONE_NANOS;
            boolean lostToAll = alone > UNREACHABLE_NANOS && !service.isReachable();
            if (doneAfterEnd || forgotten || lostToAll) {
                return;
            }
        }
    }
}
