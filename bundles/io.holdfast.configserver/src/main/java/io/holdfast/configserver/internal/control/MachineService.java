package io.holdfast.configserver.internal.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.configserver.HistorySpace;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.MachineControl;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.PointQuery;
import io.holdfast.configserver.ProtectRequest;
import io.holdfast.configserver.Retention;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.configserver.internal.plans.Arguments;
import io.holdfast.model.Job;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.Operation;
import io.holdfast.model.PointChoice;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.Role;
import io.holdfast.model.SourceFacts;
import java.util.List;
import java.util.Map;

/** Machines and their protection, as the control service offers them. */
public final class MachineService implements MachineControl {

    private static final int MINUTES_MAX = 7 * 24 * 60;
    private static final int LABEL_LENGTH_MAX = 200;

    private final Gate gate;
    private final Views views;
    private final Orders orders;
    private final Inspections inspections;
    private final KeyPort keys;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param views shows machines
     * @param orders starts jobs
     * @param inspections has agents look at machines
     * @param keys of the node
     */
    public MachineService(Gate gate, Views views, Orders orders, Inspections inspections, KeyPort keys) {
        this.gate = gate;
        this.views = views;
        this.orders = orders;
        this.inspections = inspections;
        this.keys = keys;
    }

    @Override
    public List<MachineView> list(Caller caller) {
        gate.look(caller, Role.VIEWER);
        return views.machineViews();
    }

    @Override
    public MachineView get(Caller caller, MachineId machine) {
        gate.look(caller, Role.VIEWER);
        return views.view(views.machines().get(machine));
    }

    @Override
    public MachineView find(Caller caller, String nameOrId) {
        gate.look(caller, Role.VIEWER);
        return views.machines().list().stream()
                .filter(machine -> machine.name().equals(nameOrId)
                        || machine.id().toString().equals(nameOrId))
                .findFirst()
                .map(views::view)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND,
                        "machine " + nameOrId,
                        "not known; expected name or id of a machine in the list"));
    }

    @Override
    public SourceFacts inspect(Caller caller, String agent, MachineAddress address) {
        gate.look(caller, Role.OPERATOR);
        return inspections.inspect(views.register().find(agent), address);
    }

    @Override
    public Job protect(Caller caller, ProtectRequest request) {
        Gate.Change change = new Gate.Change(
                "machine.protect", request.name(), "agent=" + request.agent() + " address=" + request.address());
        return gate.change(caller, Role.OPERATOR, change, () -> {
            keys.vault().requireReady();
            return orders.protect(request, views.register().find(request.agent()), caller.user());
        });
    }

    @Override
    public Job unprotect(Caller caller, MachineId machine, HistoryFate history) {
        Role role = history == HistoryFate.DESTROY ? Role.ADMINISTRATOR : Role.OPERATOR;
        return order(caller, role, Operation.UNPROTECT, machine, Map.of(Arguments.HISTORY, history.name()));
    }

    @Override
    public Job pause(Caller caller, MachineId machine, int minutes) {
        if (minutes < 0 || minutes > MINUTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "minutes", minutes + " given; expected 0 to " + MINUTES_MAX);
        }
        return order(caller, Operation.PAUSE, machine, Map.of(Arguments.MINUTES, Integer.toString(minutes)));
    }

    @Override
    public Job resume(Caller caller, MachineId machine) {
        return order(caller, Operation.RESUME, machine, Map.of());
    }

    @Override
    public Job mark(Caller caller, MachineId machine, MarkerKind kind, String label) {
        if (label.isBlank() || label.length() > LABEL_LENGTH_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "label",
                    label.length() + " characters; expected 1 to " + LABEL_LENGTH_MAX);
        }
        return order(
                caller, Operation.MARK, machine, Map.of(Arguments.MARKER_KIND, kind.name(), Arguments.LABEL, label));
    }

    @Override
    public Job resynchronise(Caller caller, MachineId machine) {
        return order(caller, Operation.RESYNCHRONISE, machine, Map.of());
    }

    private Job order(Caller caller, Operation operation, MachineId machine, Map<String, String> arguments) {
        return order(caller, Role.OPERATOR, operation, machine, arguments);
    }

    private Job order(Caller caller, Role role, Operation operation, MachineId machine, Map<String, String> arguments) {
        String name = views.machines().get(machine).name();
        return gate.change(
                caller,
                role,
                Names.change(operation, name, arguments),
                () -> orders.submit(operation, machine, arguments, caller.user(), () -> {}));
    }

    @Override
    public List<RecoveryPoint> points(Caller caller, MachineId machine, PointQuery query) {
        gate.look(caller, Role.VIEWER);
        return views.store().points(views.machines().get(machine).id(), query);
    }

    @Override
    public RecoveryPoint point(Caller caller, MachineId machine, PointChoice choice) {
        gate.look(caller, Role.VIEWER);
        return views.store().resolve(views.machines().get(machine).id(), choice);
    }

    @Override
    public HistorySpace space(Caller caller, MachineId machine) {
        gate.look(caller, Role.VIEWER);
        return views.store().space(views.machines().get(machine).id());
    }

    @Override
    public HistorySpace retain(Caller caller, MachineId machine, Retention retention) {
        String name = views.machines().get(machine).name();
        Gate.Change change = new Gate.Change("machine.retention", name, retention.toString());
        return gate.change(caller, Role.ADMINISTRATOR, change, () -> {
            views.store().retain(machine, retention);
            return views.store().space(machine);
        });
    }
}
