package io.holdfast.journal.internal.build;

import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.BlockHasher;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SealedBatch;
import io.holdfast.journal.internal.format.BlockEncoder;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.FrameTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns a draft into a batch, in three steps: {@link #prepare} hashes and compresses and knows nothing of other batches; {@link #link} takes the
 * digest of the batch before and is cheap; {@link #encrypt} needs the digest of this one. So several batches are worked on side by side, and
 * only the cheap step is in order.
 */
final class BatchSeal {

    private final BatchDraft draft;
    private final BlockEncoder.Identity identity;
    private final MachineKeys keys;
    private final BatchSettings settings;
    private final BufferPool scratchPool;
    private final int frames;
    private final int[] compressedLengths;
    private byte[] scratch = new byte[0];
    private byte[] block = new byte[0];
    private BlockEncoder.Lengths lengths = new BlockEncoder.Lengths(0, 0, 0, 0, 0, 0);
    private int codecVersion;
    private ChainDigest digest = ChainDigest.NONE;

    BatchSeal(
            BatchDraft draft,
            BlockEncoder.Identity identity,
            MachineKeys keys,
            BatchSettings settings,
            BufferPool scratchPool) {
        this.draft = draft;
        this.identity = identity;
        this.keys = keys;
        this.settings = settings;
        this.scratchPool = scratchPool;
        this.frames = (draft.plaintextLength + BlockLayout.FRAME_BYTES - 1) / BlockLayout.FRAME_BYTES;
        this.compressedLengths = new int[frames];
    }

    /** Room for the compressed frames of so much plaintext. */
    static int scratchBytes(int plaintextBytes) {
        int frames = (plaintextBytes + BlockLayout.FRAME_BYTES - 1) / BlockLayout.FRAME_BYTES;
        return frames * slotBytes();
    }

    private static int slotBytes() {
        return BlockLayout.FRAME_BYTES + FrameCodec.SLACK_BYTES;
    }

    BatchSeal prepare() {
        int payload = compress();
        lengths = new BlockEncoder.Lengths(
                draft.extents, draft.hashes, draft.noteCount, draft.notes.size(), draft.plaintextLength, payload);
        block = new byte[lengths.block()];
        ByteBuffer.wrap(block, BlockLayout.PREFIX_BYTES, draft.extents * Extent.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(draft.words, 0, 2 * draft.extents);
        hash(BlockLayout.PREFIX_BYTES + draft.extents * Extent.BYTES);
        byte[] notes = draft.notes.toByteArray();
        System.arraycopy(notes, 0, block, lengths.header() - notes.length, notes.length);
        return this;
    }

    private int compress() {
        scratch = scratchPool.take(scratchBytes(draft.plaintextLength));
        int payload = 0;
        try (FrameCodec codec = FrameCodec.open(settings.codec())) {
            codecVersion = codec.version();
            for (int frame = 0; frame < frames; frame++) {
                int length = plainLength(frame);
                compressedLengths[frame] = codec.compress(
                        draft.plaintext, frame * BlockLayout.FRAME_BYTES, length, scratch, frame * slotBytes());
                payload += Math.min(length, compressedLengths[frame]) + BlockLayout.TAG_BYTES;
            }
        }
        return payload;
    }

    private int plainLength(int frame) {
        return Math.min(BlockLayout.FRAME_BYTES, draft.plaintextLength - frame * BlockLayout.FRAME_BYTES);
    }

    private void hash(int from) {
        BlockHasher hasher = new BlockHasher(keys);
        int target = from;
        int at = 0;
        for (int extent = 0; extent < draft.extents; extent++) {
            long place = draft.words[2 * extent];
            if (!Extent.isData(place)) {
                continue;
            }
            long offset = Extent.offset(place);
            long end = offset + Extent.bytes(place, draft.words[2 * extent + 1]);
            while (offset < end) {
                int startInBlock = (int) (offset % BlockHash.BLOCK_BYTES);
                int length = (int) Math.min(end - offset, BlockHash.BLOCK_BYTES - startInBlock);
                hasher.hash(
                        Extent.disk(place),
                        offset / BlockHash.BLOCK_BYTES,
                        startInBlock,
                        draft.plaintext,
                        at,
                        length,
                        block,
                        target);
                target += BlockHash.BYTES;
                at += length;
                offset += length;
            }
        }
    }

    ChainDigest link(ChainDigest previous) {
        BlockEncoder.Encoding encoding =
                new BlockEncoder.Encoding(settings.codec().id(), codecVersion, keys.keyId());
        digest = BlockEncoder.finish(block, BlockLayout.KIND_BATCH, identity, lengths, encoding, previous);
        return digest;
    }

    SealedBatch encrypt() {
        if (frames > 0) {
            encryptFrames();
        }
        draft.pool.give(draft.plaintext);
        scratchPool.give(scratch);
        return new SealedBatch(
                ByteBuffer.wrap(block),
                identity.epoch(),
                identity.firstSequence(),
                identity.firstSequence() + identity.sequenceCount() - 1,
                identity.blockNumber(),
                digest,
                draft.plaintextLength,
                identity.lastUtcMillis());
    }

    private void encryptFrames() {
        int tableLength = BlockLayout.frameTableLength(frames);
        ByteBuffer table =
                ByteBuffer.wrap(block, lengths.header(), tableLength).slice().order(ByteOrder.LITTLE_ENDIAN);
        int at = lengths.header() + tableLength;
        FrameCipher cipher = new FrameCipher(keys.deriveBatchKey(identity.epoch(), digest), digest);
        for (int frame = 0; frame < frames; frame++) {
            int length = plainLength(frame);
            boolean compressed = compressedLengths[frame] < length;
            if (compressed) {
                length = compressedLengths[frame];
                cipher.seal(frame, scratch, frame * slotBytes(), length, block, at);
            } else {
                cipher.seal(frame, draft.plaintext, frame * BlockLayout.FRAME_BYTES, length, block, at);
            }
            int stored = length + BlockLayout.TAG_BYTES;
            FrameTable.putEntry(table, stored, compressed, Checksums.crc32c(block, at, stored));
            at += stored;
        }
        table.putInt(Checksums.crc32c(block, lengths.header(), tableLength - Integer.BYTES));
    }
}
