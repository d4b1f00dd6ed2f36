package io.holdfast.mobility.machine;

import io.holdfast.adapter.SourceDescription;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.GapCause;
import io.holdfast.mobility.copy.CopyKind;
import io.holdfast.mobility.copy.CopyPlan;
import io.holdfast.mobility.machine.ProtectedMachine.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From the start of a capture through copy, proofs and bitmap rotation to its end.
 *
 * <p>Invariant: a gap goes into the stream after the last write of a broken capture and before the first of the next one.
 */
final class CaptureCycle {

    /**
     * What bounds a capture.
     *
     * @param copyPendingBytesMax copies that are on their way and not durable yet
     * @param bitmapRotationMillis how long a bitmap serves
     */
    record Limits(long copyPendingBytesMax, int bitmapRotationMillis) {}

    /** How a capture is to end. */
    private enum Ending {
        NONE,
        CLEAN,
        CUT
    }

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** An idle source says "nothing since" this often; a copy is checked this often. */
    private static final long IDLE_PROOF_NANOS = SECOND;
    /** Complete for so long, a capture counts as stable: the next break is met with the shortest pause. */
    private static final long STABLE_NANOS = 30 * SECOND;

    private static final long PAUSE_NANOS_MAX = 60 * SECOND;

    private static final long COPY_PENDING_BYTES_LEAST = 1 << 20;
    private static final int COPY_PENDING_SHARE = 16;

    private final MachineDesk desk;
    private final BitmapNames names;
    private final BitmapRotation rotation;
    private final Mending mending;
    private final Backoff backoff = new Backoff(SECOND, PAUSE_NANOS_MAX);
    private final Limits limits;

    private boolean capturing;
    private boolean copying;
    private boolean ready;
    private boolean tableTold;
    private Ending ending = Ending.NONE;
    private boolean closingProofMade;
    private MachineAction.@Nullable Gap gapAtEnd;
    private MachineAction.@Nullable Gap gapOwed;
    private CopyKind kind = CopyKind.INITIAL;
    private long readyNanos;
    private long checkedNanos;
    private boolean checkedOnce;
    private long provedSequence = -1;

    CaptureCycle(MachineDesk desk, BitmapNames names, Limits limits) {
        this.desk = desk;
        this.names = names;
        this.rotation = new BitmapRotation(desk, names, TimeUnit.MILLISECONDS.toNanos(limits.bitmapRotationMillis()));
        this.mending = new Mending(desk);
        this.limits = limits;
    }

    boolean isCapturing() {
        return capturing;
    }

    boolean isReady() {
        return ready;
    }

    boolean isCopying() {
        return copying;
    }

    CopyKind kind() {
        return kind;
    }

    /** A new stream, or one that lacks something: whatever runs is worth nothing, and what comes begins with a gap. */
    void streamBegins(long end, GapCause cause, DiskTable known) {
        rotation.abandon();
        ready = false;
        copying = false;
        mending.interrupted();
        desk.act(new MachineAction.CancelCopy());
        gapOwed = null;
        if (end > 0) {
            desk.act(new MachineAction.Gap(cause, "the stream goes on behind sequence " + end));
        }
        MachineRecord memory = desk.memory();
        DiskTable table = memory.table();
        DiskTable newest = new DiskTable(Math.max(table.version(), known.version()), table.disks());
        desk.remember(
                memory.withTable(newest, memory.disksEver()).withBitmaps(BitmapMarks.afterGap(memory.bitmaps(), end)));
        if (capturing) {
            ending = Ending.CUT;
        }
        tableTold = false;
        provedSequence = -1;
    }

    /** What is sequenced now will not reach the store: the capture ends, and a gap is owed should the stream go on after all. */
    void streamLost() {
        if (capturing && ending != Ending.CUT) {
            stopTaking();
            ending = Ending.CUT;
            gapOwed = new MachineAction.Gap(
                    GapCause.CAPTURE_BROKEN, "the store lacked the beginning of the stream for a while");
        }
    }

    boolean mayStart(long nowNanos) {
        return !capturing && backoff.isDue(nowNanos);
    }

    void startSoon() {
        backoff.now();
    }

