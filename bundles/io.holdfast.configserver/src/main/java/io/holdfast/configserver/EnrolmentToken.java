package io.holdfast.configserver;

/**
 * What lets one agent enrol once.
 *
 * @param token the secret
 * @param expiresMillis when it ends, by the appliance's clock
 * @param authorityFingerprint SHA-256 of our authority's certificate, 64 hexadecimal digits, by which the agent knows the right server
 * @since 1.0
 */
public record EnrolmentToken(String token, long expiresMillis, String authorityFingerprint) {

    @Override
    public String toString() {
        return "EnrolmentToken[expiresMillis=" + expiresMillis + "]";
    }
}
