package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.function.Predicate;

/** Blocks of a disk of 64 KiB, the unit of an overlay and of the bitmap that we add. */
final class BlockSet {

    static final int BLOCK_BYTES = 64 << 10;

    private final BitSet blocks = new BitSet();

    /**
     * Adds what a listing of ranges tells.
     *
     * @param ranges an array of objects with a length and an offset
     * @param offset the name of the offset
     * @param wanted which of them count
     */
    void add(JsonNode ranges, String offset, Predicate<JsonNode> wanted) {
        for (JsonNode range : ranges) {
            long begin = range.path(offset).asLong();
            long end = begin + range.path("length").asLong();
            if (wanted.test(range) && end > begin) {
                blocks.set(
                        Math.toIntExact(begin / BLOCK_BYTES), Math.toIntExact((end + BLOCK_BYTES - 1) / BLOCK_BYTES));
            }
        }
    }

    /** How many blocks it holds. */
    int size() {
        return blocks.cardinality();
    }

    /**
     * Compares two raw images of one size, except for the blocks of this set.
     *
     * @return the blocks that differ
     */
    BlockSet differencesElsewhere(Path left, Path right) throws IOException {
        BlockSet differing = new BlockSet();
        try (FileChannel one = FileChannel.open(left);
                FileChannel other = FileChannel.open(right)) {
            if (one.size() != other.size()) {
                throw new IOException(left + " has " + one.size() + " bytes, " + right + " has " + other.size());
            }
            int count = Math.toIntExact((one.size() + BLOCK_BYTES - 1) / BLOCK_BYTES);
            for (int block = blocks.nextClearBit(0); block < count; block = blocks.nextClearBit(block + 1)) {
                if (!read(one, block).equals(read(other, block))) {
                    differing.blocks.set(block);
                }
            }
        }
        return differing;
    }

    private static ByteBuffer read(FileChannel file, int block) throws IOException {
        long offset = (long) block * BLOCK_BYTES;
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, file.size() - offset));
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new IOException("the image ended at " + (offset + bytes.position()));
            }
        }
        return bytes.flip();
    }

    @Override
    public String toString() {
        return blocks.toString();
    }
}
