package io.holdfast.base.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A keyed hash of 96 bits of a block of at most 4 KiB, bound to its place, in the manner of UMAC (RFC 4418): three NH sums of 64 bits, each with
 * the key moved on by one word, then AES-256 as CBC-MAC over sums, place and length, of which the first 96 bits are the hash. Whoever has no key
 * finds two contents of one hash with a chance of 2<sup>-95</sup> and learns from hashes only which are equal; whoever has the key finds them
 * with ease. {@code docs/formats/batch.md} has the definition.
 *
 * <p>Used by one thread.
 *
 * @since 1.0
 */
public final class NhAesHash implements BlockHashFunction {

    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    private static final int SUMS = 3;
    private static final int WORDS_MAX = CONTENT_BYTES_MAX / Long.BYTES;
    private static final int KEY_WORDS = WORDS_MAX + SUMS - 1;
    private static final int CIPHER_BLOCK_BYTES = 16;
    private static final int SEALED_BYTES = 3 * CIPHER_BLOCK_BYTES;
    private static final long LOW = 0xFFFF_FFFFL;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long[] lowKeys = new long[KEY_WORDS];
    private final long[] highKeys = new long[KEY_WORDS];
    private final Cipher cipher;
    private final byte[] sealed = new byte[SEALED_BYTES];
    private final byte[] mac = new byte[SEALED_BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Makes a hasher.
     *
     * @param key exactly {@value #KEY_BYTES} bytes, for this use alone; not kept
     */
    public NhAesHash(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(key.length + " bytes of key; expected " + KEY_BYTES);
        }
        try {
            Cipher stream = Cipher.getInstance("AES/CTR/NoPadding");
            stream.init(Cipher.ENCRYPT_MODE, derive(key, "block hash NH"), zeroStart());
            ByteBuffer words = ByteBuffer.wrap(stream.doFinal(new byte[KEY_WORDS * Long.BYTES]))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int index = 0; index < KEY_WORDS; index++) {
                long word = words.getLong();
                lowKeys[index] = word & LOW;
                highKeys[index] = word >>> Integer.SIZE;
            }
            cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, derive(key, "block hash AES"), zeroStart());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES and HmacSHA256", e);
        }
    }

    private static SecretKeySpec derive(byte[] key, String label) throws GeneralSecurityException {
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(key, "HmacSHA256"));
        return new SecretKeySpec(hmac.doFinal(label.getBytes(StandardCharsets.US_ASCII)), "AES");
    }

    private static IvParameterSpec zeroStart() {
        return new IvParameterSpec(new byte[CIPHER_BLOCK_BYTES]);
    }

    @Override
    public void hash(
            int disk,
            long blockNumber,
            int startInBlock,
            byte[] data,
            int offset,
            int length,
            byte[] target,
            int targetOffset) {
        Objects.checkFromIndexSize(offset, length, data.length);
        if (length < 1 || length > CONTENT_BYTES_MAX) {
            throw new IllegalArgumentException(length + " bytes; expected 1 to " + CONTENT_BYTES_MAX);
        }
        int words = length / Long.BYTES;
        int odd = length % Long.BYTES;
        long last = lastWord(data, offset + words * Long.BYTES, odd);
        for (int sum = 0; sum < SUMS; sum++) {
            long value = sum(data, offset, words, lowKeys, highKeys, sum);
            if (odd != 0) {
                value += product(last, lowKeys[words + sum], highKeys[words + sum]);
            }
            fields.putLong(sum * Long.BYTES, value);
        }
        fields.putInt(24, disk)
                .putInt(28, startInBlock)
                .putLong(32, blockNumber)
                .putInt(40, length);
        try {
            cipher.doFinal(sealed, 0, SEALED_BYTES, mac, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("three whole blocks can be encrypted", e);
        }
        System.arraycopy(mac, SEALED_BYTES - CIPHER_BLOCK_BYTES, target, targetOffset, BYTES);
    }

    /** The bytes behind the last whole word, as a word filled up with zeroes. */
    private static long lastWord(byte[] data, int from, int count) {
        long word = 0;
        for (int index = count - 1; index >= 0; index--) {
            word = word << Byte.SIZE | Byte.toUnsignedLong(data[from + index]);
        }
        return word;
    }

    /** One NH sum. Written so that the compiler turns the loop into vector instructions: no branch, no call, two plain key arrays. */
    private static long sum(byte[] data, int offset, int words, long[] low, long[] high, int shift) {
        long sum = 0;
        for (int index = 0; index < words; index++) {
            long word = (long) WORDS.get(data, offset + index * Long.BYTES);
            sum += (word + low[index + shift] & LOW) * ((word >>> Integer.SIZE) + high[index + shift] & LOW);
        }
        return sum;
    }

    private static long product(long word, long low, long high) {
        return (word + low & LOW) * ((word >>> Integer.SIZE) + high & LOW);
    }
}
