package io.holdfast.mobility.machine;

import io.holdfast.adapter.SourceDescription;
import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.GapCause;
import io.holdfast.mobility.machine.MachineAction.Slow;
import io.holdfast.mobility.machine.MachineRecord.Mode;
import io.holdfast.mobility.stream.Lineage;
import io.holdfast.mobility.stream.Uplink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done with one protected machine. It does nothing itself, reads no clock and owns no thread: each input gives a list of
 * actions, the last of which may be slow; at most one slow action is under way at any time. What an action relies on after a crash is
 * persisted by an action before it.
 */
final class ProtectedMachine {

    /** What a person sees. */
    enum Phase {
        CONNECTING,
        COPYING,
        READY,
        BROKEN,
        PAUSED,
        SOURCE_GONE,
        RELEASED,
        ERROR
    }

    /**
     * What is known when a decision is made.
     *
     * @param nowNanos monotonic clock
     * @param utcMillis wall clock, for the end of pauses
     * @param highestGiven highest sequence given
     * @param provenSequence what the store has proven
     */
    record Context(long nowNanos, long utcMillis, long highestGiven, long provenSequence) {}

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long SOURCE_PAUSE_NANOS_MAX = 5 * SECOND;

    private static final Set<ErrorCode> UNREACHABLE =
            Set.of(ErrorCode.MONITOR_NOT_REACHABLE, ErrorCode.TIMEOUT, ErrorCode.NETWORK);

    /** Refusals that no pause cures; others, such as an adapter that is not there yet, are tried again. */
    private static final Set<ErrorCode> NEEDS_A_PERSON =
            Set.of(ErrorCode.INVALID_ARGUMENT, ErrorCode.ALREADY_PROTECTED);

    private final MachineDesk desk;
    private final BitmapNames names;
    private final CaptureCycle cycle;
    private final Backoff sourceBackoff = new Backoff(SECOND, SOURCE_PAUSE_NANOS_MAX);

    private @Nullable Slow busy;
    private @Nullable SourceDescription source;
    private boolean sourceGone;
    private boolean lookWanted;
    private boolean closeWanted;
    private boolean streamKnown;
    private boolean logFull;
    private boolean shuttingDown;
    private boolean forgotten;
    private boolean sourceGivenUp;
    private List<String> staleBitmaps = List.of();
    private @Nullable HoldfastException error;
    private String message = "";

    ProtectedMachine(MachineRecord memory, BitmapNames names, CaptureCycle.Limits limits) {
        this.desk = new MachineDesk(memory);
        this.names = names;
        this.cycle = new CaptureCycle(desk, names, limits);
    }

    List<MachineAction> decide(Context context, MachineInput input) {
        take(context, input);
        if (busy == null && !forgotten) {
            next(context).ifPresent(slow -> {
                busy = slow;
                desk.act(slow);
            });
        }
        return desk.takeActions();
    }

    private void take(Context context, MachineInput input) {
        switch (input) {
            case MachineInput.Tick _ -> {}
            case MachineInput.Streaming streaming -> streaming(streaming.start());
            case MachineInput.StreamLost _ -> {
                streamKnown = false;
                cycle.streamLost();
            }
            case MachineInput.Foreign foreign -> foreign(foreign);
            case MachineInput.SourceSeen seen -> sourceSeen(seen);
            case MachineInput.Done done -> done(context, done.action());
            case MachineInput.Failed failed -> failed(context, failed.action(), failed.error());
            case MachineInput.Checked checked -> {
                busy = null;
                cycle.checked(context, checked.action(), checked.objection());
            }
            case MachineInput.Broken broken -> broken(context, broken);
            case MachineInput.SourceGone gone -> sourceGone(context, gone);
            case MachineInput.ReadyGiven given -> {
                cycle.readyGiven(context, given.capture(), given.sequence());
                message = "";
            }
            case MachineInput.Lost lost -> cycle.lost(lost.ranges());
            case MachineInput.Mended mended -> {
                message = mended.objection().orElse(message);
                cycle.mended(mended.capture());
            }
            case MachineInput.LogBound bound -> {
                logFull = bound.full();
                if (logFull) {
                    cycle.broken(context, GapCause.LOG_FULL, "the change log is at its bound");
                }
            }
            case MachineInput.Operator wish -> wished(context, wish);
        }
    }

