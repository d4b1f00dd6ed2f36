package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.DiskReader;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.SourceListener;
import io.holdfast.adapter.SourceSession;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.adapter.kvm.guard.GuardSettings;
import io.holdfast.adapter.kvm.guard.Note;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hold on one QEMU through its guard.
 */
final class KvmSession implements SourceSession {

    private static final Logger LOG = LoggerFactory.getLogger(KvmSession.class);

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration VERIFY_LIMIT = Duration.ofSeconds(1);

    /** Events that are passed on for information. */
    private static final Set<String> GUEST_EVENTS = Set.of(
            "STOP",
            "RESUME",
            "RESET",
            "SHUTDOWN",
            "POWERDOWN",
            "SUSPEND",
            "SUSPEND_DISK",
            "WAKEUP",
            "GUEST_PANICKED",
            "GUEST_CRASHLOADED");

    private final KvmAddress address;
    private final Notifier notifier;
    private final CaptureWatch watch = new CaptureWatch();
    private final GuardKeeper guard;
    private final Mirrors mirrors;
    private final Bitmaps bitmaps;
    private final DiskExports exports;
    private final DiskPoll poll;
    private final Runnable onClose;

    /** Nothing is left that could be released: QEMU is gone or another adapter's. */
    private final AtomicBoolean gone = new AtomicBoolean();

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether anything was changed at the source. What was only looked at may be another Holdfast's, and stays as it is. */
    private volatile boolean touched;

    /** Whether a mirror had been ended by a QEMU on its way out when the poll was answered last; its thread's own. */
    private boolean unsettledBefore;

    private KvmSession(KvmAddress address, SourceSettings settings, SourceListener listener, Runnable onClose) {
        this.address = address;
        this.onClose = onClose;
        this.notifier = new Notifier(address.monitor().toString(), listener);
        GuardSettings guardSettings = new GuardSettings(
                settings.folder(),
                address.monitor(),
                address.outOfBandMonitor(),
                settings.heartbeat(),
                settings.stallLimitMillis(),
                settings.writeBoundMillis());
        this.guard = GuardKeeper.open(guardSettings, new Owner());
        this.mirrors = new Mirrors(guard, guard, watch, new CaptureServer(settings));
        this.bitmaps = new Bitmaps(guard);
        this.exports = new DiskExports(guard, guard, guardSettings);
        this.poll = new DiskPoll(guard, address.monitor(), this::disksChanged, this::answered);
    }

    /**
     * Takes hold.
     *
     * @param onClose told once when the hold ends
     * @throws HoldfastException as {@link io.holdfast.adapter.SourceAdapter#open}; nothing is left behind
     */
    static KvmSession open(KvmAddress address, SourceSettings settings, SourceListener listener, Runnable onClose) {
        KvmSession session = new KvmSession(address, settings, listener, onClose);
        session.notifier.start();
        session.guard.start();
        boolean done = false;
        try {
            session.poll.start();
            done = true;
        } finally {
            if (!done) {
                session.guard.close();
                session.notifier.close();
            }
        }
        LOG.info("source held monitor={} guard={}", address.monitor(), session.guard.guardProcessId());
        return session;
    }

    @Override
    public SourceDescription describe() {
        return describe(Deadline.in(LIMIT));
    }

    SourceDescription describe(Deadline deadline) {
        return Inspector.describe(guard, address.monitor(), deadline);
    }

    @Override
    public void addBitmap(String bitmap) {
        touched = true;
        Deadline deadline = Deadline.in(LIMIT);
        bitmaps.add(bitmap, disks(deadline), deadline);
    }

    @Override
    public void removeBitmap(String bitmap) {
        touched = true;
        bitmaps.remove(bitmap, Deadline.in(LIMIT));
    }

    @Override
    public List<String> bitmaps() {
        Deadline deadline = Deadline.in(LIMIT);
        return bitmaps.common(disks(deadline), deadline);
    }

