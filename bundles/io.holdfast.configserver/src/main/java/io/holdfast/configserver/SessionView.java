package io.holdfast.configserver;

import io.holdfast.model.Role;

/**
 * A session as it was opened.
 *
 * @param token the secret that stands for it
 * @param user name of the user
 * @param role what the user may do
 * @param passwordChangeRequired whether the password has to be changed first
 * @param idleMillisMax after how long without a request it ends
 * @param expiresMillis when it ends in any case, by the appliance's clock
 * @since 1.0
 */
public record SessionView(
        String token, String user, Role role, boolean passwordChangeRequired, long idleMillisMax, long expiresMillis) {

    @Override
    public String toString() {
        return "SessionView[user=" + user + ", role=" + role + "]";
    }
}