    private void wished(Context context, MachineInput.Operator wish) {
        error = null;
        switch (wish) {
            case MachineInput.Protect protect -> {
                if (mode() == Mode.RELEASED) {
                    desk.act(new MachineAction.Adopt());
                }
                desk.remember(desk.memory().changed(protect.name(), protect.address(), protect.settings()));
                activate();
            }
            case MachineInput.Pause pause -> {
                desk.remember(desk.memory().with(Mode.PAUSED, pause.untilUtcMillis()));
                cycle.end(new MachineAction.Gap(GapCause.PAUSED, "paused by an operator"));
            }
            case MachineInput.Resume _ -> activate();
            case MachineInput.Release _ -> release("released by an operator");
            case MachineInput.Resynchronise _ -> {
                desk.remember(desk.memory().withBitmaps(List.of()));
                cycle.end(new MachineAction.Gap(GapCause.CAPTURE_BROKEN, "an operator wants everything compared"));
                activate();
                lookWanted = source != null;
            }
            case MachineInput.Remove _ -> {
                desk.remember(desk.memory().with(Mode.REMOVING, 0));
                cycle.end(null);
                sourceBackoff.now();
            }
            case MachineInput.Shutdown _ -> {
                shuttingDown = true;
                cycle.end(new MachineAction.Gap(GapCause.CAPTURE_RESTARTED, "the agent ends"));
            }
            case MachineInput.ProveSoon _ -> cycle.proveSoon();
        }
    }

    private void activate() {
        if (mode() == Mode.PAUSED) {
            desk.remember(desk.memory().with(Mode.ACTIVE, 0));
        }
        cycle.startSoon();
        sourceBackoff.now();
    }

    private void release(String reason) {
        desk.remember(desk.memory().with(Mode.RELEASED, 0));
        message = reason;
        cycle.end(null);
    }

    private Mode mode() {
        return desk.memory().mode();
    }

    private void streaming(Uplink.StreamStart start) {
        cycle.storeTellsAnew();
        if (start.first() || start.lost()) {
            GapCause cause = start.setBack()
                    ? GapCause.STORE_SET_BACK
                    : start.first() ? GapCause.CAPTURE_RESTARTED : GapCause.CAPTURE_BROKEN;
            cycle.streamBegins(start.end(), cause, start.disks());
        }
        streamKnown = true;
    }

    private void foreign(MachineInput.Foreign foreign) {
        if (mode() == Mode.ACTIVE || mode() == Mode.PAUSED) {
            release("the history goes on elsewhere, at " + foreign.head());
        }
    }

    private void broken(Context context, MachineInput.Broken broken) {
        boolean disksChanged = broken.cause() == GapCause.DISKS_CHANGED;
        lookWanted |= disksChanged;
        if (disksChanged || broken.capture() == desk.memory().captureCount()) {
            message = broken.reason();
            cycle.broken(context, broken.cause(), broken.reason());
        }
    }

    private void sourceSeen(MachineInput.SourceSeen seen) {
        busy = null;
        lookWanted = false;
        sourceGone = false;
        sourceBackoff.worked();
        SourceDescription found = seen.description();
        source = found;
        error = objection(found, seen.bitmaps());
        if (error != null) {
            closeWanted = true;
            return;
        }
        MachineRecord memory = desk.memory();
        boolean sameRun = found.instance().equals(memory.instance());
        boolean sameDisks = DiskTables.describe(memory.table(), memory.disksEver(), found.disks())
                .equals(memory.table());
        List<BitmapMark> marks =
                sameRun && sameDisks ? BitmapMarks.existing(memory.bitmaps(), seen.bitmaps()) : List.of();
        desk.remember(memory.withSource(found.identity(), found.instance(), marks));
        staleBitmaps = seen.bitmaps().stream()
                .filter(name -> marks.stream().noneMatch(mark -> mark.name().equals(name)))
                .toList();
    }

