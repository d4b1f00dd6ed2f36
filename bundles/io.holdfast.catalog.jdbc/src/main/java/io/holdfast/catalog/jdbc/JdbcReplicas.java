package io.holdfast.catalog.jdbc;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.catalog.ReplicaTable;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.Progress;
import io.holdfast.model.Replica;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Replicas in a table of that name. */
record JdbcReplicas(Sql sql) implements ReplicaTable {

    @Override
    public void put(Replica replica) {
        Progress hydration = replica.hydration();
        int changed = sql.update(
                """
                update replica set state = ?, hydration_done = ?, hydration_total = ?, hydration_unit = ?, connections = ?
                where id = ?""",
                replica.state().name(),
                hydration == null ? null : hydration.done(),
                hydration == null ? null : hydration.total(),
                hydration == null ? null : hydration.unit(),
                Json.write(replica.connections()),
                replica.id());
        if (changed == 0) {
            insert(replica);
        }
    }

    private void insert(Replica replica) {
        Progress hydration = replica.hydration();
        sql.update(
                """
                insert into replica (id, machine, purpose, point, network, state, hydration_done, hydration_total, hydration_unit,
                    connections, created_millis)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                replica.id(),
                replica.machine().toString(),
                replica.purpose().name(),
                replica.point().toString(),
                replica.network().toString(),
                replica.state().name(),
                hydration == null ? null : hydration.done(),
                hydration == null ? null : hydration.total(),
                hydration == null ? null : hydration.unit(),
                Json.write(replica.connections()),
                replica.createdMillis());
    }

    @Override
    public Optional<Replica> find(String id) {
        return sql.queryOne("select * from replica where id = ?", JdbcReplicas::read, id);
    }

    @Override
    public List<Replica> of(MachineId machine) {
        return sql.query(
                "select * from replica where machine = ? order by created_millis, id",
                JdbcReplicas::read,
                machine.toString());
    }

    @Override
    public List<Replica> list() {
        return sql.query("select * from replica order by created_millis, id", JdbcReplicas::read);
    }

    @Override
    public void delete(String id) {
        sql.update("delete from replica where id = ?", id);
    }

    private static Replica read(Row row) throws SQLException {
        String unit = row.textOrNull("hydration_unit");
        return new Replica(
                row.text("id"),
                MachineId.parse(row.text("machine")),
                row.choice(Replica.Purpose.class, "purpose"),
                Position.parse(row.text("point")),
                NetworkChoice.parse(row.text("network")),
                row.choice(Replica.State.class, "state"),
                unit == null ? null : new Progress(row.number("hydration_done"), row.number("hydration_total"), unit),
                Json.readTexts(row.text("connections")),
                row.number("created_millis"));
    }
}
