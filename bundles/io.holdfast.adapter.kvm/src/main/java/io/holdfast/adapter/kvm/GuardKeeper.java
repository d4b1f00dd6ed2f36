package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.kvm.guard.GuardSettings;
import io.holdfast.adapter.kvm.guard.Note;
import io.holdfast.adapter.kvm.guard.YankLine;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.adapter.kvm.qmp.QmpVersion;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a guard alive and a link to it: notices within a quarter of a second that it died, within a second that it hangs, and starts another.
 * When that does not succeed within half the write bound, it cuts the capture itself. Owns one daemon thread.
 */
final class GuardKeeper implements Qmp, Cutter, ExportHolder, AutoCloseable {

    /** Hears what happens. {@link #event} and {@link #note} come on a link's thread and must not send commands. */
    interface Owner {

        void event(String name, JsonNode data);

        void note(Note note);

        /** The guard died; on the keeper's thread. */
        void guardLost(String reason);

        /** Events may have been missed; on the keeper's thread, commands are possible again. */
        void eventsMissed();

        /** No guard could be had in time and the capture was cut without one, if it could be; on the keeper's thread. */
        void captureCut(String reason);

        /** The guard and QEMU are gone both; last call; on the keeper's thread. */
        void hypervisorGone(String reason);

        /** Another adapter has taken the guard over, and the capture with it; last call; on a link's thread. */
        void replaced();
    }

    private static final Duration PING_INTERVAL = Duration.ofMillis(250);
    private static final int PINGS_UNANSWERED_MAX = 4;
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(10);
    private static final Duration LATER_INTERVAL = Duration.ofSeconds(5);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /** After it the guard's files are nobody's. */
    private static final Duration END_LIMIT = Duration.ofSeconds(1);

    private final GuardSettings settings;
    private final GuardLauncher launcher;
    private final Owner owner;
    private final GuardLink.Listener listener = new Relay();
    private final AtomicLong lastNumber = new AtomicLong();
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread;
    private volatile GuardLink link;
    private volatile @Nullable String lost;
    private volatile boolean closing;
    private volatile boolean replaced;

    private GuardKeeper(GuardSettings settings, Owner owner) {
        this.settings = settings;
        this.owner = owner;
        this.launcher = new GuardLauncher(settings);
        Optional<GuardLink> found = launcher.find("", 0, listener);
        this.link = found.isPresent() ? found.get() : launcher.launch(listener, Deadline.in(FIRST_LIMIT));
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("holdfast-guard-keeper-" + settings.folder())
                .unstarted(this::keep);
    }

    /**
     * Finds or starts the guard.
     *
     * @throws HoldfastException why it could not start; nothing is left
     */
    static GuardKeeper open(GuardSettings settings, Owner owner) {
        return new GuardKeeper(settings, owner);
    }

    /** Starts to hear and to keep. */
    void start() {
        link.start();
        thread.start();
    }

    long guardProcessId() {
        return link.welcome().processId();
    }

    @Override
    public QmpVersion version() {
        return link.version();
    }

    @Override
    public JsonNode execute(QmpCommand command, Duration limit) throws QmpRefusal {
        return link.execute(command, limit);
    }

    @Override
    public List<String> cut(Duration limit) {
        try {
            return link.cut(limit);
        } catch (HoldfastException e) {
            if (lost == null) {
                throw e;
            }
            return cutDirectly();
        }
    }

    @Override
    public List<String> cuttable(Duration limit) {
        return link.cuttable(limit);
    }

    @Override
    public Path hold(String export, Duration limit) {
        return link.hold(export, limit);
    }

    @Override
    public void letGo(Duration limit) {
        link.letGo(limit);
    }

    /** Without a guard its monitor is free. */
    private List<String> cutDirectly() {
        try (YankLine line = YankLine.connect(settings.outOfBandMonitor())) {
            return line.cut();
        }
    }

    private void keep() {
        int unanswered = 0;
        long pinged = System.nanoTime();
        link.ping();
        pause();
        while (!closing) {
            GuardLink now = link;
            unanswered = now.lastHeardNanos() - pinged >= 0 ? 0 : unanswered + 1;
            String reason = lost;
            if (unanswered >= PINGS_UNANSWERED_MAX) {
                replaceLost(now, "it did not answer for " + unanswered * PING_INTERVAL.toMillis() + " ms");
            } else if (reason != null && !reconnect(now)) {
                replaceLost(now, reason);
            }
            pinged = System.nanoTime();
            link.ping();
            pause();
        }
    }

    private void pause() {
        try {
            boolean _ = signal.tryAcquire(PING_INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
            signal.drainPermits();
        } catch (InterruptedException _) {
            // nobody interrupts this thread; the loop's condition ends it
        }
    }

    private void replaceLost(GuardLink old, String reason) {
        if (closing) {
            return;
        }
        Deadline deadline = Deadline.in(Duration.ofMillis(settings.writeBoundMillis() / 2));
        lost = reason;
        old.close();
        owner.guardLost(reason);
        launcher.holder().ifPresent(ProcessHandle::destroyForcibly);
        if (replace(deadline) || closing) {
            return;
        }
        String how = "no guard within half the write bound; the capture was cut";
        try {
            cutDirectly();
        } catch (HoldfastException e) {
            how = "no guard within half the write bound, and QEMU did not take the cut: " + e.getMessage();
        }
        owner.captureCut(how);
        while (!closing && !replace(Deadline.in(LATER_INTERVAL))) {
            pause();
        }
    }

    /** After a break of the connection alone, the same guard has kept what we missed. */
    private boolean reconnect(GuardLink old) {
        old.close();
        String guard = old.welcome().guard();
        Optional<GuardLink> found = launcher.find(guard, lastNumber.get(), listener);
        if (found.isEmpty()) {
            return false;
        }
        boolean complete = found.get().welcome().guard().equals(guard)
                && found.get().welcome().complete();
        use(found.get(), complete);
        return true;
    }

    private boolean replace(Deadline deadline) {
        while (!closing && !deadline.isOver()) {
            try {
                use(launcher.launch(listener, deadline), false);
                return true;
            } catch (HoldfastException e) {
                if (e.code() == ErrorCode.MONITOR_NOT_REACHABLE) {
                    closing = true;
                    owner.hypervisorGone(String.valueOf(e.getMessage()));
                    return false;
                }
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
        return false;
    }

    private void use(GuardLink found, boolean complete) {
        lost = null;
        link = found;
        found.start();
        if (!complete) {
            owner.eventsMissed();
        }
    }

    /** Ends the link, and the guard, which has nothing to guard any more, unless it is another adapter's now. */
    @Override
    public void close() {
        closing = true;
        signal.release();
        try {
            if (Thread.currentThread() != thread) {
                thread.join(CLOSE_LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!replaced) {
            link.end();
        }
        link.close();
        if (!replaced) {
            Deadline.in(END_LIMIT).await(() -> launcher.holder().isEmpty());
        }
    }

    private final class Relay implements GuardLink.Listener {

        @Override
        public void event(long number, String name, JsonNode data) {
            lastNumber.set(number);
            owner.event(name, data);
        }

        @Override
        public void note(long number, Note note) {
            lastNumber.set(number);
            // a QEMU that starts at the same place is another machine's run, with a guard of its own
            closing |= note.kind() == Note.Kind.GONE;
            owner.note(note);
        }

        @Override
        public void replaced() {
            replaced = true;
            closing = true;
            owner.replaced();
        }

        @Override
        public void lost(String reason) {
            lost = "its connection ended: " + reason;
            signal.release();
        }
    }
}
