package io.holdfast.model;

import java.util.Optional;

/**
 * The one-time password of the first administrator, for the terminal at which the appliance was started. A service. Thread-safe.
 *
 * @since 1.0
 */
public interface FirstSignIn {

    /**
     * Names the first administrator.
     *
     * @return the user to sign in as
     */
    String user();

    /**
     * Gives the password out, once. It is kept nowhere but here and must never reach a log. As long as it was not changed, each start of
     * the appliance makes a new one.
     *
     * @return the password; nothing when it was given out before or is no longer in force
     */
    Optional<String> takePassword();
}
