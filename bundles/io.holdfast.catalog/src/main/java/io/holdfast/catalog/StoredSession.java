package io.holdfast.catalog;

/**
 * A session as it is kept.
 *
 * @param digest SHA-256 of its token, hexadecimal; the token itself is kept nowhere
 * @param user whose
 * @param createdMillis by the appliance's clock
 * @param usedMillis the last request, by the appliance's clock, to the minute
 * @param expiresMillis when it ends in any case
 * @since 1.0
 */
public record StoredSession(String digest, String user, long createdMillis, long usedMillis, long expiresMillis) {}
