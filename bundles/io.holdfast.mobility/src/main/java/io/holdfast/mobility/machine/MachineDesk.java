package io.holdfast.mobility.machine;

import io.holdfast.mobility.stream.Lineage;
import java.util.ArrayList;
import java.util.List;

/** What the parts of a machine's decision share: what is remembered, and the actions of this turn. */
final class MachineDesk {

    private MachineRecord memory;
    private List<MachineAction> actions = new ArrayList<>();

    MachineDesk(MachineRecord memory) {
        this.memory = memory;
    }

    MachineRecord memory() {
        return memory;
    }

    /** Changes what is remembered, durably before any action that follows. */
    void remember(MachineRecord changed) {
        if (!changed.equals(memory)) {
            memory = changed;
            act(new MachineAction.Persist(changed));
        }
    }

    /** Changes what is remembered of the epochs; the caller persists it itself. */
    MachineRecord setLineage(Lineage lineage) {
        memory = memory.withLineage(lineage);
        return memory;
    }

    void act(MachineAction action) {
        actions.add(action);
    }

    List<MachineAction> takeActions() {
        List<MachineAction> taken = actions;
        actions = new ArrayList<>();
        return taken;
    }
}
