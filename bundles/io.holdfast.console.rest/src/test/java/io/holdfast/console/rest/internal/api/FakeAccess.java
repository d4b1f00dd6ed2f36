package io.holdfast.console.rest.internal.api;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.SessionView;
import io.holdfast.configserver.UserView;
import io.holdfast.model.AuditEntry;
import io.holdfast.model.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions of users whose name is their role, all with one password; {@code fresh} still has to change it. */
final class FakeAccess implements AccessControl {

    static final String PASSWORD = "correct horse battery";

    private final FakeControl control;
    private final Map<String, String> userByToken = new ConcurrentHashMap<>();
    private volatile boolean freshHasChanged;

    FakeAccess(FakeControl control) {
        this.control = control;
    }

    @Override
    public SessionView signIn(String user, char[] password, String origin) {
        if (!PASSWORD.equals(new String(password))) {
            throw new HoldfastException(ErrorCode.NOT_AUTHENTICATED, "user " + user, "unknown user or wrong password");
        }
        String token = "token-of-" + user + "-" + userByToken.size();
        userByToken.put(token, user);
        return new SessionView(token, user, role(user), mustChange(user), 1_800_000, Samples.NOW);
    }

    @Override
    public Caller authenticate(String token, String origin) {
        String user = userByToken.get(token);
        if (user == null) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHENTICATED, "session", "it is unknown or has ended; expected a sign-in");
        }
        return new Caller(user, role(user), mustChange(user), origin);
    }

    @Override
    public void signOut(String token) {
        userByToken.remove(token);
    }

    @Override
    public void changePassword(Caller caller, String token, char[] present, char[] next) {
        if (!PASSWORD.equals(new String(present))) {
            throw new HoldfastException(ErrorCode.NOT_AUTHENTICATED, "present password", "wrong");
        }
        freshHasChanged = true;
    }

    @Override
    public List<UserView> users(Caller caller) {
        control.note(caller, Role.ADMINISTRATOR, "users");
        return List.of(new UserView("administrator", Role.ADMINISTRATOR, false, Samples.NOW, Samples.NOW));
    }

    @Override
    public UserView createUser(Caller caller, String user, Role role, char[] password) {
        control.note(caller, Role.ADMINISTRATOR, "create user " + user + " " + role + " " + new String(password));
        return new UserView(user, role, true, Samples.NOW, null);
    }

    @Override
    public void deleteUser(Caller caller, String user) {
        control.note(caller, Role.ADMINISTRATOR, "delete user " + user);
    }

    @Override
    public List<AuditEntry> audit(Caller caller, long before, int limit) {
        control.note(caller, Role.ADMINISTRATOR, "audit " + before + " " + limit);
        return List.of(new AuditEntry(1, Samples.NOW, "system", "-", "start", "node", "ok", "", "ab".repeat(32)));
    }

    private boolean mustChange(String user) {
        return user.equals("fresh") && !freshHasChanged;
    }

    private static Role role(String user) {
        return switch (user) {
            case "operator" -> Role.OPERATOR;
            case "viewer" -> Role.VIEWER;
            default -> Role.ADMINISTRATOR;
        };
    }
}
