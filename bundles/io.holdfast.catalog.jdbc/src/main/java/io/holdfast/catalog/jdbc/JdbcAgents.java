package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.catalog.AgentTable;
import io.holdfast.catalog.StoredCommand;
import io.holdfast.catalog.StoredToken;
import io.holdfast.model.Agent;
import io.holdfast.model.AgentError;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Agents, commands and tokens in three tables. */
record JdbcAgents(Sql sql) implements AgentTable {

    @Override
    public void put(Agent agent) {
        int changed = sql.update(
                """
                update agent set name = ?, version = ?, certificate_serial = ?, certificate_expires_millis = ?
                where id = ?""",
                agent.name(),
                agent.version(),
                agent.certificateSerial(),
                agent.certificateExpiresMillis(),
                agent.id());
        if (changed == 0) {
            sql.update(
                    """
                    insert into agent (id, name, version, certificate_serial, certificate_expires_millis, enrolled_millis)
                    values (?, ?, ?, ?, ?, ?)""",
                    agent.id(),
                    agent.name(),
                    agent.version(),
                    agent.certificateSerial(),
                    agent.certificateExpiresMillis(),
                    agent.enrolledMillis());
        }
    }

    @Override
    public Optional<Agent> find(String id) {
        return sql.queryOne("select * from agent where id = ?", JdbcAgents::read, id);
    }

    @Override
    public List<Agent> list() {
        return sql.query("select * from agent order by name", JdbcAgents::read);
    }

    @Override
    public void delete(String id) {
        sql.update("delete from agent_command where agent = ?", id);
        sql.update("delete from agent where id = ?", id);
    }

    private static Agent read(Row row) throws SQLException {
        return new Agent(
                row.text("id"),
                row.text("name"),
                row.text("version"),
                row.text("certificate_serial"),
                row.number("certificate_expires_millis"),
                row.number("enrolled_millis"));
    }

    @Override
    public void addCommand(StoredCommand command) {
        if (findCommand(command.id()).isPresent()) {
            return;
        }
        sql.update(
                """
                insert into agent_command (id, owner, agent, machine, kind, arguments, created_millis, answered)
                values (?, ?, ?, ?, ?, ?, ?, ?)""",
                command.id(),
                command.owner(),
                command.agent(),
                command.machine(),
                command.kind(),
                command.arguments(),
                command.createdMillis(),
                false);
    }

    @Override
    public void updateCommand(StoredCommand command) {
        StoredCommand.Answer answer = command.answer();
        int changed = sql.update(
                "update agent_command set answered = ?, error = ?, result = ? where id = ?",
                answer != null,
                answer == null ? null : Json.writeOrNull(answer.error()),
                answer == null ? null : answer.result(),
                command.id());
        if (changed == 0) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "command " + command.id(), "not in the catalog");
        }
    }

    @Override
    public Optional<StoredCommand> findCommand(String id) {
        return sql.queryOne("select * from agent_command where id = ?", JdbcAgents::readCommand, id);
    }

    @Override
    public Optional<StoredCommand> commandOf(String owner) {
        return sql.queryOne(
                "select * from agent_command where owner = ? order by number desc fetch first 1 rows only",
                JdbcAgents::readCommand,
                owner);
    }

    @Override
    public List<StoredCommand> unanswered(String agent, int limit) {
        return sql.query(
                "select * from agent_command where agent = ? and answered = ? order by number fetch first ? rows only",
                JdbcAgents::readCommand,
                agent,
                false,
                limit);
    }

    @Override
    public void deleteCommands(String owner) {
        sql.update("delete from agent_command where owner = ?", owner);
    }

    private static StoredCommand readCommand(Row row) throws SQLException {
        return new StoredCommand(
                row.text("id"),
                row.text("owner"),
                row.text("agent"),
                row.text("machine"),
                row.text("kind"),
                row.text("arguments"),
                row.number("created_millis"),
                row.flag("answered")
                        ? new StoredCommand.Answer(
                                Json.readOrNull(row.textOrNull("error"), AgentError.class), row.textOrNull("result"))
                        : null);
    }

    @Override
    public void addToken(StoredToken token) {
        sql.update(
                "insert into enrolment_token (digest, expires_millis, created_by) values (?, ?, ?)",
                token.digest(),
                token.expiresMillis(),
                token.createdBy());
    }

    @Override
    public Optional<StoredToken> findToken(String digest) {
        return sql.queryOne(
                "select * from enrolment_token where digest = ?",
                row -> new StoredToken(row.text("digest"), row.number("expires_millis"), row.text("created_by")),
                digest);
    }

    @Override
    public Optional<StoredToken> takeToken(String digest) {
        Optional<StoredToken> found = findToken(digest);
        sql.update("delete from enrolment_token where digest = ?", digest);
        return found;
    }

    @Override
    public void deleteTokensBefore(long nowMillis) {
        sql.update("delete from enrolment_token where expires_millis <= ?", nowMillis);
    }
}
