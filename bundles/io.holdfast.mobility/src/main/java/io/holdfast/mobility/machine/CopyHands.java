package io.holdfast.mobility.machine;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.GapCause;
import io.holdfast.mobility.copy.CopyJob;
import io.holdfast.mobility.copy.CopyKind;
import io.holdfast.mobility.copy.CopyPlan;
import io.holdfast.mobility.stream.Sequencer;
import io.holdfast.mobility.stream.StoreHashes;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the copy of one machine. It is started and cancelled in the machine's turn and stepped by a thread of its own, which alone touches the
 * job.
 */
final class CopyHands {

    private final Sequencer sequencer;
    private final StoreHashes hashes;
    private final CopyJob.Readers readers;
    private final Consumer<MachineInput> inbox;
    private volatile @Nullable CopyJob wanted;
    private volatile CopyFigures last = CopyFigures.NONE;
    private @Nullable CopyJob running;

    CopyHands(Sequencer sequencer, StoreHashes hashes, CopyJob.Readers readers, Consumer<MachineInput> inbox) {
        this.sequencer = sequencer;
        this.hashes = hashes;
        this.readers = readers;
        this.inbox = inbox;
    }

    void start(CopyPlan plan) {
        wanted = new CopyJob(plan, sequencer, hashes, readers);
    }

    void cancel() {
        CopyJob job = wanted;
        if (job != null) {
            leave(job);
        }
    }

    /** How far the copy is that runs or ran last. What is mended beside a whole capture is no progress of anything. */
    CopyFigures figures() {
        CopyJob job = wanted;
        return job == null || isMending(job) ? last : CopyFigures.running(job);
    }

    private static boolean isMending(CopyJob job) {
        return job.plan().kind() == CopyKind.MEND;
    }

    /**
     * Does a little of what is wanted, and lets go of what is not any more.
     *
     * @return whether there is more to do at once
     */
    boolean step() {
        CopyJob job = wanted;
        CopyJob before = running;
        if (before != null && before != job) {
            before.close();
        }
        running = job;
        if (job == null) {
            return false;
        }
        long capture = job.plan().capture();
        try {
            return switch (job.step()) {
                case MORE -> true;
                case WAIT -> false;
                case OVER -> {
                    end(job);
                    yield false;
                }
                case DONE -> {
                    end(job);
                    whole(job);
                    yield false;
                }
            };
        } catch (IOException | HoldfastException e) {
            end(job);
            String found = "the source cannot be read: " + e.getMessage();
            inbox.accept(
                    isMending(job)
                            ? new MachineInput.Mended(capture, Optional.of(found))
                            : new MachineInput.Broken(capture, GapCause.CAPTURE_BROKEN, found));
            return false;
        }
    }

    private void whole(CopyJob job) {
        long capture = job.plan().capture();
        if (isMending(job)) {
            inbox.accept(new MachineInput.Mended(capture, Optional.empty()));
        } else {
            sequencer
                    .ready(capture)
                    .ifPresent(sequence -> inbox.accept(new MachineInput.ReadyGiven(capture, sequence)));
        }
    }

    private void end(CopyJob job) {
        job.close();
        running = null;
        if (wanted == job) {
            leave(job);
        }
    }

    private void leave(CopyJob job) {
        last = isMending(job) ? last : CopyFigures.ended(job);
        wanted = null;
    }
}
