package io.holdfast.catalog.jdbc;

import io.holdfast.catalog.AgentTable;
import io.holdfast.catalog.AuditTable;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.catalog.JobTable;
import io.holdfast.catalog.MachineTable;
import io.holdfast.catalog.ReplicaTable;
import io.holdfast.catalog.UserTable;

/** The tables on one connection. */
record JdbcTransaction(Sql sql) implements CatalogTransaction {

    @Override
    public MachineTable machines() {
        return new JdbcMachines(sql);
    }

    @Override
    public JobTable jobs() {
        return new JdbcJobs(sql);
    }

    @Override
    public ReplicaTable replicas() {
        return new JdbcReplicas(sql);
    }

    @Override
    public AgentTable agents() {
        return new JdbcAgents(sql);
    }

    @Override
    public UserTable users() {
        return new JdbcUsers(sql);
    }

    @Override
    public AuditTable audit() {
        return new JdbcAudit(sql);
    }
}
