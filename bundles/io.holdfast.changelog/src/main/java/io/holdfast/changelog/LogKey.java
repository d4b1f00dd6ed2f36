package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one machine's change log. Each file has a key of its own, derived from this one.
 *
 * @since 1.0
 */
public final class LogKey {

    /** Length of a key. */
    public static final int BYTES = 32;

    private static final String DERIVATION = "HmacSHA256";

    private final SecretKey key;

    /**
     * Takes a key.
     *
     * @param secret {@value #BYTES} random bytes, copied
     */
    public LogKey(byte[] secret) {
        if (secret.length != BYTES) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "change log key", secret.length + " bytes; expected " + BYTES);
        }
        this.key = new SecretKeySpec(secret, DERIVATION);
    }

    SecretKey fileKey(UUID fileId) {
        return new SecretKeySpec(derive("hrl file key", fileId), "AES");
    }

    UUID check(UUID fileId) {
        ByteBuffer digest = ByteBuffer.wrap(derive("hrl key check", fileId));
        return new UUID(digest.getLong(), digest.getLong());
    }

    private byte[] derive(String purpose, UUID fileId) {
        try {
            Mac mac = Mac.getInstance(DERIVATION);
            mac.init(key);
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            ByteBuffer id = ByteBuffer.allocate(2 * Long.BYTES);
            id.putLong(fileId.getMostSignificantBits()).putLong(fileId.getLeastSignificantBits());
            return mac.doFinal(id.array());
        } catch (GeneralSecurityException e) {
            throw new HoldfastException(ErrorCode.INTERNAL, DERIVATION, "missing in this Java runtime", e);
        }
    }
}
