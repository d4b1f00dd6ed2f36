package io.holdfast.configserver.internal.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.AgentControl;
import io.holdfast.configserver.AgentView;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.EnrolmentToken;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.configserver.internal.agents.AgentDesk;
import io.holdfast.model.Role;
import java.time.Duration;
import java.util.List;

/** Agents, as the control service offers them. */
public final class AgentService implements AgentControl {

    private static final int TOKEN_MINUTES_MAX = 1_440;

    private final Gate gate;
    private final Views views;
    private final AgentDesk desk;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param views shows agents
     * @param desk where agents report
     */
    public AgentService(Gate gate, Views views, AgentDesk desk) {
        this.gate = gate;
        this.views = views;
        this.desk = desk;
    }

    @Override
    public List<AgentView> list(Caller caller) {
        gate.look(caller, Role.VIEWER);
        return views.agentViews();
    }

    @Override
    public EnrolmentToken createToken(Caller caller, int validMinutes) {
        Gate.Change change = new Gate.Change("agent.create-token", "agents", "validMinutes=" + validMinutes);
        return gate.change(caller, Role.ADMINISTRATOR, change, () -> {
            if (validMinutes < 1 || validMinutes > TOKEN_MINUTES_MAX) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "validMinutes",
                        validMinutes + " given; expected 1 to " + TOKEN_MINUTES_MAX);
            }
            return views.register().createToken(Duration.ofMinutes(validMinutes), caller.user());
        });
    }

    @Override
    public void remove(Caller caller, String agent) {
        gate.change(caller, Role.ADMINISTRATOR, new Gate.Change("agent.remove", agent, ""), () -> {
            desk.remove(views.register().find(agent));
            return true;
        });
    }
}
