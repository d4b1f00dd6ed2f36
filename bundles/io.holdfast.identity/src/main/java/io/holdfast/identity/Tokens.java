package io.holdfast.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Random secrets: session and enrolment tokens, of which only a digest is kept, and one-time passwords that people type.
 *
 * @since 1.0
 */
public final class Tokens {

    private static final int TOKEN_BYTES = 32;
    private static final int PASSWORD_GROUPS = 4;
    private static final int PASSWORD_GROUP_LETTERS = 5;

    /** Without letters and digits that look alike. */
    private static final String PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

    private Tokens() {}

    /**
     * Makes a token of 256 random bits.
     *
     * @param random where it comes from
     * @return 43 letters, digits, hyphens and underscores
     */
    public static String newToken(SecureRandom random) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * What is kept of a token. A token is random enough that a plain digest gives nothing away.
     *
     * @param token any text
     * @return its SHA-256, hexadecimal
     */
    public static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Makes a password for people to type once, of about 99 random bits.
     *
     * @param random where it comes from
     * @return four groups of five small letters and digits, with hyphens between
     */
    public static String newPassword(SecureRandom random) {
        StringBuilder text = new StringBuilder();
        for (int group = 0; group < PASSWORD_GROUPS; group++) {
            text.append(group == 0 ? "" : "-");
            for (int letter = 0; letter < PASSWORD_GROUP_LETTERS; letter++) {
                text.append(PASSWORD_LETTERS.charAt(random.nextInt(PASSWORD_LETTERS.length())));
            }
        }
        return text.toString();
    }
}