    private @Nullable HoldfastException objection(SourceDescription found, List<String> bitmaps) {
        MachineRecord memory = desk.memory();
        if (!memory.identity().isEmpty()
                && !found.identity().isEmpty()
                && !found.identity().equals(memory.identity())) {
            return new HoldfastException(
                    ErrorCode.MACHINE_NOT_FOUND,
                    memory.name(),
                    "another machine answers at its address: " + found.name() + ", identity " + found.identity()
                            + "; expected " + memory.identity());
        }
        if (found.disks().isEmpty()) {
            return new HoldfastException(
                    ErrorCode.MACHINE_NOT_FOUND, memory.name(), "it has no writable disk; expected at least one");
        }
        for (String name : bitmaps) {
            if (names.ownerOf(name) == BitmapNames.Owner.OTHER) {
                return new HoldfastException(
                        ErrorCode.ALREADY_PROTECTED,
                        memory.name(),
                        "it carries the bitmap " + name + " of another protection; end that one first");
            }
        }
        return null;
    }

    private void sourceGone(Context context, MachineInput.SourceGone gone) {
        if (source != null) {
            message = gone.reason();
            sourceGone = true;
            source = null;
            cycle.sourceGone(gone);
            desk.remember(desk.memory().withBitmaps(List.of()));
            closeWanted = true;
        }
    }

    private void done(Context context, Slow action) {
        busy = null;
        switch (action) {
            case MachineAction.OpenSource _, MachineAction.LookAtSource _, MachineAction.Prove _ -> {
                // answered by inputs of their own
            }
            case MachineAction.CloseSource _ -> {
                source = null;
                closeWanted = false;
            }
            case MachineAction.AddBitmap add -> cycle.bitmapAdded(context, add.name());
            case MachineAction.RemoveBitmap remove -> {
                staleBitmaps = without(staleBitmaps, remove.name());
                cycle.bitmapRemoved(context, remove.name());
            }
            case MachineAction.StartCapture _ -> cycle.started(context);
            case MachineAction.StopCapture _ -> cycle.stopped(context);
            case MachineAction.CutCapture _ -> cycle.cut();
        }
    }

    private void failed(Context context, Slow action, HoldfastException reason) {
        busy = null;
        message = String.valueOf(reason.getMessage());
        switch (action) {
            case MachineAction.OpenSource _, MachineAction.LookAtSource _ -> {
                sourceBackoff.failed(context.nowNanos());
                sourceGivenUp = true;
                reopenIfUnreachable(reason);
                if (reason.code().errorClass() == ErrorClass.NON_RECOVERABLE
                        || NEEDS_A_PERSON.contains(reason.code())) {
                    error = reason;
                }
            }
            case MachineAction.CloseSource _ -> {
                source = null;
                closeWanted = false;
            }
            case MachineAction.AddBitmap add -> cycle.bitmapNotAdded(context, add.name());
            case MachineAction.RemoveBitmap remove -> {
                staleBitmaps = without(staleBitmaps, remove.name());
                cycle.bitmapNotRemoved(context);
            }
            case MachineAction.StartCapture _ -> {
                reopenIfUnreachable(reason);
                if (reason.code().errorClass() == ErrorClass.NON_RECOVERABLE) {
                    error = reason;
                }
                lookWanted = true;
                cycle.startFailed(context);
            }
            case MachineAction.StopCapture _ -> cycle.stopFailed(context, reason);
            case MachineAction.CutCapture _ -> cycle.cut();
            case MachineAction.Prove _ -> cycle.broken(context, GapCause.CAPTURE_BROKEN, message);
        }
    }

    /** A hold that does not answer is replaced by a new one. */
    private void reopenIfUnreachable(HoldfastException reason) {
        closeWanted |= source != null && UNREACHABLE.contains(reason.code());
    }

    private static List<String> without(List<String> names, String name) {
        List<String> left = new ArrayList<>(names);
        left.remove(name);
        return left;
    }

