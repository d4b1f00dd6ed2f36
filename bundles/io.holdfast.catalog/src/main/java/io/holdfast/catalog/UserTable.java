package io.holdfast.catalog;

import java.util.List;
import java.util.Optional;

/**
 * Users and their sessions.
 *
 * @since 1.0
 */
public interface UserTable {

    /**
     * Adds a user.
     *
     * @param user whose name is new
     */
    void insert(StoredUser user);

    /**
     * Replaces a user.
     *
     * @param user whose name is there
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    void update(StoredUser user);

    /**
     * Finds a user.
     *
     * @param name exactly
     * @return the user
     */
    Optional<StoredUser> find(String name);

    /**
     * Lists the users.
     *
     * @return by name
     */
    List<StoredUser> list();

    /**
     * Removes a user and the user's sessions. Nothing happens when it is not there.
     *
     * @param name exactly
     */
    void delete(String name);

    /**
     * Adds a session, or replaces the one of the same digest.
     *
     * @param session of a user that is there
     */
    void putSession(StoredSession session);

    /**
     * Finds a session.
     *
     * @param digest as in {@link StoredSession#digest()}
     * @return the session
     */
    Optional<StoredSession> findSession(String digest);

    /**
     * Lists the sessions of a user.
     *
     * @param user name
     * @return oldest first
     */
    List<StoredSession> sessionsOf(String user);

    /**
     * Removes a session. Nothing happens when it is not there.
     *
     * @param digest as in {@link StoredSession#digest()}
     */
    void deleteSession(String digest);

    /**
     * Removes the sessions that have ended.
     *
     * @param usedBeforeMillis those last used before
     * @param nowMillis those that expire at or before
     */
    void deleteSessionsBefore(long usedBeforeMillis, long nowMillis);
}
