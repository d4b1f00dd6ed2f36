package io.holdfast.configserver.internal.control;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.FailoverControl;
import io.holdfast.configserver.FailoverRequest;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.configserver.internal.plans.AgentLine;
import io.holdfast.configserver.internal.plans.Arguments;
import io.holdfast.model.Job;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.Operation;
import io.holdfast.model.PointChoice;
import io.holdfast.model.Role;
import java.util.Map;

/** Test failover, failover, commit, as the control service offers them. */
public final class FailoverService implements FailoverControl {

    private final Gate gate;
    private final Views views;
    private final Orders orders;
    private final AgentLine agents;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param views shows machines
     * @param orders starts jobs
     * @param agents what agents say
     */
    public FailoverService(Gate gate, Views views, Orders orders, AgentLine agents) {
        this.gate = gate;
        this.views = views;
        this.orders = orders;
        this.agents = agents;
    }

    @Override
    public Job testFailover(Caller caller, MachineId machine, PointChoice point, NetworkChoice network) {
        Map<String, String> arguments =
                Map.of(Arguments.POINT, point.toString(), Arguments.NETWORK, network.toString());
        return order(
                caller,
                Operation.TEST_FAILOVER,
                machine,
                arguments,
                () -> views.store().resolve(machine, point));
    }

    @Override
    public Job cleanUpTestFailover(Caller caller, MachineId machine) {
        return order(caller, Operation.CLEAN_UP_TEST_FAILOVER, machine, Map.of(), () -> {});
    }

    @Override
    public Job failover(Caller caller, MachineId machine, FailoverRequest request) {
        Map<String, String> arguments = Map.of(
                Arguments.POINT, request.point().toString(),
                Arguments.NETWORK, request.network().toString(),
                Arguments.FORCE, Boolean.toString(request.force()));
        return order(caller, Operation.FAILOVER, machine, arguments, () -> {
            views.store().resolve(machine, request.point());
            if (!request.force()) {
                agents.requireSourceGone(views.machines().get(machine));
            }
        });
    }

    @Override
    public Job cancelFailover(Caller caller, MachineId machine) {
        return order(caller, Operation.CANCEL_FAILOVER, machine, Map.of(), () -> {});
    }

    @Override
    public Job commitFailover(Caller caller, MachineId machine) {
        return order(caller, Operation.COMMIT_FAILOVER, machine, Map.of(), () -> {});
    }

    private Job order(
            Caller caller, Operation operation, MachineId machine, Map<String, String> arguments, Runnable check) {
        String name = views.machines().get(machine).name();
        return gate.change(
                caller,
                Role.OPERATOR,
                Names.change(operation, name, arguments),
                () -> orders.submit(operation, machine, arguments, caller.user(), check));
    }
}
