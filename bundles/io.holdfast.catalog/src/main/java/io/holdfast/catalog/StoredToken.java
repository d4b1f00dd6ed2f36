package io.holdfast.catalog;

/**
 * A token with which one agent can enrol once.
 *
 * @param digest SHA-256 of the token, hexadecimal; the token itself is kept nowhere
 * @param expiresMillis when it ends, by the appliance's clock
 * @param createdBy the user who made it
 * @since 1.0
 */
public record StoredToken(String digest, long expiresMillis, String createdBy) {}
