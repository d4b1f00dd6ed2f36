package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.catalog.MachineTable;
import io.holdfast.model.DrillPhase;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Failover;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.Policy;
import io.holdfast.model.Protection;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.SourceFacts;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Machines in a table of that name. */
record JdbcMachines(Sql sql) implements MachineTable {

    @Override
    public void insert(Machine machine) {
        Policy policy = machine.policy();
        Protection protection = machine.protection();
        Failover failover = machine.failover();
        sql.update(
                """
                insert into machine (id, name, agent, adapter, address, rpo_goal_millis, stall_limit_millis, write_bound_millis,
                    log_bytes_max, boot_sign, facts, phase, drill, critical, source_reappeared, failover_point, failover_old_end,
                    failover_replica, error, created_millis)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                machine.id().toString(),
                machine.name(),
                machine.agent(),
                machine.address().adapter(),
                Json.write(machine.address().properties()),
                policy.rpoGoalMillis(),
                policy.stallLimitMillis(),
                policy.writeBoundMillis(),
                policy.logBytesMax(),
                machine.bootSign(),
                Json.writeOrNull(machine.facts()),
                protection.phase().name(),
                protection.drill().name(),
                protection.critical(),
                protection.sourceReappeared(),
                failover == null ? null : failover.point().toString(),
                failover == null ? null : failover.oldEnd().toString(),
                failover == null ? null : failover.replica(),
                Json.writeOrNull(machine.error()),
                machine.createdMillis());
    }

    @Override
    public void update(Machine machine) {
        Policy policy = machine.policy();
        Protection protection = machine.protection();
        Failover failover = machine.failover();
        int changed = sql.update(
                """
                update machine set name = ?, agent = ?, adapter = ?, address = ?, rpo_goal_millis = ?, stall_limit_millis = ?,
                    write_bound_millis = ?, log_bytes_max = ?, boot_sign = ?, facts = ?, phase = ?, drill = ?, critical = ?,
                    source_reappeared = ?, failover_point = ?, failover_old_end = ?, failover_replica = ?, error = ?
                where id = ?""",
                machine.name(),
                machine.agent(),
                machine.address().adapter(),
                Json.write(machine.address().properties()),
                policy.rpoGoalMillis(),
                policy.stallLimitMillis(),
                policy.writeBoundMillis(),
                policy.logBytesMax(),
                machine.bootSign(),
                Json.writeOrNull(machine.facts()),
                protection.phase().name(),
                protection.drill().name(),
                protection.critical(),
                protection.sourceReappeared(),
                failover == null ? null : failover.point().toString(),
                failover == null ? null : failover.oldEnd().toString(),
                failover == null ? null : failover.replica(),
                Json.writeOrNull(machine.error()),
                machine.id().toString());
        if (changed == 0) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "machine " + machine.id(), "not in the catalog");
        }
    }

    @Override
    public Optional<Machine> find(MachineId id) {
        return sql.queryOne("select * from machine where id = ?", JdbcMachines::read, id.toString());
    }

    @Override
    public Optional<Machine> findByName(String name) {
        return sql.queryOne("select * from machine where name = ?", JdbcMachines::read, name);
    }

    @Override
    public List<Machine> list() {
        return sql.query("select * from machine order by name", JdbcMachines::read);
    }

    @Override
    public void delete(MachineId id) {
        String key = id.toString();
        sql.update("delete from replica where machine = ?", key);
        sql.update("delete from machine where id = ?", key);
    }

    private static Machine read(Row row) throws SQLException {
        return new Machine(
                MachineId.parse(row.text("id")),
                row.text("name"),
                row.text("agent"),
                new MachineAddress(row.text("adapter"), Json.readTexts(row.text("address"))),
                new Policy(
                        row.integer("rpo_goal_millis"),
                        row.integer("stall_limit_millis"),
                        row.integer("write_bound_millis"),
                        row.number("log_bytes_max")),
                row.text("boot_sign"),
                Json.readOrNull(row.textOrNull("facts"), SourceFacts.class),
                new Protection(
                        row.choice(ProtectionPhase.class, "phase"),
                        row.choice(DrillPhase.class, "drill"),
                        row.flag("critical"),
                        row.flag("source_reappeared")),
                failover(row),
                Json.readOrNull(row.textOrNull("error"), ErrorReport.class),
                row.number("created_millis"));
    }

    private static @Nullable Failover failover(Row row) throws SQLException {
        String replica = row.textOrNull("failover_replica");
        return replica == null
                ? null
                : new Failover(
                        Position.parse(row.text("failover_point")),
                        Position.parse(row.text("failover_old_end")),
                        replica);
    }
}