    /** The next step towards a capture: a bitmap that shows every write from now on, then the capture itself. */
    MachineAction.Slow start(Context context, SourceDescription source) {
        List<BitmapMark> marks = desk.memory().bitmaps();
        boolean delta = BitmapMarks.base(marks).isPresent();
        if (!delta && marks.isEmpty()) {
            return new MachineAction.AddBitmap(BitmapRotation.newBitmap(desk, names));
        }
        kind = delta ? CopyKind.BITMAP : context.highestGiven() == 0 ? CopyKind.INITIAL : CopyKind.SCAN;
        if (gapOwed != null) {
            desk.act(gapOwed);
            gapOwed = null;
        }
        tellDisks(source);
        MachineRecord memory = desk.memory();
        long number = memory.captureCount() + 1;
        desk.remember(memory.withCounts(memory.bitmapCount(), number));
        desk.act(new MachineAction.OpenGate(number));
        capturing = true;
        ending = Ending.NONE;
        closingProofMade = false;
        gapAtEnd = null;
        return new MachineAction.StartCapture(number, memory.table().disks());
    }

    private void tellDisks(SourceDescription source) {
        MachineRecord memory = desk.memory();
        DiskTable described = DiskTables.describe(memory.table(), memory.disksEver(), source.disks());
        if (!tableTold || !described.equals(memory.table())) {
            DiskTable told = new DiskTable(described.version() + 1, described.disks());
            desk.remember(memory.withTable(told, DiskTables.disksEver(told, memory.disksEver())));
            desk.act(new MachineAction.Disks(told));
            tableTold = true;
        }
    }

    void started(Context context) {
        if (ending == Ending.NONE) {
            copying = true;
            checkedOnce = false;
            List<String> bitmaps = kind == CopyKind.BITMAP
                    ? desk.memory().bitmaps().stream().map(BitmapMark::name).toList()
                    : List.of();
            desk.act(new MachineAction.Copy(new CopyPlan(
                    desk.memory().captureCount(),
                    kind,
                    desk.memory().table().disks(),
                    bitmaps,
                    List.of(),
                    context.highestGiven(),
                    copyPendingBytes())));
        }
    }

    /** Small disks have small logs: copies on their way must leave room for the guest's writes. */
    private long copyPendingBytes() {
        long smallest = desk.memory().table().disks().stream()
                .mapToLong(DiskDescription::sizeBytes)
                .min()
                .orElse(0);
        return Math.min(
                limits.copyPendingBytesMax(), Math.max(COPY_PENDING_BYTES_LEAST, smallest / COPY_PENDING_SHARE));
    }

    void startFailed(Context context) {
        desk.act(new MachineAction.Seal());
        over();
        tableTold = false;
        backoff.failed(context.nowNanos());
    }

    void readyGiven(Context context, long capture, long sequence) {
        if (capturing
                && copying
                && ending != Ending.CUT
                && capture == desk.memory().captureCount()) {
            copying = false;
            ready = true;
            readyNanos = context.nowNanos();
            checkedOnce = false;
            MachineRecord memory = desk.memory();
            desk.remember(memory.withBitmaps(BitmapMarks.atReady(memory.bitmaps(), sequence)));
            rotation.begin(context.nowNanos(), sequence);
            mend();
        }
    }

    /** The store tells a new session what it has lost. */
    void storeTellsAnew() {
        mending.toldAnew();
    }

    /** The store has lost ranges: they are sent again as soon as the capture is whole. */
    void lost(List<DiskRange> ranges) {
        mending.lost(ranges);
        mend();
    }

    /** What was lost is in the stream, or cannot be read. */
    void mended(long capture) {
        if (capturing && capture == desk.memory().captureCount()) {
            mending.over();
            mend();
        }
    }

    private void mend() {
        if (capturing && ready && ending == Ending.NONE) {
            mending.begin(copyPendingBytes());
        }
    }

    /** What is to be done while a capture runs. */
    Optional<MachineAction.Slow> next(Context context) {
        return switch (ending) {
            case CUT -> Optional.of(new MachineAction.CutCapture());
            case CLEAN -> Optional.of(ready && !closingProofMade ? prove(context) : new MachineAction.StopCapture());
            case NONE -> {
                if (isCheckDue(context)) {
                    yield Optional.of(prove(context));
                }
                yield ready ? rotation.next(context) : Optional.empty();
            }
        };
    }

