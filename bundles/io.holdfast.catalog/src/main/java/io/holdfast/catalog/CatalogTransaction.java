package io.holdfast.catalog;

/**
 * The tables, within one transaction.
 *
 * @since 1.0
 */
public interface CatalogTransaction {

    /**
     * Machines.
     *
     * @return the table
     */
    MachineTable machines();

    /**
     * Jobs with their steps.
     *
     * @return the table
     */
    JobTable jobs();

    /**
     * Replicas.
     *
     * @return the table
     */
    ReplicaTable replicas();

    /**
     * Agents, their commands, enrolment tokens.
     *
     * @return the table
     */
    AgentTable agents();

    /**
     * Users and their sessions.
     *
     * @return the table
     */
    UserTable users();

    /**
     * The audit log.
     *
     * @return the table
     */
    AuditTable audit();
}
