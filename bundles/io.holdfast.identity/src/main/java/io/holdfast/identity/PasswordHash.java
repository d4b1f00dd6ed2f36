package io.holdfast.identity;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Password hashes by Argon2id (RFC 9106), in the usual text form {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}. A hash takes about 19 MiB of
 * memory and tens of milliseconds. Stateless.
 *
 * @since 1.0
 */
public final class PasswordHash {

    private static final int MEMORY_KIBIBYTES = 19_456;
    private static final int ITERATIONS = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int MEMORY_KIBIBYTES_MAX = 1 << 20;
    private static final int ITERATIONS_MAX = 100;
    private static final int LANES_MAX = 16;
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,8}),t=(\\d{1,4}),p=(\\d{1,3})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private PasswordHash() {}

    /**
     * Hashes a password with a new salt.
     *
     * @param password not changed
     * @param random where the salt comes from
     * @return the hash as text
     */
    public static String of(char[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] hash = hash(password, salt, MEMORY_KIBIBYTES, ITERATIONS, LANES, HASH_BYTES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + MEMORY_KIBIBYTES + ",t=" + ITERATIONS + ",p=" + LANES + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    /**
     * Tells whether a password is the right one, in a time that does not depend on how wrong it is.
     *
     * @param password not changed
     * @param encoded as {@link #of} gave it, also with other parameters
     * @return whether it is
     * @throws HoldfastException {@code INVALID_ARGUMENT} when the text is no hash or its parameters are beyond all reason
     */
    public static boolean matches(char[] password, String encoded) {
        Matcher matcher = FORM.matcher(encoded);
        if (!matcher.matches()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "password hash",
                    "is not of the form $argon2id$v=19$m=…,t=…,p=…$salt$hash");
        }
        int memory = bounded(matcher.group(1), MEMORY_KIBIBYTES_MAX);
        int iterations = bounded(matcher.group(2), ITERATIONS_MAX);
        int lanes = bounded(matcher.group(3), LANES_MAX);
        byte[] expected = Base64.getDecoder().decode(matcher.group(5));
        byte[] found = hash(
                password, Base64.getDecoder().decode(matcher.group(4)), memory, iterations, lanes, expected.length);
        return MessageDigest.isEqual(found, expected);
    }

    private static int bounded(String text, int most) {
        int value = Integer.parseInt(text);
        if (value < 1 || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "password hash", "parameter " + value + "; expected 1 to " + most);
        }
        return value;
    }

    private static byte[] hash(char[] password, byte[] salt, int memory, int iterations, int lanes, int bytes) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] secret = new byte[encoded.remaining()];
        encoded.get(secret);
        Arrays.fill(encoded.array(), (byte) 0);
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(iterations)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] result = new byte[bytes];
        generator.generateBytes(secret, result);
        Arrays.fill(secret, (byte) 0);
        return result;
    }
}
