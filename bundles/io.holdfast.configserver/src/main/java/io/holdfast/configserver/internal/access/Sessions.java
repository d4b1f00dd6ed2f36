package io.holdfast.configserver.internal.access;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.StoredSession;
import io.holdfast.catalog.StoredUser;
import io.holdfast.configserver.SessionView;
import io.holdfast.identity.Tokens;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sessions: a random token at the client, its digest here. One ends half an hour after its last use, and twelve hours after its beginning in any
 * case. Thread-safe.
 */
final class Sessions {

    static final long IDLE_MILLIS_MAX = TimeUnit.MINUTES.toMillis(30);
    static final long LIFE_MILLIS_MAX = TimeUnit.HOURS.toMillis(12);

    /** The most sessions of one user; the oldest is ended for a new one. */
    static final int OF_USER_MAX = 50;

    /** The last use is kept to this precision, so that not every request writes. */
    private static final long USED_MILLIS_STEP = TimeUnit.MINUTES.toMillis(1);

    private final Catalog catalog;
    private final TimeSource time;
    private final SecureRandom random;

    Sessions(Catalog catalog, TimeSource time, SecureRandom random) {
        this.catalog = catalog;
        this.time = time;
        this.random = random;
    }

    SessionView open(StoredUser user) {
        String token = Tokens.newToken(random);
        long now = time.utcMillis();
        StoredSession session = new StoredSession(Tokens.digest(token), user.name(), now, now, now + LIFE_MILLIS_MAX);
        catalog.write(tables -> {
            tables.users().deleteSessionsBefore(now - IDLE_MILLIS_MAX, now);
            List<StoredSession> open = tables.users().sessionsOf(user.name());
            open.stream()
                    .limit(Math.max(0, open.size() - OF_USER_MAX + 1))
                    .forEach(oldest -> tables.users().deleteSession(oldest.digest()));
            tables.users()
                    .update(new StoredUser(
                            user.name(),
                            user.role(),
                            user.passwordHash(),
                            user.passwordChangeRequired(),
                            user.createdMillis(),
                            now));
            tables.users().putSession(session);
            return true;
        });
        return new SessionView(
                token,
                user.name(),
                user.role(),
                user.passwordChangeRequired(),
                IDLE_MILLIS_MAX,
                session.expiresMillis());
    }

    /**
     * Finds whose session it is, and notes that it was used.
     *
     * @throws HoldfastException {@code NOT_AUTHENTICATED}
     */
    StoredUser use(String token) {
        String digest = Tokens.digest(token);
        long now = time.utcMillis();
        Optional<StoredSession> session = catalog.<Optional<StoredSession>>read(
                        tables -> tables.users().findSession(digest))
                .filter(found ->
                        now < found.expiresMillis() && now - found.usedMillis() < IDLE_MILLIS_MAX + USED_MILLIS_STEP);
        if (session.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.NOT_AUTHENTICATED, "session", "unknown or ended; expected to sign in");
        }
        StoredSession known = session.get();
        StoredUser user = catalog.<Optional<StoredUser>>read(
                        tables -> tables.users().find(known.user()))
                .orElseThrow(() -> new HoldfastException(ErrorCode.NOT_AUTHENTICATED, "session", "its user is gone"));
        if (Math.abs(now - known.usedMillis()) >= USED_MILLIS_STEP) {
            catalog.write(tables -> {
                if (tables.users().findSession(digest).isPresent()) {
                    tables.users()
                            .putSession(new StoredSession(
                                    digest, known.user(), known.createdMillis(), now, known.expiresMillis()));
                }
                return true;
            });
        }
        return user;
    }

    void close(String token) {
        catalog.write(tables -> {
            tables.users().deleteSession(Tokens.digest(token));
            return true;
        });
    }
}
