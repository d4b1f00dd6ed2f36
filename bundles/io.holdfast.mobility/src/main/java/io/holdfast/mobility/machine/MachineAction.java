package io.holdfast.mobility.machine;

import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.GapCause;
import io.holdfast.mobility.copy.CopyPlan;
import java.util.List;

/** What a protected machine wants done. */
sealed interface MachineAction {

    /** Done at once, in the machine's turn, in the order given. */
    sealed interface Quick extends MachineAction {}

    /** Done by the one who holds the source, one at a time; answered by an input. */
    sealed interface Slow extends MachineAction {}

    /** Writes down what has to be remembered, durably, before anything that follows. */
    record Persist(MachineRecord state) implements Quick {}

    /** Lets the writes of a capture into the stream. */
    record OpenGate(long capture) implements Quick {}

    /** Lets no write in any more. */
    record Seal() implements Quick {}

    /** Puts a gap into the stream. */
    record Gap(GapCause cause, String detail) implements Quick {}

    /** Puts a disk table into the stream. */
    record Disks(DiskTable table) implements Quick {}

    /** Puts a proof into the stream. */
    record Proof(long sequence, long begunNanos) implements Quick {}

    /** Puts a proof of everything given so far into the stream; after {@link Seal}. */
    record ProofOfAll(long begunNanos) implements Quick {}

    /** Starts a copy. */
    record Copy(CopyPlan plan) implements Quick {}

    /** Ends a copy, if one runs. */
    record CancelCopy() implements Quick {}

    /** Counts the store's head as ours. */
    record Adopt() implements Quick {}

    /** Everything of the machine is gone; what is kept on disk of it goes. */
    record Forget() implements Quick {}

    /** Takes hold of the source and looks at it. */
    record OpenSource() implements Slow {}

    /** Looks at the source that is held. */
    record LookAtSource() implements Slow {}

    /** Lets go of the source. */
    record CloseSource() implements Slow {}

    /** Adds a bitmap to every disk. */
    record AddBitmap(String name) implements Slow {}

    /** Removes a bitmap from every disk. */
    record RemoveBitmap(String name) implements Slow {}

    /** Starts a capture of all disks. */
    record StartCapture(long capture, List<DiskDescription> disks) implements Slow {}

    /** Ends the capture cleanly. */
    record StopCapture() implements Slow {}

    /** Ends the capture at once. */
    record CutCapture() implements Slow {}

    /** Checks the capture. */
    record Prove(long capture, long sequence, long begunNanos) implements Slow {}
}
