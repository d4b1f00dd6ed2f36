package io.holdfast.console.rest.internal.api;

import io.holdfast.console.rest.internal.http.Incoming;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A session in a browser's cookie, and the second proof that keeps other sites from using it: a digest of the session's secret, which only a
 * page of ours gets to read and sends back in a header. Nothing has to be kept for it.
 */
final class SessionCookie {

    /** The header that carries the second proof. */
    static final String PROOF_HEADER = "X-Holdfast-Proof";

    /** The prefix binds the cookie to this host, to HTTPS and to the whole site. */
    private static final String NAME = "__Host-holdfast";

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";
    private static final String PURPOSE = "holdfast second proof\n";

    private SessionCookie() {}

    /** Finds the session's secret in a request. */
    static Optional<String> of(Incoming incoming) {
        return incoming.cookie(NAME).filter(value -> !value.isEmpty());
    }

    /** Headers that make a browser keep the secret until it is closed. */
    static Map<String, String> set(String token) {
        return Map.of("Set-Cookie", NAME + "=" + token + ATTRIBUTES);
    }

    /** Headers that make a browser forget it. */
    static Map<String, String> clear() {
        return Map.of("Set-Cookie", NAME + "=" + ATTRIBUTES + "; Max-Age=0");
    }

    /** Works out the second proof of a session. */
    static String secondProof(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(PURPOSE.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Compares what a request carries with what its session asks for, in a time that tells nothing. */
    static boolean proves(Incoming incoming, String token) {
        byte[] given = incoming.header(PROOF_HEADER).orElse("").getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, secondProof(token).getBytes(StandardCharsets.UTF_8));
    }
}
