package io.holdfast.journal;

import io.holdfast.base.hash.NhAesHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/**
 * Computes the keyed hashes of 4 KiB blocks, as they stand in batches and as a scan compares them, by either {@link BlockHashAlgorithm}. HMAC-SHA256
 * is taken under the hash key over disk number (u32), first byte within the block (u32), block number (u64), all little-endian, and the content;
 * of that the first 96 bits. Used by one thread.
 *
 * @since 1.0
 */
public final class BlockHasher {

    private static final int PLACE_BYTES = 16;
    private static final byte[] ZEROES = new byte[BlockHash.BLOCK_BYTES];

    private final Function function;

    /** Hashes what is not zero. */
    private interface Function {

        void hash(
                int disk,
                long blockNumber,
                int startInBlock,
                byte[] data,
                int offset,
                int length,
                byte[] target,
                int targetOffset);
    }

    /**
     * Makes a hasher of the usual algorithm.
     *
     * @param keys the machine's keys
     */
    public BlockHasher(MachineKeys keys) {
        this(keys, BlockHashAlgorithm.DEFAULT);
    }

    /**
     * Makes a hasher.
     *
     * @param keys the machine's keys
     * @param algorithm by which the hashes are made that these are compared with
     */
    public BlockHasher(MachineKeys keys, BlockHashAlgorithm algorithm) {
        function = switch (algorithm) {
            case HMAC_SHA256 -> new HmacFunction(keys.newHashMac())::hash;
            case NH_AES -> new NhAesHash(keys.hashKey())::hash;
        };
    }

    /**
     * Makes the entry of a block, comparable with those of {@link BlockHashes}.
     *
     * @param disk number of the disk
     * @param blockNumber number of the block
     * @param data where its content lies
     * @param offset the first byte there
     * @param length 4,096; less for the last block of a disk whose size is no multiple of that
     * @param entries where the entry goes
     * @param index which entry there
     */
    public void entry(int disk, long blockNumber, byte[] data, int offset, int length, byte[] entries, int index) {
        hash(disk, blockNumber, 0, data, offset, length, entries, index * BlockHash.BYTES);
    }

    /**
     * Hashes a block or a part of one. Zeroes have no hash but {@link BlockHash#zero()}.
     *
     * @param disk number of the disk
     * @param blockNumber number of the block
     * @param startInBlock first byte within the block
     * @param data where its content lies
     * @param offset the first byte there
     * @param length bytes, at most to the end of the block
     * @param target where the hash goes
     * @param targetOffset its first byte there
     */
    public void hash(
            int disk,
            long blockNumber,
            int startInBlock,
            byte[] data,
            int offset,
            int length,
            byte[] target,
            int targetOffset) {
        if (isZero(data, offset, length)) {
            Arrays.fill(target, targetOffset, targetOffset + BlockHash.BYTES, (byte) 0);
            return;
        }
        function.hash(disk, blockNumber, startInBlock, data, offset, length, target, targetOffset);
        BlockHash.keepApart(target, targetOffset);
    }

    /**
     * Tells whether a stretch of at most 4 KiB is all zero.
     *
     * @param data where it lies
     * @param offset its first byte
     * @param length bytes, at most 4,096
     * @return true when it is
     */
    public static boolean isZero(byte[] data, int offset, int length) {
        return data[offset] == 0 && Arrays.mismatch(data, offset, offset + length, ZEROES, 0, length) < 0;
    }

    static Mac macOf(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** HMAC-SHA256 over place and content. */
    private static final class HmacFunction {

        private final Mac mac;
        private final byte[] place = new byte[PLACE_BYTES];
        private final ByteBuffer placeWords = ByteBuffer.wrap(place).order(ByteOrder.LITTLE_ENDIAN);
        private final byte[] full;

        HmacFunction(Mac mac) {
            this.mac = mac;
            full = new byte[mac.getMacLength()];
        }

        void hash(
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
            } catch (ShortBufferException e) {
                throw new IllegalStateException("the buffer has the length that the algorithm named", e);
            }
            System.arraycopy(full, 0, target, targetOffset, BlockHash.BYTES);
        }
    }
}
