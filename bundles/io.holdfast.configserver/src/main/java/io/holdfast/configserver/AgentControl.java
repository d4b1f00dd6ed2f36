package io.holdfast.configserver;

import java.util.List;

/**
 * Agents and enrolment. Looking needs a viewer, changing an administrator.
 *
 * @since 1.0
 */
public interface AgentControl {

    /**
     * Lists the enrolled agents.
     *
     * @param caller who asks
     * @return by name
     */
    List<AgentView> list(Caller caller);

    /**
     * Makes a token with which one agent can enrol once.
     *
     * @param caller who asks
     * @param validMinutes 1 to 1,440
     * @return the token; it is shown this once and kept only as a digest
     * @throws io.holdfast.base.HoldfastException {@code INVALID_ARGUMENT}
     */
    EnrolmentToken createToken(Caller caller, int validMinutes);

    /**
     * Forgets an agent and refuses its certificate from now on.
     *
     * @param caller who asks
     * @param agent name or id
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE} while it captures a machine
     */
    void remove(Caller caller, String agent);
}
