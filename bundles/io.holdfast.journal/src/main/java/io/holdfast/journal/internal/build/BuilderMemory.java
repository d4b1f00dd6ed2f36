package io.holdfast.journal.internal.build;

import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.journal.BlockHasher;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.format.BlockLayout;
import java.util.ArrayDeque;

/** What the batches of one builder use one after the other: arrays for plaintext and for whole blocks, and hashers. Thread-safe. */
final class BuilderMemory {

    /** As many batches as are ever under way at a time, in a pipeline that keeps a fast disk and a dozen cores busy. */
    private static final int KEPT_MAX = 32;

    /** Header of a batch of small writes, with its hashes; a larger one has memory of its own. */
    private static final int HEADER_BYTES = 64 << 10;

    private final MachineKeys keys;
    private final BlockHashAlgorithm hash;
    private final BufferPool plaintexts;
    private final BufferPool blocks;
    private final ArrayDeque<BlockHasher> hashers = new ArrayDeque<>();

    BuilderMemory(MachineKeys keys, BlockHashAlgorithm hash, int plaintextBytesMax) {
        this.keys = keys;
        this.hash = hash;
        plaintexts = new BufferPool(plaintextBytesMax, KEPT_MAX);
        blocks = new BufferPool(HEADER_BYTES + payloadBytesMax(plaintextBytesMax), KEPT_MAX);
    }

    /** Room for frame table and frames of so much plaintext, and for a codec to write over the end of the last one. */
    static int payloadBytesMax(int plaintextBytes) {
        int frames = (plaintextBytes + BlockLayout.FRAME_BYTES - 1) / BlockLayout.FRAME_BYTES;
        return BlockLayout.frameTableLength(frames)
                + frames * BlockLayout.TAG_BYTES
                + plaintextBytes
                + FrameCodec.SLACK_BYTES;
    }

    BufferPool plaintexts() {
        return plaintexts;
    }

    BufferPool blocks() {
        return blocks;
    }

    BlockHasher takeHasher() {
        synchronized (hashers) {
            BlockHasher kept = hashers.pollFirst();
            if (kept != null) {
                return kept;
            }
        }
        return new BlockHasher(keys, hash);
    }

    void give(BlockHasher hasher) {
        synchronized (hashers) {
            if (hashers.size() < KEPT_MAX) {
                hashers.addFirst(hasher);
            }
        }
    }
}
