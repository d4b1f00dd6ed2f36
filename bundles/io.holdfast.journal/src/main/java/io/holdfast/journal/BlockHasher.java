package io.holdfast.journal;

import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.hash.BlockHashFunction;
import io.holdfast.base.hash.BlockHashKey;
import java.util.Arrays;

/**
 * Computes the keyed hashes of 4 KiB blocks, as they stand in batches and as a scan compares them, by either {@link BlockHashAlgorithm}; zeroes have
 * none. Used by one thread.
 *
 * @since 1.0
 */
public final class BlockHasher {

    private static final byte[] ZEROES = new byte[BlockHash.BLOCK_BYTES];

    private final BlockHashFunction function;

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
        function = BlockHashFunction.of(new BlockHashKey(algorithm, keys.hashKey()));
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
}
