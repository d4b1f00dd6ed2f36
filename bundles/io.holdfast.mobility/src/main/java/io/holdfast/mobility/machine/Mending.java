package io.holdfast.mobility.machine;

import io.holdfast.base.stream.DiskRange;
import io.holdfast.mobility.copy.CopyKind;
import io.holdfast.mobility.copy.CopyPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges that the store has lost: they are read from the source and sent again, beside a capture that is whole. Each of these copies repeats what the
 * disk has, so the stream goes on as it was: no gap, no ready. What cannot be sent now is owed until it can; what is owed when a session ends is told
 * again by the store in the next one.
 */
final class Mending {

    private final MachineDesk desk;
    private final List<DiskRange> owed = new ArrayList<>();
    private List<DiskRange> underWay = List.of();

    Mending(MachineDesk desk) {
        this.desk = desk;
    }

    void lost(List<DiskRange> ranges) {
        ranges.stream()
                .filter(range -> !owed.contains(range) && !underWay.contains(range))
                .forEach(owed::add);
    }

    /** Starts to send what is owed, if anything is and nothing is under way. */
    void begin(long pendingBytesMax) {
        if (underWay.isEmpty() && !owed.isEmpty()) {
            underWay = List.copyOf(owed);
            owed.clear();
            MachineRecord memory = desk.memory();
            desk.act(new MachineAction.Copy(new CopyPlan(
                    memory.captureCount(),
                    CopyKind.MEND,
                    memory.table().disks(),
                    List.of(),
                    underWay,
                    0,
                    pendingBytesMax)));
        }
    }

    /** What was under way is in the stream, or cannot be read. */
    void over() {
        underWay = List.of();
    }

    /** The capture has ended under it. */
    void interrupted() {
        owed.addAll(underWay);
        underWay = List.of();
    }

    /** The store tells a new session all that it lacks. */
    void toldAnew() {
        owed.clear();
    }
}
