package io.holdfast.configserver.internal.access;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.StoredUser;
import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.SessionView;
import io.holdfast.configserver.UserView;
import io.holdfast.identity.Tokens;
import io.holdfast.model.AuditEntry;
import io.holdfast.model.Role;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Sessions, users and the audit log, as the control service offers them. */
public final class AccessService implements AccessControl {

    private static final int NAME_LENGTH_MAX = 80;
    private static final String OK = "ok";

    private final Accounts accounts;
    private final Sessions sessions;
    private final SignInThrottle throttle;
    private final AuditLog audit;
    private final Gate gate;

    /**
     * Opens the service.
     *
     * @param catalog where users and sessions are kept
     * @param time for limits and labels
     * @param random where secrets come from
     * @param audit where changes are written down
     * @param gate checks roles
     */
    public AccessService(Catalog catalog, TimeSource time, SecureRandom random, AuditLog audit, Gate gate) {
        this.accounts = new Accounts(catalog, time, random, new Passwords(random), audit);
        this.sessions = new Sessions(catalog, time, random);
        this.throttle = new SignInThrottle(time);
        this.audit = audit;
        this.gate = gate;
    }

    /**
     * Names the first administrator.
     *
     * @return a user
     */
    public String firstUser() {
        return Accounts.FIRST_USER;
    }

    /**
     * Makes the first administrator's one-time password, as long as no administrator has a password of an own choice.
     *
     * @return the password, if one was made
     */
    public Optional<String> firstPassword() {
        return accounts.firstPassword();
    }

    /**
     * Tells whether an administrator has a password of an own choice.
     *
     * @return whether the set-up is over
     */
    public boolean isAdministratorReady() {
        return accounts.isAdministratorReady();
    }

    @Override
    public SessionView signIn(String user, char[] password, String origin) {
        String name = user.length() <= NAME_LENGTH_MAX ? user : user.substring(0, NAME_LENGTH_MAX);
        throttle.check(name, origin);
        try {
            StoredUser found = accounts.check(name, password);
            SessionView session = sessions.open(found);
            throttle.succeeded(name, origin);
            audit.add(new AuditLog.Event(name, origin, "session.open", name, OK, ""));
            return session;
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.NOT_AUTHENTICATED) {
                throttle.failed(name, origin);
                audit.add(new AuditLog.Event(
                        name, origin, "session.open", name, e.code().name(), ""));
            }
            throw e;
        }
    }

    @Override
    public Caller authenticate(String token, String origin) {
        StoredUser user = sessions.use(token);
        return new Caller(user.name(), user.role(), user.passwordChangeRequired(), origin);
    }

    @Override
    public void signOut(String token) {
        sessions.close(token);
    }

    @Override
    public void changePassword(Caller caller, String token, char[] present, char[] next) {
        throttle.check(caller.user(), caller.origin());
        try {
            accounts.changePassword(caller.user(), present, next, Tokens.digest(token));
            throttle.succeeded(caller.user(), caller.origin());
            note(caller, OK);
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.NOT_AUTHENTICATED) {
                throttle.failed(caller.user(), caller.origin());
            }
            note(caller, e.code().name());
            throw e;
        }
    }

    private void note(Caller caller, String outcome) {
        audit.add(
                new AuditLog.Event(caller.user(), caller.origin(), "user.change-password", caller.user(), outcome, ""));
    }

    @Override
    public List<UserView> users(Caller caller) {
        gate.look(caller, Role.ADMINISTRATOR);
        return accounts.list().stream().map(Accounts::view).toList();
    }

    @Override
    public UserView createUser(Caller caller, String user, Role role, char[] password) {
        return gate.change(
                caller,
                Role.ADMINISTRATOR,
                new Gate.Change("user.create", user, "role=" + role),
                () -> accounts.create(user, role, password));
    }

    @Override
    public void deleteUser(Caller caller, String user) {
        gate.change(caller, Role.ADMINISTRATOR, new Gate.Change("user.delete", user, ""), () -> {
            accounts.delete(user);
            return true;
        });
    }

    @Override
    public List<AuditEntry> audit(Caller caller, long before, int limit) {
        gate.look(caller, Role.ADMINISTRATOR);
        if (limit < 1 || limit > AUDIT_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "limit", limit + " given; expected 1 to " + AUDIT_MAX);
        }
        return audit.list(before, limit);
    }
}
