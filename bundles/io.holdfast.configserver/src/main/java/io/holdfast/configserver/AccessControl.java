package io.holdfast.configserver;

import io.holdfast.model.AuditEntry;
import io.holdfast.model.Role;
import java.util.List;

/**
 * Sessions, users and the audit log. Users and the audit log need an administrator.
 *
 * @since 1.0
 */
public interface AccessControl {

    /** The most entries one listing of the audit log returns. */
    int AUDIT_MAX = 1_000;

    /**
     * Opens a session.
     *
     * @param user name
     * @param password the password; the caller clears it afterwards
     * @param origin the client's address
     * @return the session with its token, which is kept only as a digest
     * @throws io.holdfast.base.HoldfastException {@code NOT_AUTHENTICATED}, or {@code OVERLOADED} after too many failures, naming the wait
     */
    SessionView signIn(String user, char[] password, String origin);

    /**
     * Finds who a session belongs to and extends it within its limits.
     *
     * @param token as given by {@link #signIn}
     * @param origin the client's address
     * @return the caller
     * @throws io.holdfast.base.HoldfastException {@code NOT_AUTHENTICATED} when the session is unknown or has ended
     */
    Caller authenticate(String token, String origin);

    /**
     * Ends a session. Does nothing for one that has ended.
     *
     * @param token as given by {@link #signIn}
     */
    void signOut(String token);

    /**
     * Changes the caller's own password and ends all the caller's other sessions.
     *
     * @param caller who asks
     * @param token the caller's session, which stays
     * @param present the password now
     * @param next 12 to 200 characters, not the present one
     * @throws io.holdfast.base.HoldfastException {@code NOT_AUTHENTICATED} when the present one is wrong, {@code INVALID_ARGUMENT}
     */
    void changePassword(Caller caller, String token, char[] present, char[] next);

    /**
     * Lists the users.
     *
     * @param caller who asks
     * @return by name
     */
    List<UserView> users(Caller caller);

    /**
     * Creates a user, who must change the password at the first sign-in.
     *
     * @param caller who asks
     * @param user 1 to 40 letters, digits, dots, hyphens and underscores
     * @param role what the user may do
     * @param password 12 to 200 characters
     * @return the user
     * @throws io.holdfast.base.HoldfastException {@code ALREADY_EXISTS}, {@code INVALID_ARGUMENT}
     */
    UserView createUser(Caller caller, String user, Role role, char[] password);

    /**
     * Deletes a user and ends all the user's sessions.
     *
     * @param caller who asks
     * @param user name
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE} for the last administrator
     */
    void deleteUser(Caller caller, String user);

    /**
     * Lists the audit log, newest first.
     *
     * @param caller who asks
     * @param before only entries with a smaller number; {@link Long#MAX_VALUE} for the newest
     * @param limit how many at most, 1 to {@link #AUDIT_MAX}
     * @return entries
     */
    List<AuditEntry> audit(Caller caller, long before, int limit);
}
