package io.holdfast.adapter.kvm.guard;

import io.holdfast.adapter.kvm.unix.SocketFile;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Watches the heartbeat and cuts. Three threads matter: this one ticks and never waits for anything but QEMU's out-of-band answer, which is
 * bounded; one keeps what may hang (files, connecting); one passes the monitor's lines on.
 */
final class Guard {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long REHEARSAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A writer that stays away is cut again at this distance: a node may have been connecting at the time before. */
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final GuardSettings settings;
    private final TimeSource time;
    private final Hub hub;
    private final GuardLog log;
    private final HeartbeatSight heartbeat;
    private final String identity;
    private volatile @Nullable YankLine yank;
    private volatile List<String> nodes = List.of();
    private volatile boolean ending;
    private List<String> reported = List.of();
    private boolean failureReported;
    private boolean killed;

    Guard(GuardSettings settings, TimeSource time, Hub hub, GuardLog log, YankLine yank) {
        this.settings = settings;
        this.time = time;
        this.hub = hub;
        this.log = log;
        this.heartbeat = new HeartbeatSight(settings.heartbeat(), time.monotonicNanos());
        this.yank = yank;
        this.identity = identityNow();
    }

    /** Watches until {@link #end}. */
    void watch() {
        StallWatch watch = new StallWatch(settings, time.monotonicNanos());
        long nextRehearsal = time.monotonicNanos();
        long nextCut = nextRehearsal;
        while (!ending) {
            long now = time.monotonicNanos();
            long silent = heartbeat.silentNanos(now);
            long oldest = heartbeat.oldestUnansweredNanos(now);
            StallWatch.Verdict verdict = watch.judge(now, silent, oldest);
            if (verdict == StallWatch.Verdict.CALM) {
                calm();
                if (now >= nextRehearsal) {
                    rehearse();
                    watch.wasBusy(time.monotonicNanos());
                    nextRehearsal = now + REHEARSAL_NANOS;
                }
            } else if (verdict != StallWatch.Verdict.EXCUSED && now >= nextCut) {
                cutAt(verdict, silent, oldest);
                watch.wasBusy(time.monotonicNanos());
                nextCut = time.monotonicNanos() + AGAIN_NANOS;
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void calm() {
        if (!reported.isEmpty()) {
            reported = List.of();
            log.say("the capture server beats again");
        }
        failureReported = false;
        killed = false;
    }

    /** Does all that a cut does except cutting, words included: nothing of it shall be loaded from a disk that may hang by then. */
    private void rehearse() {
        try {
            nodes = line().rehearse();
            for (StallWatch.Verdict verdict : StallWatch.Verdict.values()) {
                String _ = new Note(Note.Kind.CUT, why(verdict, 0, 0)).toJson();
            }
        } catch (HoldfastException e) {
            lose(e);
        }
    }

    private static String why(StallWatch.Verdict verdict, long silent, long oldest) {
        return verdict == StallWatch.Verdict.STALLED
                ? "a request was unanswered for " + TimeUnit.NANOSECONDS.toMillis(oldest) + " ms"
                : "the capture server was silent for " + TimeUnit.NANOSECONDS.toMillis(silent) + " ms";
    }

    private void cutAt(StallWatch.Verdict verdict, long silent, long oldest) {
        String why = why(verdict, silent, oldest);
        try {
            nodes = line().cut();
            report(why);
        } catch (HoldfastException e) {
            lose(e);
            long waited = Math.max(oldest, silent);
            if (!failureReported && !nodes.isEmpty()) {
                failureReported = true;
                hub.note(new Note(Note.Kind.CUT_FAILED, why + "; " + e.getMessage()));
            }
            if (!killed && !nodes.isEmpty() && waited > TimeUnit.MILLISECONDS.toNanos(settings.killLimitMillis())) {
                killed = heartbeat.killWriter();
                if (killed) {
                    log.say("killed the capture server: " + why);
                    hub.note(new Note(Note.Kind.WRITER_KILLED, why));
                }
            }
        }
    }

    private void report(String why) {
        List<String> fresh = new ArrayList<>(nodes);
        fresh.removeAll(reported);
        if (!fresh.isEmpty()) {
            reported = nodes;
            log.say("cut " + fresh + ": " + why);
            hub.note(new Note(Note.Kind.CUT, why));
        }
    }

    /** Cuts for an adapter that asks. */
    List<String> cutNow() {
        try {
            List<String> cut = line().cut();
            if (!cut.isEmpty()) {
                log.say("cut " + cut + ": asked to");
            }
            return cut;
        } catch (HoldfastException e) {
            lose(e);
            throw e;
        }
    }

    /** Lists the nodes that could be cut, as QEMU says now. */
    List<String> list() {
        return line().nodes();
    }

    private YankLine line() {
        YankLine line = yank;
        if (line == null) {
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE, settings.outOfBandMonitor().toString(), "not connected now");
        }
        return line;
    }

    private void lose(HoldfastException e) {
        YankLine line = yank;
        if (line != null && e.code() == ErrorCode.MONITOR_NOT_REACHABLE) {
            yank = null;
            line.close();
            log.say("out-of-band monitor lost: " + e.getMessage());
        }
    }

    /** Looks at what may hang; for the keeping thread, a few times a second. */
    void keep() {
        heartbeat.refresh();
        if (yank == null && !ending && identityNow().equals(identity)) {
            try {
                yank = YankLine.connect(settings.outOfBandMonitor());
                log.say("out-of-band monitor connected again");
            } catch (HoldfastException _) {
                // tried again at the next look; the watch kills the capture server if it comes to that
            }
        }
    }

    /** Which listener is behind the path now: a QEMU that was started after ours has another guard. */
    private String identityNow() {
        try {
            return SocketFile.identity(settings.outOfBandMonitor());
        } catch (IOException _) {
            return "";
        }
    }

    /** Tells whether no node of ours was there when last looked. */
    boolean hasNothingToGuard() {
        return nodes.isEmpty();
    }

    void end() {
        ending = true;
        YankLine line = yank;
        if (line != null) {
            line.close();
        }
    }
}
