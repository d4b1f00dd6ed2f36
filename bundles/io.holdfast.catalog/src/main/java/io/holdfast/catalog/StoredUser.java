package io.holdfast.catalog;

import io.holdfast.model.Role;
import org.jspecify.annotations.Nullable;

/**
 * A user as it is kept.
 *
 * @param name unique
 * @param role what the user may do
 * @param passwordHash salted, memory-hard, with its parameters
 * @param passwordChangeRequired until then nothing else is answered
 * @param createdMillis by the appliance's clock
 * @param lastSignInMillis by the appliance's clock, or null before the first
 * @since 1.0
 */
public record StoredUser(
        String name,
        Role role,
        String passwordHash,
        boolean passwordChangeRequired,
        long createdMillis,
        @Nullable Long lastSignInMillis) {

    @Override
    public String toString() {
        return "StoredUser[name=" + name + ", role=" + role + "]";
    }
}
