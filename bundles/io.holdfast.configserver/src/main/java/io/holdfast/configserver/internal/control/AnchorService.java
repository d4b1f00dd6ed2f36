package io.holdfast.configserver.internal.control;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.AnchorComparisonView;
import io.holdfast.configserver.AnchorControl;
import io.holdfast.configserver.AnchorView;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.AnchorHead;
import io.holdfast.journal.Sha256;
import io.holdfast.model.Machine;
import io.holdfast.model.Role;
import java.util.List;
import java.util.Optional;

/** Anchors of the recovery store, as the control service offers them. */
public final class AnchorService implements AnchorControl {

    private final Gate gate;
    private final Views views;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param views knows the store and the machines' names
     */
    public AnchorService(Gate gate, Views views) {
        this.gate = gate;
        this.views = views;
    }

    @Override
    public AnchorView make(Caller caller) {
        gate.look(caller, Role.VIEWER);
        return view(views.store().anchor(Optional.empty()));
    }

    @Override
    public AnchorComparisonView compare(Caller caller, String anchor) {
        gate.look(caller, Role.VIEWER);
        Anchor earlier = Anchor.parse(anchor);
        List<AnchorFinding> findings = views.store().compare(earlier);
        return new AnchorComparisonView(
                earlier.utcMillis(),
                findings.stream().noneMatch(AnchorFinding::isDifference),
                findings.stream().map(this::view).toList(),
                view(views.store().anchor(Optional.of(earlier))));
    }

    private AnchorView view(Anchor anchor) {
        return new AnchorView(
                anchor.storeId().toString(),
                anchor.utcMillis(),
                anchor.heads().stream().map(this::view).toList(),
                anchor.toText());
    }

    private AnchorView.Head view(AnchorHead head) {
        return new AnchorView.Head(
                head.machine(),
                name(head.machine()),
                head.entries(),
                head.root().toString(),
                head.signer().map(Sha256::toString).orElse(""),
                head.block(),
                head.chain().toString());
    }

    private AnchorComparisonView.Difference view(AnchorFinding finding) {
        return new AnchorComparisonView.Difference(
                finding.machine(), name(finding.machine()), finding.kind().name(), finding.detail());
    }

    private String name(MachineId machine) {
        return views.machines().find(machine).map(Machine::name).orElse("");
    }
}
