package io.holdfast.mobility.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Replaces the bitmaps of a capture by a new one, so that a delta stays small: add a new one; one stall limit later, and after a check that
 * began then, note the highest sequence given; remove the old ones when the store has proven that.
 *
 * <p>Why the wait: a write may have been marked in the old bitmaps only and still be on its way to the capture server. It is there within the
 * stall limit, or the capture is cut.
 */
final class BitmapRotation {

    private enum Step {
        RESTING,
        ADDING,
        SETTLING,
        REMOVING
    }

    private final MachineDesk desk;
    private final BitmapNames names;
    private final long intervalNanos;
    private Step step = Step.RESTING;
    private String name = "";
    private long sinceNanos;
    private long restedSequence;

    BitmapRotation(MachineDesk desk, BitmapNames names, long intervalNanos) {
        this.intervalNanos = intervalNanos;
        this.desk = desk;
        this.names = names;
    }

    /** A new capture is complete: from here the time to the next rotation counts. */
    void begin(long nowNanos, long sequence) {
        rest(nowNanos, sequence);
        if (desk.memory().bitmaps().size() > 1) {
            step = Step.REMOVING;
        }
    }

    /** The capture is over; bitmaps stay as they are. */
    void abandon() {
        step = Step.RESTING;
    }

    private void rest(long nowNanos, long sequence) {
        step = Step.RESTING;
        sinceNanos = nowNanos;
        restedSequence = sequence;
    }

    /** What is to be done now, while the capture is complete and unbroken as far as known. */
    Optional<MachineAction.Slow> next(ProtectedMachine.Context context) {
        return switch (step) {
            case RESTING -> {
                boolean due =
                        context.nowNanos() - sinceNanos >= intervalNanos && context.highestGiven() > restedSequence;
                yield due ? Optional.of(add()) : Optional.empty();
            }
            case ADDING, SETTLING -> Optional.empty();
            case REMOVING ->
                BitmapMarks.removable(desk.memory().bitmaps(), context.provenSequence())
                        .map(mark -> new MachineAction.RemoveBitmap(mark.name()));
        };
    }

    private MachineAction.Slow add() {
        name = newBitmap(desk, names);
        step = Step.ADDING;
        return new MachineAction.AddBitmap(name);
    }

    /** Remembers a bitmap that is about to be added. */
    static String newBitmap(MachineDesk desk, BitmapNames names) {
        MachineRecord memory = desk.memory();
        long number = memory.bitmapCount() + 1;
        String name = names.name(number);
        List<BitmapMark> marks = new ArrayList<>(memory.bitmaps());
        marks.add(new BitmapMark(name, BitmapMark.UNKNOWN));
        desk.remember(memory.withCounts(number, memory.captureCount()).withBitmaps(marks));
        return name;
    }

    void added(String added, long nowNanos) {
        if (step == Step.ADDING && added.equals(name)) {
            step = Step.SETTLING;
            sinceNanos = nowNanos;
        }
    }

    /** A check of the capture that began at a given time found it unbroken. */
    void checked(long begunNanos, ProtectedMachine.Context context) {
        long stallLimit = TimeUnit.MILLISECONDS.toNanos(desk.memory().settings().stallLimitMillis());
        if (step == Step.SETTLING && begunNanos - sinceNanos >= stallLimit) {
            MachineRecord memory = desk.memory();
            desk.remember(memory.withBitmaps(BitmapMarks.withBase(memory.bitmaps(), name, context.highestGiven())));
            step = Step.REMOVING;
        }
    }

    void removed(ProtectedMachine.Context context) {
        if (step == Step.REMOVING && desk.memory().bitmaps().size() <= 1) {
            rest(context.nowNanos(), context.highestGiven());
        }
    }

    /** Adding or removing failed: what is remembered is still right; it is tried again after a while. */
    void failed(ProtectedMachine.Context context) {
        rest(context.nowNanos(), context.highestGiven());
    }
}
