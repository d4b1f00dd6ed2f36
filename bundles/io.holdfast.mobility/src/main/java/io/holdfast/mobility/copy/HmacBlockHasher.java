package io.holdfast.mobility.copy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 under the machine's hash key over disk number (32 bits), first byte within the block (32 bits, 0), block number (64 bits), all
 * little-endian, and the content; of that the first 96 bits.
 */
public final class HmacBlockHasher implements BlockHasher {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int PLACE_BYTES = 16;
    private static final ByteBuffer ZEROES =
            ByteBuffer.allocate(HashForms.BLOCK_BYTES).asReadOnlyBuffer();

    private final Mac mac;

    /**
     * Makes a hasher.
     *
     * @param key the machine's hash key, as the store gives it
     */
    public HmacBlockHasher(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public void entry(int disk, long block, ByteBuffer content, ByteBuffer target) {
        if (content.equals(ZEROES.slice(0, content.remaining()))) {
            target.put(new byte[HashForms.BYTES]);
            return;
        }
        ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        mac.update(place.putInt(disk).putInt(0).putLong(block).flip());
        mac.update(content.duplicate());
        byte[] entry = Arrays.copyOf(mac.doFinal(), HashForms.BYTES);
        HashForms.keepApart(entry);
        target.put(entry);
    }
}
