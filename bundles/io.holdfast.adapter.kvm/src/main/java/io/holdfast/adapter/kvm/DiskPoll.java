package io.holdfast.adapter.kvm;

import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks at the disks each second, because QEMU has no event for a new size, a new disk or a new active node. Owns one daemon thread.
 */
final class DiskPoll implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Qmp qmp;
    private final Path monitor;
    private final Consumer<String> changed;
    private final Runnable answered;
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread;
    private volatile List<Inspector.Fingerprint> known = List.of();
    private volatile boolean closing;

    /** Told in words what changed, and each time that QEMU has answered, beginning one interval after {@link #start}. */
    DiskPoll(Qmp qmp, Path monitor, Consumer<String> changed, Runnable answered) {
        this.qmp = qmp;
        this.monitor = monitor;
        this.changed = changed;
        this.answered = answered;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("holdfast-kvm-disks-" + monitor)
                .unstarted(this::pollAll);
    }

    /**
     * Remembers what there is now and starts to look.
     *
     * @throws HoldfastException when QEMU does not answer
     */
    void start() {
        known = look();
        thread.start();
    }

    /** Looks at once. */
    void soon() {
        signal.release();
    }

    private List<Inspector.Fingerprint> look() {
        return Inspector.fingerprints(qmp, monitor, Deadline.in(LIMIT));
    }

    private void pollAll() {
        while (!closing) {
            pause();
            try {
                List<Inspector.Fingerprint> now = closing ? known : look();
                difference(known, now).ifPresent(changed);
                known = now;
                answered.run();
            } catch (HoldfastException _) {
                // QEMU or the guard does not answer now; others notice that, and the next look comes
            }
        }
    }

    private void pause() {
        try {
            boolean _ = signal.tryAcquire(INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
            signal.drainPermits();
        } catch (InterruptedException _) {
            // nobody interrupts this thread; the loop's condition ends it
        }
    }

    /** Says in words what differs, or nothing. */
    static Optional<String> difference(List<Inspector.Fingerprint> before, List<Inspector.Fingerprint> now) {
        List<String> words = new ArrayList<>();
        for (Inspector.Fingerprint old : before) {
            Optional<Inspector.Fingerprint> same = find(now, old);
            if (same.isEmpty()) {
                words.add(old.path() + " was removed");
                continue;
            }
            if (same.get().sizeBytes() != old.sizeBytes()) {
                words.add(old.path() + " has " + same.get().sizeBytes() + " bytes instead of " + old.sizeBytes());
            }
            if (!same.get().node().equals(old.node())) {
                words.add(old.path() + " writes to node " + same.get().node() + " instead of " + old.node());
            }
        }
        now.stream()
                .filter(disk -> find(before, disk).isEmpty())
                .forEach(disk -> words.add(disk.path() + " was added"));
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
    }

    private static Optional<Inspector.Fingerprint> find(
            List<Inspector.Fingerprint> disks, Inspector.Fingerprint wanted) {
        return disks.stream()
                .filter(disk ->
                        disk.path().equals(wanted.path()) && disk.device().equals(wanted.device()))
                .findFirst();
    }

    @Override
    public void close() {
        closing = true;
        signal.release();
        try {
            if (Thread.currentThread() != thread) {
                thread.join(LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
