package io.holdfast.mobility.machine;

import io.holdfast.adapter.SourceAddress;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.GapCause;
import io.holdfast.mobility.stream.Uplink;
import java.util.List;
import java.util.Optional;

/** What happens to a protected machine. */
sealed interface MachineInput {

    /** Time has passed. */
    record Tick() implements MachineInput {}

    /** The stream goes to the store, for the first time or again. */
    record Streaming(Uplink.StreamStart start) implements MachineInput {}

    /** The store does not have the stream's beginning any more: nothing may be sequenced until the stream goes on. */
    record StreamLost() implements MachineInput {}

    /** The store's history is written by somebody else. */
    record Foreign(Position head) implements MachineInput {}

    /** The source is held and was looked at, after {@code OpenSource} or {@code LookAtSource}. */
    record SourceSeen(SourceDescription description, List<String> bitmaps) implements MachineInput {}

    /** A slow action is done. */
    record Done(MachineAction.Slow action) implements MachineInput {}

    /** A slow action failed; its contract says what state that leaves. */
    record Failed(MachineAction.Slow action, HoldfastException error) implements MachineInput {}

    /** A check of the capture has come back: nothing when it was unbroken. */
    record Checked(MachineAction.Prove action, Optional<String> objection) implements MachineInput {}

    /** A capture can't be counted on any more. */
    record Broken(long capture, GapCause cause, String reason) implements MachineInput {}

    /** The hypervisor's process is gone. */
    record SourceGone(boolean captureUnbroken, long heardNanos, String reason) implements MachineInput {}

    /** Everything was copied, and a ready record has this sequence. */
    record ReadyGiven(long capture, long sequence) implements MachineInput {}

    /** The store has lost ranges of what it had. */
    record Lost(List<DiskRange> ranges) implements MachineInput {}

    /** What the store had lost is in the stream again, or why it could not be read. */
    record Mended(long capture, Optional<String> objection) implements MachineInput {}

    /** The change log is at its bound, or not any more. */
    record LogBound(boolean full) implements MachineInput {}

    /** What somebody wants. */
    sealed interface Operator extends MachineInput {}

    /** It is to be protected, under this policy. */
    record Protect(String name, SourceAddress address, ProtectionSettings settings) implements Operator {}

    /** The capture is to stand aside. */
    record Pause(long untilUtcMillis) implements Operator {}

    /** A pause or an error is to end. */
    record Resume() implements Operator {}

    /** The machine was failed over. */
    record Release() implements Operator {}

    /** Everything is to be compared. */
    record Resynchronise() implements Operator {}

    /** The machine is to be forgotten. */
    record Remove() implements Operator {}

    /** A proof is wanted as soon as possible. */
    record ProveSoon() implements Operator {}

    /** The agent ends in order. */
    record Shutdown() implements Operator {}
}
