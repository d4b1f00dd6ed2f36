package io.holdfast.mobility.copy;

import io.holdfast.base.hash.BlockHashFunction;
import io.holdfast.base.hash.BlockHashKey;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Computes the keyed hashes by which source and store compare blocks. One thread.
 */
public final class BlockHasher {

    private static final byte[] ZEROES = new byte[HashForms.BLOCK_BYTES];

    private final BlockHashFunction function;
    private final byte[] block = new byte[HashForms.BLOCK_BYTES];

    /**
     * Makes a hasher.
     *
     * @param key the machine's, as the store gives it
     */
    public BlockHasher(BlockHashKey key) {
        function = BlockHashFunction.of(key);
    }

    /**
     * Writes the entry of a block: {@link HashForms#BYTES} bytes, all zero for a block of zeroes.
     *
     * @param disk number of the disk
     * @param number number of the block of 4 KiB
     * @param content its remaining bytes, 4,096 or less for the last block of a disk; position and content stay as they are
     * @param target receives the entry
     */
    public void entry(int disk, long number, ByteBuffer content, ByteBuffer target) {
        int length = content.remaining();
        content.get(content.position(), block, 0, length);
        byte[] entry = new byte[HashForms.BYTES];
        if (!Arrays.equals(block, 0, length, ZEROES, 0, length)) {
            function.hash(disk, number, 0, block, 0, length, entry, 0);
            HashForms.keepApart(entry);
        }
        target.put(entry);
    }
}
