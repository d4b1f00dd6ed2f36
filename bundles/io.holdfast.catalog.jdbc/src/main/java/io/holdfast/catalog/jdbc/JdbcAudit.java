package io.holdfast.catalog.jdbc;

import io.holdfast.catalog.AuditTable;
import io.holdfast.model.AuditEntry;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The audit log in one table. */
record JdbcAudit(Sql sql) implements AuditTable {

    @Override
    public void append(AuditEntry entry) {
        sql.update(
                """
                insert into audit_entry (number, utc_millis, actor, origin, action, object, outcome, detail, digest)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                entry.number(),
                entry.utcMillis(),
                entry.actor(),
                entry.origin(),
                entry.action(),
                entry.object(),
                entry.outcome(),
                entry.detail(),
                entry.digest());
    }

    @Override
    public Optional<AuditEntry> last() {
        return listBefore(Long.MAX_VALUE, 1).stream().findFirst();
    }

    @Override
    public List<AuditEntry> listBefore(long before, int limit) {
        return sql.query(
                "select * from audit_entry where number < ? order by number desc fetch first ? rows only",
                JdbcAudit::read,
                before,
                limit);
    }

    @Override
    public List<AuditEntry> listFrom(long from, int limit) {
        return sql.query(
                "select * from audit_entry where number >= ? order by number fetch first ? rows only",
                JdbcAudit::read,
                from,
                limit);
    }

    private static AuditEntry read(Row row) throws SQLException {
        return new AuditEntry(
                row.number("number"),
                row.number("utc_millis"),
                row.text("actor"),
                row.text("origin"),
                row.text("action"),
                row.text("object"),
                row.text("outcome"),
                row.text("detail"),
                row.text("digest"));
    }
}
