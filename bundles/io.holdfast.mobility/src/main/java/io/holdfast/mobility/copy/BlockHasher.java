package io.holdfast.mobility.copy;

import java.nio.ByteBuffer;

/**
 * Computes the keyed hashes by which source and store compare blocks. One thread.
 */
public interface BlockHasher {

    /**
     * Writes the entry of a block: {@link HashForms#BYTES} bytes, all zero for a block of zeroes.
     *
     * @param disk number of the disk
     * @param block number of the block of 4 KiB
     * @param content its remaining bytes, 4,096 or less for the last block of a disk; position and content stay as they are
     * @param target receives the entry
     */
    void entry(int disk, long block, ByteBuffer content, ByteBuffer target);
}
