package io.holdfast.configserver;

/**
 * Everything the API offers. Thread-safe.
 *
 * <p>Each method that is given a {@link Caller} checks the caller's role itself and throws {@code NOT_AUTHORISED} or {@code
 * PASSWORD_CHANGE_REQUIRED} before anything else; what changes something is written to the audit log, refused or not. What a method has
 * returned is durable in the catalog.
 *
 * @since 1.0
 */
public interface ControlService {

    /**
     * Machines and their protection.
     *
     * @return the part
     */
    MachineControl machines();

    /**
     * Test failover, failover, commit.
     *
     * @return the part
     */
    FailoverControl failovers();

    /**
     * Jobs.
     *
     * @return the part
     */
    JobControl jobs();

    /**
     * Agents and enrolment tokens.
     *
     * @return the part
     */
    AgentControl agents();

    /**
     * Sessions, users and the audit log.
     *
     * @return the part
     */
    AccessControl access();

    /**
     * Set-up state and findings.
     *
     * @return the part
     */
    HealthControl health();

    /**
     * The node's bundles.
     *
     * @return the part
     */
    BundleControl bundles();

    /**
     * The node's keys.
     *
     * @return the part
     */
    KeyControl keys();

    /**
     * Anchors of the recovery store.
     *
     * @return the part
     */
    AnchorControl anchors();

    /**
     * Live changes.
     *
     * @return the part
     */
    EventControl events();
}