    private boolean isCheckDue(Context context) {
        boolean news = ready && context.highestGiven() != provedSequence;
        long interval =
                news ? TimeUnit.MILLISECONDS.toNanos(desk.memory().settings().proofMillis()) : IDLE_PROOF_NANOS;
        return !checkedOnce && ready || context.nowNanos() - checkedNanos >= interval;
    }

    private MachineAction.Slow prove(Context context) {
        checkedNanos = context.nowNanos();
        checkedOnce = true;
        return new MachineAction.Prove(desk.memory().captureCount(), context.highestGiven(), context.nowNanos());
    }

    /** Wants a proof as soon as possible. */
    void proveSoon() {
        checkedOnce = false;
    }

    void checked(Context context, MachineAction.Prove check, Optional<String> objection) {
        if (!capturing
                || ending == Ending.CUT
                || check.capture() != desk.memory().captureCount()) {
            return;
        }
        if (objection.isPresent()) {
            broken(context, GapCause.CAPTURE_BROKEN, objection.get());
        } else if (ready) {
            desk.act(new MachineAction.Proof(check.sequence(), check.begunNanos()));
            provedSequence = check.sequence();
            closingProofMade = ending == Ending.CLEAN;
            rotation.checked(check.begunNanos(), context);
            if (context.nowNanos() - readyNanos >= STABLE_NANOS) {
                backoff.worked();
            }
        }
    }

    /** Nothing that the capture brings from here on can be counted on. */
    void broken(Context context, GapCause cause, String reason) {
        if (capturing && ending != Ending.CUT) {
            stopTaking();
            desk.act(new MachineAction.Gap(cause, reason));
            ending = Ending.CUT;
            gapAfter(context);
            backoff.failed(context.nowNanos());
        }
    }

    private void stopTaking() {
        desk.act(new MachineAction.Seal());
        desk.act(new MachineAction.CancelCopy());
        mending.interrupted();
        ready = false;
        copying = false;
        rotation.abandon();
    }

    private void gapAfter(Context context) {
        MachineRecord memory = desk.memory();
        desk.remember(memory.withBitmaps(BitmapMarks.afterGap(memory.bitmaps(), context.highestGiven())));
    }

    /** Wants the capture to end cleanly; the gap follows its last write. */
    void end(MachineAction.@Nullable Gap gap) {
        if (capturing && ending == Ending.NONE) {
            ending = Ending.CLEAN;
            gapAtEnd = gap;
        }
    }

    void stopped(Context context) {
        MachineAction.Gap gap = gapAtEnd;
        stopTaking();
        if (gap != null) {
            desk.act(gap);
            gapAfter(context);
        }
        over();
    }

    void stopFailed(Context context, HoldfastException error) {
        broken(context, GapCause.CAPTURE_BROKEN, String.valueOf(error.getMessage()));
    }

    void cut() {
        over();
    }

    /** The source ended under the capture. */
    void sourceGone(MachineInput.SourceGone gone) {
        if (!capturing) {
            return;
        }
        boolean whole = ready && gone.captureUnbroken() && ending != Ending.CUT;
        boolean told = ending == Ending.CUT;
        stopTaking();
        if (whole) {
            desk.act(new MachineAction.ProofOfAll(gone.heardNanos()));
            gapOwed = new MachineAction.Gap(GapCause.SOURCE_CRASHED, "the source was started again");
        } else if (!told) {
            desk.act(new MachineAction.Gap(GapCause.SOURCE_CRASHED, gone.reason()));
        }
        over();
        backoff.worked();
    }

    private void over() {
        capturing = false;
        copying = false;
        ready = false;
        ending = Ending.NONE;
    }

    void bitmapAdded(Context context, String name) {
        rotation.added(name, context.nowNanos());
    }

    void bitmapNotAdded(Context context, String name) {
        if (capturing) {
            rotation.failed(context);
        } else {
            MachineRecord memory = desk.memory();
            desk.remember(memory.withBitmaps(BitmapMarks.without(memory.bitmaps(), name)));
            backoff.failed(context.nowNanos());
        }
    }

    void bitmapRemoved(Context context, String name) {
        MachineRecord memory = desk.memory();
        desk.remember(memory.withBitmaps(BitmapMarks.without(memory.bitmaps(), name)));
        rotation.removed(context);
    }

    void bitmapNotRemoved(Context context) {
        rotation.failed(context);
    }
}
