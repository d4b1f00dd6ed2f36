package io.holdfast.configserver.internal.access;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.identity.PasswordHash;
import java.security.SecureRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Hashes and compares passwords, a few at a time: each takes memory and a processor for a while. Thread-safe. */
final class Passwords {

    static final int LENGTH_LEAST = 12;
    static final int LENGTH_MOST = 200;

    private static final int AT_ONCE_MAX = 2;
    private static final long WAIT_SECONDS_MAX = 5;

    private final SecureRandom random;
    private final Semaphore places = new Semaphore(AT_ONCE_MAX, true);

    Passwords(SecureRandom random) {
        this.random = random;
    }

    String hash(char[] password) {
        enter();
        try {
            return PasswordHash.of(password, random);
        } finally {
            places.release();
        }
    }

    boolean matches(char[] password, String hash) {
        enter();
        try {
            return password.length <= LENGTH_MOST && PasswordHash.matches(password, hash);
        } finally {
            places.release();
        }
    }

    /** Takes as long as comparing, when there is no such user, so that the time tells nobody whether there is. */
    void matchNobody(char[] password) {
        hash(password.length <= LENGTH_MOST ? password : new char[0]);
    }

    private void enter() {
        try {
            if (places.tryAcquire(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new HoldfastException(ErrorCode.OVERLOADED, "sign-in", "too many at once; expected a later attempt");
    }

    /**
     * Refuses a password that is too short or too long.
     *
     * @throws HoldfastException {@code INVALID_ARGUMENT}
     */
    static void requireUsable(char[] password) {
        if (password.length < LENGTH_LEAST || password.length > LENGTH_MOST) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "new password",
                    password.length + " characters; expected " + LENGTH_LEAST + " to " + LENGTH_MOST);
        }
    }
}
