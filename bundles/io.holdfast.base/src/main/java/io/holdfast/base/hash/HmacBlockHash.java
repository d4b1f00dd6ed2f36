package io.holdfast.base.hash;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 over disk number (u32), first byte within the block (u32), block number (u64), all little-endian, and the content; of that the first 96
 * bits. Nobody finds two contents of one hash, not even who has the key.
 *
 * @since 1.0
 */
public final class HmacBlockHash implements BlockHashFunction {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int PLACE_BYTES = 16;

    private final Mac mac;
    private final byte[] place = new byte[PLACE_BYTES];
    private final ByteBuffer placeWords = ByteBuffer.wrap(place).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] full;

    /**
     * Makes the function.
     *
     * @param key for this use alone, of any length but 0; not kept
     */
    public HmacBlockHash(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
        full = new byte[mac.getMacLength()];
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
        placeWords.putInt(0, disk).putInt(4, startInBlock).putLong(8, blockNumber);
        mac.update(place, 0, PLACE_BYTES);
        mac.update(data, offset, length);
        try {
            mac.doFinal(full, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the buffer has the length that the algorithm named", e);
        }
        System.arraycopy(full, 0, target, targetOffset, BYTES);
    }
}
