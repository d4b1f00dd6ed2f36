package io.holdfast.configserver.internal.access;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.catalog.StoredUser;
import io.holdfast.configserver.UserView;
import io.holdfast.identity.Tokens;
import io.holdfast.model.Role;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Users and their passwords. Thread-safe. */
final class Accounts {

    /** Who is there before anybody else. */
    static final String FIRST_USER = "admin";

    private static final String SYSTEM = "system";

    private final Catalog catalog;
    private final TimeSource time;
    private final SecureRandom random;
    private final Passwords passwords;
    private final AuditLog audit;

    Accounts(Catalog catalog, TimeSource time, SecureRandom random, Passwords passwords, AuditLog audit) {
        this.catalog = catalog;
        this.time = time;
        this.random = random;
        this.passwords = passwords;
        this.audit = audit;
    }

    /**
     * Sees to it that somebody can sign in: as long as there is nobody but a first administrator who never changed the one-time password, that
     * password is made anew, because nobody may have seen the one before.
     *
     * @return the password, if one was made
     */
    Optional<String> firstPassword() {
        if (isAdministratorReady()) {
            return Optional.empty();
        }
        String password = Tokens.newPassword(random);
        String hash = passwords.hash(password.toCharArray());
        StoredUser user = new StoredUser(FIRST_USER, Role.ADMINISTRATOR, hash, true, time.utcMillis(), null);
        catalog.write(tables -> {
            if (tables.users().find(FIRST_USER).isPresent()) {
                tables.users().delete(FIRST_USER);
            }
            tables.users().insert(user);
            audit.add(tables, new AuditLog.Event(SYSTEM, "-", "user.one-time-password", FIRST_USER, "ok", ""));
            return true;
        });
        return Optional.of(password);
    }

    boolean isAdministratorReady() {
        return list().stream().anyMatch(user -> user.role() == Role.ADMINISTRATOR && !user.passwordChangeRequired());
    }

    List<StoredUser> list() {
        return catalog.read(tables -> tables.users().list());
    }

    /**
     * Checks a password.
     *
     * @throws HoldfastException {@code NOT_AUTHENTICATED}
     */
    StoredUser check(String name, char[] password) {
        Optional<StoredUser> user = catalog.read(tables -> tables.users().find(name));
        if (user.isEmpty()) {
            passwords.matchNobody(password);
            throw wrong();
        }
        if (!passwords.matches(password, user.get().passwordHash())) {
            throw wrong();
        }
        return user.get();
    }

    private static HoldfastException wrong() {
        return new HoldfastException(ErrorCode.NOT_AUTHENTICATED, "sign-in", "user or password is wrong");
    }

    UserView create(String name, Role role, char[] password) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,39}")) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "user name",
                    "not usable; expected 1 to 40 letters, digits, dots, hyphens and underscores");
        }
        Passwords.requireUsable(password);
        StoredUser user = new StoredUser(name, role, passwords.hash(password), true, time.utcMillis(), null);
        catalog.write(tables -> {
            if (tables.users().find(name).isPresent()) {
                throw new HoldfastException(
                        ErrorCode.ALREADY_EXISTS, "user " + name, "is there already; expected another name");
            }
            tables.users().insert(user);
            return true;
        });
        return view(user);
    }

    void delete(String name) {
        catalog.write(tables -> {
            StoredUser user = require(tables, name);
            boolean last = user.role() == Role.ADMINISTRATOR
                    && tables.users().list().stream()
                                    .filter(other -> other.role() == Role.ADMINISTRATOR)
                                    .count()
                            == 1;
            if (last) {
                throw new HoldfastException(
                        ErrorCode.ILLEGAL_STATE,
                        "user " + name,
                        "is the last administrator; expected another one to stay");
            }
            tables.users().delete(name);
            return true;
        });
    }

    /** Changes a password and ends the user's sessions but one. */
    void changePassword(String name, char[] present, char[] next, String keptSession) {
        Passwords.requireUsable(next);
        check(name, present);
        if (Arrays.equals(present, next)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "new password", "is the present one; expected another");
        }
        String hash = passwords.hash(next);
        catalog.write(tables -> {
            StoredUser user = require(tables, name);
            tables.users()
                    .update(new StoredUser(
                            name, user.role(), hash, false, user.createdMillis(), user.lastSignInMillis()));
            tables.users().sessionsOf(name).stream()
                    .filter(session -> !session.digest().equals(keptSession))
                    .forEach(session -> tables.users().deleteSession(session.digest()));
            return true;
        });
    }

    private static StoredUser require(CatalogTransaction tables, String name) {
        return tables.users()
                .find(name)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "user " + name, "not known; expected a user in the list"));
    }

    static UserView view(StoredUser user) {
        return new UserView(
                user.name(), user.role(), user.passwordChangeRequired(), user.createdMillis(), user.lastSignInMillis());
    }
}
