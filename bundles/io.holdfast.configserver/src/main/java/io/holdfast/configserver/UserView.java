package io.holdfast.configserver;

import io.holdfast.model.Role;
import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param name unique
 * @param role what the user may do
 * @param passwordChangeRequired whether the password has to be changed at the next sign-in
 * @param createdMillis by the appliance's clock
 * @param lastSignInMillis by the appliance's clock, or null before the first
 * @since 1.0
 */
public record UserView(
        String name,
        Role role,
        boolean passwordChangeRequired,
        long createdMillis,
        @Nullable Long lastSignInMillis) {}
