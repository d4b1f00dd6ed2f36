package io.holdfast.journal.internal.build;

import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.BlockHasher;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.CodecTrial;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SealedBatch;
import io.holdfast.journal.internal.format.BlockEncoder;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.FrameTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Turns a draft into a batch, in three steps: {@link #prepare} hashes and compresses and knows nothing of other batches; {@link #link} takes the
 * digest of the batch before and is cheap; {@link #encrypt} needs the digest of this one. So several batches are worked on side by side, and
 * only the cheap step is in order.
 */
final class BatchSeal {

    private static final int PROBE_BYTES = 2048;

    private final BatchDraft draft;
    private final BlockEncoder.Identity identity;
    private final MachineKeys keys;
    private final BatchSettings settings;
    private final BuilderMemory memory;
    private final int frames;
    private final int headerLength;
    private final int[] storedLengths;
    private byte[] block = new byte[0];
    private BlockEncoder.Lengths lengths = new BlockEncoder.Lengths(0, 0, 0, 0, 0, 0);
    private int codecVersion;
    private ChainDigest digest = ChainDigest.NONE;

    BatchSeal(
            BatchDraft draft,
            BlockEncoder.Identity identity,
            MachineKeys keys,
            BatchSettings settings,
            BuilderMemory memory) {
        this.draft = draft;
        this.identity = identity;
        this.keys = keys;
        this.settings = settings;
        this.memory = memory;
        this.frames = (draft.plaintextLength + BlockLayout.FRAME_BYTES - 1) / BlockLayout.FRAME_BYTES;
        this.headerLength = lengths(0).header();
        this.storedLengths = new int[frames];
    }

    private BlockEncoder.Lengths lengths(int payload) {
        return new BlockEncoder.Lengths(
                draft.extents, draft.hashes, draft.noteCount, draft.notes.size(), draft.plaintextLength, payload);
    }

    BatchSeal prepare(Consumer<CodecTrial> tester) {
        block = memory.blocks().take(headerLength + BuilderMemory.payloadBytesMax(draft.plaintextLength));
        if (frames > 0) {
            haveTried(tester);
        }
        Arrays.fill(block, 0, BlockLayout.PREFIX_BYTES, (byte) 0);
        lengths = lengths(compress());
        ByteBuffer.wrap(block, BlockLayout.PREFIX_BYTES, draft.extents * Extent.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(draft.words, 0, 2 * draft.extents);
        BlockHasher hasher = memory.takeHasher();
        hash(hasher, BlockLayout.PREFIX_BYTES + draft.extents * Extent.BYTES);
        memory.give(hasher);
        byte[] notes = draft.notes.toByteArray();
        System.arraycopy(notes, 0, block, headerLength - notes.length, notes.length);
        return this;
    }

    /** On a frame from the middle; what comes of it lies where the batch will lie, and is written over. */
    private void haveTried(Consumer<CodecTrial> tester) {
        int frame = (frames - 1) / 2;
        try (FrameTrial trial = new FrameTrial(
                draft.plaintext, frame * BlockLayout.FRAME_BYTES, plainLength(frame), block, headerLength)) {
            tester.accept(trial);
        }
    }

    /** Compresses each frame to where it will rest, with room for its tag behind it; one that does not shrink comes there when it is sealed. */
    private int compress() {
        int start = headerLength + BlockLayout.frameTableLength(frames);
        int at = start;
        boolean shrank = true;
        try (FrameCodec codec = FrameCodec.open(settings.codec())) {
            codecVersion = codec.version();
            for (int frame = 0; frame < frames; frame++) {
                int from = frame * BlockLayout.FRAME_BYTES;
                int length = plainLength(frame);
                if (shrank || mayShrink(codec, from, length, at)) {
                    storedLengths[frame] = Math.min(length, codec.compress(draft.plaintext, from, length, block, at));
                } else {
                    storedLengths[frame] = length;
                }
                shrank = storedLengths[frame] < length;
                at += storedLengths[frame] + BlockLayout.TAG_BYTES;
            }
        }
        return at - start;
    }

    /** Tries two pieces of a frame that follows one which did not shrink: incompressible data comes in long stretches. */
    private boolean mayShrink(FrameCodec codec, int from, int length, int at) {
        if (length < BlockLayout.FRAME_BYTES) {
            return true;
        }
        int second = from + length / 2;
        return codec.compress(draft.plaintext, from, PROBE_BYTES, block, at) < PROBE_BYTES
                || codec.compress(draft.plaintext, second, PROBE_BYTES, block, at) < PROBE_BYTES;
    }

    private int plainLength(int frame) {
        return Math.min(BlockLayout.FRAME_BYTES, draft.plaintextLength - frame * BlockLayout.FRAME_BYTES);
    }

    private void hash(BlockHasher hasher, int from) {
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
        BlockEncoder.Encoding encoding = new BlockEncoder.Encoding(
                settings.codec().id(), codecVersion, settings.hash().id(), keys.keyId());
        digest = BlockEncoder.finish(block, BlockLayout.KIND_BATCH, identity, lengths, encoding, previous);
        return digest;
    }

    SealedBatch encrypt() {
        if (frames > 0) {
            encryptFrames();
        }
        memory.plaintexts().give(draft.plaintext);
        return new SealedBatch(
                ByteBuffer.wrap(block, 0, lengths.block()).slice(),
                identity.epoch(),
                identity.firstSequence(),
                identity.firstSequence() + identity.sequenceCount() - 1,
                identity.blockNumber(),
                digest,
                draft.plaintextLength,
                identity.lastUtcMillis(),
                new BatchMemory(memory.blocks(), block));
    }

    private void encryptFrames() {
        int tableLength = BlockLayout.frameTableLength(frames);
        ByteBuffer table =
                ByteBuffer.wrap(block, headerLength, tableLength).slice().order(ByteOrder.LITTLE_ENDIAN);
        int at = headerLength + tableLength;
        FrameCipher cipher = new FrameCipher(keys.deriveBatchKey(keys.keyId(), identity.epoch(), digest), digest);
        for (int frame = 0; frame < frames; frame++) {
            int length = storedLengths[frame];
            boolean compressed = length < plainLength(frame);
            if (compressed) {
                cipher.seal(frame, block, at, length, block, at);
            } else {
                cipher.seal(frame, draft.plaintext, frame * BlockLayout.FRAME_BYTES, length, block, at);
            }
            int stored = length + BlockLayout.TAG_BYTES;
            FrameTable.putEntry(table, stored, compressed, Checksums.crc32c(block, at, stored));
            at += stored;
        }
        table.putInt(Checksums.crc32c(block, headerLength, tableLength - Integer.BYTES));
    }
}