    private Optional<Slow> next(Context context) {
        if (closeWanted) {
            return Optional.of(new MachineAction.CloseSource());
        }
        if (cycle.isCapturing() && source != null) {
            return cycle.next(context);
        }
        if (shuttingDown) {
            return source == null ? Optional.empty() : Optional.of(new MachineAction.CloseSource());
        }
        return switch (mode()) {
            case ACTIVE -> nextActive(context);
            case PAUSED -> {
                if (context.utcMillis() >= desk.memory().pausedUntilUtcMillis()) {
                    activate();
                    yield nextActive(context);
                }
                yield Optional.empty();
            }
            case RELEASED -> source == null ? Optional.empty() : Optional.of(leave());
            case REMOVING -> nextRemoving(context);
        };
    }

    private Optional<Slow> nextActive(Context context) {
        if (error != null) {
            return Optional.empty();
        }
        SourceDescription found = source;
        if (found == null) {
            return sourceBackoff.isDue(context.nowNanos())
                    ? Optional.of(new MachineAction.OpenSource())
                    : Optional.empty();
        }
        if (lookWanted) {
            return sourceBackoff.isDue(context.nowNanos())
                    ? Optional.of(new MachineAction.LookAtSource())
                    : Optional.empty();
        }
        if (!staleBitmaps.isEmpty()) {
            return Optional.of(new MachineAction.RemoveBitmap(staleBitmaps.getFirst()));
        }
        return streamKnown && !logFull && cycle.mayStart(context.nowNanos())
                ? Optional.of(cycle.start(context, found))
                : Optional.empty();
    }

    /** Takes bitmaps away, then lets go. */
    private Slow leave() {
        List<BitmapMark> marks = desk.memory().bitmaps();
        return marks.isEmpty()
                ? new MachineAction.CloseSource()
                : new MachineAction.RemoveBitmap(marks.getFirst().name());
    }

    private Optional<Slow> nextRemoving(Context context) {
        if (source != null) {
            return Optional.of(leave());
        }
        boolean tried = sourceGivenUp || sourceGone || desk.memory().bitmaps().isEmpty();
        if (!tried && sourceBackoff.isDue(context.nowNanos())) {
            return Optional.of(new MachineAction.OpenSource());
        }
        if (tried) {
            forgotten = true;
            desk.act(new MachineAction.Forget());
        }
        return Optional.empty();
    }

    MachineRecord memory() {
        return desk.memory();
    }

    /** Whether the stream is to reach the store. */
    boolean wantsStore() {
        return (mode() == Mode.ACTIVE || mode() == Mode.PAUSED) && !forgotten;
    }

    /** Replaces what is remembered of the epochs; the caller persists it. */
    MachineRecord remember(Lineage lineage) {
        return desk.setLineage(lineage);
    }

    CaptureCycle cycle() {
        return cycle;
    }

    Optional<SourceDescription> source() {
        return Optional.ofNullable(source);
    }

    Optional<HoldfastException> error() {
        return Optional.ofNullable(error);
    }

    String message() {
        return message;
    }

    boolean isForgotten() {
        return forgotten;
    }

    /** Whether an orderly end has come as far as it can: nothing runs and the source is let go. */
    boolean isAtRest() {
        return busy == null && source == null && !cycle.isCapturing();
    }

    Phase phase() {
        if (error != null) {
            return Phase.ERROR;
        }
        return switch (mode()) {
            case PAUSED -> Phase.PAUSED;
            case RELEASED, REMOVING -> Phase.RELEASED;
            case ACTIVE -> activePhase();
        };
    }

    private Phase activePhase() {
        if (cycle.isReady()) {
            return Phase.READY;
        }
        if (cycle.isCopying()) {
            return Phase.COPYING;
        }
        if (sourceGone || source == null && !desk.memory().instance().isEmpty()) {
            return Phase.SOURCE_GONE;
        }
        return streamKnown && desk.memory().captureCount() > 0 ? Phase.BROKEN : Phase.CONNECTING;
    }
}
