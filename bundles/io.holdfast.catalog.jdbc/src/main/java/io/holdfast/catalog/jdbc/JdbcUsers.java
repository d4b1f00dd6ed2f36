package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.catalog.StoredSession;
import io.holdfast.catalog.StoredUser;
import io.holdfast.catalog.UserTable;
import io.holdfast.model.Role;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Users and sessions in two tables. */
record JdbcUsers(Sql sql) implements UserTable {

    @Override
    public void insert(StoredUser user) {
        sql.update(
                """
                insert into user_account (name, role, password_hash, password_change_required, created_millis, last_sign_in_millis)
                values (?, ?, ?, ?, ?, ?)""",
                user.name(),
                user.role().name(),
                user.passwordHash(),
                user.passwordChangeRequired(),
                user.createdMillis(),
                user.lastSignInMillis());
    }

    @Override
    public void update(StoredUser user) {
        int changed = sql.update(
                """
                update user_account set role = ?, password_hash = ?, password_change_required = ?, last_sign_in_millis = ?
                where name = ?""",
                user.role().name(),
                user.passwordHash(),
                user.passwordChangeRequired(),
                user.lastSignInMillis(),
                user.name());
        if (changed == 0) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "user " + user.name(), "not in the catalog");
        }
    }

    @Override
    public Optional<StoredUser> find(String name) {
        return sql.queryOne("select * from user_account where name = ?", JdbcUsers::read, name);
    }

    @Override
    public List<StoredUser> list() {
        return sql.query("select * from user_account order by name", JdbcUsers::read);
    }

    @Override
    public void delete(String name) {
        sql.update("delete from user_session where user_name = ?", name);
        sql.update("delete from user_account where name = ?", name);
    }

    private static StoredUser read(Row row) throws SQLException {
        return new StoredUser(
                row.text("name"),
                row.choice(Role.class, "role"),
                row.text("password_hash"),
                row.flag("password_change_required"),
                row.number("created_millis"),
                row.numberOrNull("last_sign_in_millis"));
    }

    @Override
    public void putSession(StoredSession session) {
        int changed = sql.update(
                "update user_session set used_millis = ? where digest = ?", session.usedMillis(), session.digest());
        if (changed == 0) {
            sql.update(
                    "insert into user_session (digest, user_name, created_millis, used_millis, expires_millis) values (?, ?, ?, ?, ?)",
                    session.digest(),
                    session.user(),
                    session.createdMillis(),
                    session.usedMillis(),
                    session.expiresMillis());
        }
    }

    @Override
    public Optional<StoredSession> findSession(String digest) {
        return sql.queryOne("select * from user_session where digest = ?", JdbcUsers::readSession, digest);
    }

    @Override
    public List<StoredSession> sessionsOf(String user) {
        return sql.query(
                "select * from user_session where user_name = ? order by created_millis, digest",
                JdbcUsers::readSession,
                user);
    }

    @Override
    public void deleteSession(String digest) {
        sql.update("delete from user_session where digest = ?", digest);
    }

    @Override
    public void deleteSessionsBefore(long usedBeforeMillis, long nowMillis) {
        sql.update(
                "delete from user_session where used_millis < ? or expires_millis <= ?", usedBeforeMillis, nowMillis);
    }

    private static StoredSession readSession(Row row) throws SQLException {
        return new StoredSession(
                row.text("digest"),
                row.text("user_name"),
                row.number("created_millis"),
                row.number("used_millis"),
                row.number("expires_millis"));
    }
}