    @Override
    public void startCapture(List<CaptureTarget> targets) {
        Deadline deadline = Deadline.in(LIMIT);
        List<SourceDisk> disks = disks(deadline);
        Map<String, CaptureTarget> byDisk = new HashMap<>();
        targets.forEach(target -> byDisk.put(target.diskIdentity(), target));
        List<String> wanted = disks.stream().map(SourceDisk::identity).toList();
        if (targets.size() != byDisk.size() || !byDisk.keySet().equals(Set.copyOf(wanted))) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "capture targets",
                    byDisk.keySet() + " given; expected one for each disk: " + wanted);
        }
        touched = true;
        mirrors.start(disks, byDisk, deadline);
        LOG.info("capture started monitor={} disks={}", address.monitor(), wanted);
    }

    @Override
    public void stopCapture() {
        mirrors.stop(Deadline.in(LIMIT));
        LOG.info("capture stopped monitor={}", address.monitor());
    }

    @Override
    public void cutCapture() {
        mirrors.cut(Deadline.in(LIMIT));
        LOG.info("capture cut monitor={}", address.monitor());
    }

    @Override
    public Optional<String> prove() {
        return mirrors.prove(Deadline.in(LIMIT));
    }

    @Override
    public DiskReader openReader(String diskIdentity, List<String> bitmapNames) {
        Deadline deadline = Deadline.in(LIMIT);
        SourceDisk disk = disks(deadline).stream()
                .filter(candidate -> candidate.identity().equals(diskIdentity))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, diskIdentity, "no such disk; expected one that describe() lists"));
        touched = true;
        return exports.open(disk, bitmapNames, deadline);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        poll.close();
        if (touched && !gone.get()) {
            release();
        }
        guard.close();
        notifier.close();
        onClose.run();
        LOG.info("source released monitor={}", address.monitor());
    }

    private void release() {
        List<String> failures = new ArrayList<>();
        for (Runnable step : List.<Runnable>of(this::stopCapture, () -> exports.close(Deadline.in(LIMIT)))) {
            try {
                step.run();
            } catch (HoldfastException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        if (!failures.isEmpty()) {
            LOG.warn("source not released cleanly monitor={} failures={}", address.monitor(), failures);
        }
    }

    private List<SourceDisk> disks(Deadline deadline) {
        return describe(deadline).disks();
    }

    private void disksChanged(String reason) {
        notifier.tell(listener -> listener.disksChanged(reason));
    }

    /** QEMU lives, told by an answer a second after the one before. */
    private void answered() {
        if (unsettledBefore) {
            tell(watch.settle());
        }
        unsettledBefore = watch.isUnsettled();
        if (watch.hasMissedEvents()) {
            verify();
        }
    }

    private void tell(Optional<CaptureWatch.Break> broken) {
        broken.ifPresent(news -> {
            LOG.warn(
                    "capture broken monitor={} disk={} reason={}",
                    address.monitor(),
                    news.diskIdentity(),
                    news.reason());
            notifier.tell(listener -> listener.captureBroken(news.diskIdentity(), news.reason()));
        });
    }

    private void sourceGone(String reason) {
        if (gone.compareAndSet(false, true)) {
            CaptureWatch.End end = watch.sourceEnded();
            LOG.info(
                    "source gone monitor={} captureUnbroken={} clean={}",
                    address.monitor(),
                    end.captureUnbroken(),
                    end.clean());
            notifier.tell(listener -> listener.sourceGone(end.captureUnbroken(), end.clean(), reason));
        }
    }

    /** What the guard's keeper tells. */
    private final class Owner implements GuardKeeper.Owner {

        @Override
        public void event(String name, JsonNode data) {
            tell(watch.event(name, data));
            if (GUEST_EVENTS.contains(name)) {
                notifier.tell(listener -> listener.guestEvent(name));
            }
            if (name.equals("DEVICE_DELETED") || name.equals("DEVICE_TRAY_MOVED")) {
                poll.soon();
            }
        }

        @Override
        public void note(Note note) {
            switch (note.kind()) {
                case CUT -> tell(watch.breakNow("", "the guard cut it: " + note.text()));
                case WRITER_KILLED -> tell(watch.breakNow("", "the guard killed the capture server: " + note.text()));
                case CUT_FAILED ->
                    LOG.error("guard could not cut monitor={} reason={}", address.monitor(), note.text());
                case MONITOR_LOST -> watch.eventsMissed();
                case MONITOR_BACK -> poll.soon();
                case GONE -> sourceGone(note.text());
            }
        }

        @Override
        public void guardLost(String reason) {
            LOG.warn("guard lost monitor={} reason={}", address.monitor(), reason);
            watch.eventsMissed();
            notifier.tell(listener -> listener.guardLost(reason));
        }

        @Override
        public void eventsMissed() {
            watch.eventsMissed();
            if (watch.isCapturing()) {
                verify();
            }
        }

        @Override
        public void captureCut(String reason) {
            tell(watch.breakNow("", reason));
        }

        @Override
        public void hypervisorGone(String reason) {
            sourceGone(reason);
        }

        @Override
        public void replaced() {
            LOG.warn("source taken over by another adapter monitor={}", address.monitor());
            gone.set(true);
            tell(watch.breakNow("", "another adapter has taken the machine over"));
        }
    }

    /** After missed events QEMU's state alone tells whether the mirrors are whole. */
    private void verify() {
        try {
            mirrors.prove(Deadline.in(VERIFY_LIMIT))
                    .ifPresentOrElse(reason -> tell(watch.breakNow("", reason)), watch::seenWhole);
        } catch (HoldfastException e) {
            tell(watch.breakNow("", "events were missed and QEMU did not answer: " + e.getMessage()));
        }
    }
}
