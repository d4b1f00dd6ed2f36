package io.holdfast.model;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.UUID;

/**
 * Identifies one job for ever.
 *
 * @param value the identity
 * @since 1.0
 */
public record JobId(UUID value) {

    /**
     * Reads the canonical form, as printed by {@link #toString()}.
     *
     * @param text 36 characters
     * @return the id
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the text is no such id
     */
    public static JobId parse(String text) {
        try {
            UUID parsed = UUID.fromString(text);
            if (parsed.toString().equalsIgnoreCase(text)) {
                return new JobId(parsed);
            }
        } catch (IllegalArgumentException _) {
            // answered below, in words of ours
        }
        throw new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                "job id",
                "'" + text + "' is not a job id; expected the 36-character UUID form");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
