package io.holdfast.journal.internal.read;

import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.cold.ColdContent;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.FrameTable;
import io.holdfast.journal.internal.format.StubBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Reads blocks and frames of one open segment file. Thread-safe. */
public final class SegmentReader {

    private static final int FRAME_NUMBER_BITS = 10;

    /** Names all of a block in the cache of frames; no block has so many frames. */
    private static final int WHOLE_BLOCK = (1 << FRAME_NUMBER_BITS) - 1;

    private final long owner;
    private final String path;
    private final StoreFile file;
    private final BlockTable table;
    private final Caches caches;

    /**
     * Makes a reader.
     *
     * @param owner the segment's number in the caches
     * @param path names it in errors
     * @param file where it lies
     * @param table its blocks
     * @param caches shared
     */
    public SegmentReader(long owner, String path, StoreFile file, BlockTable table, Caches caches) {
        this.owner = owner;
        this.path = path;
        this.file = file;
        this.table = table;
        this.caches = caches;
    }

    public String path() {
        return path;
    }

    public BlockTable table() {
        return table;
    }

    /**
     * Reads the header of a block.
     *
     * @param place from 0
     * @return the block
     * @throws IOException when the medium fails
     * @throws DamagedException when it is damaged
     */
    public OpenBlock block(int place) throws IOException, DamagedException {
        return caches.blocks().get(new WeightedCache.Key(owner, place), () -> load(table.entry(place)));
    }

    private OpenBlock load(BlockEntry entry) throws IOException, DamagedException {
        requireHeader(entry);
        return new OpenBlock(
                entry, adopt(entry, read(entry.offset(), entry.headerLength()).array()));
    }

    /** Refuses an entry that can have no header. */
    static void requireHeader(BlockEntry entry) throws DamagedException {
        if (entry.isStub()) {
            throw DamagedException.damaged("the block at " + entry.offset() + " was needed by no point and is gone");
        }
        if (entry.headerLength() < BlockLayout.PREFIX_BYTES || entry.headerLength() > BlockLayout.HEADER_BYTES_MAX) {
            throw DamagedException.damaged(
                    "the block at " + entry.offset() + " has a header of " + entry.headerLength());
        }
    }

    /** Checks the header of a block; its bytes belong to it from now on. */
    static BlockHeader adopt(BlockEntry entry, byte[] head) throws DamagedException {
        BlockHeader header = BlockHeader.adopt(head);
        if (header.blockLength() < entry.blockLength() || header.firstSequence() != entry.firstSequence()) {
            throw DamagedException.damaged("the block at " + entry.offset() + " is another one than the table says");
        }
        return header;
    }

    private BlockFrames frames(int place) throws IOException, DamagedException {
        return caches.blockFrames().get(new WeightedCache.Key(owner, place), () -> {
            BlockEntry entry = table.entry(place);
            BlockHeader header = load(entry).header();
            long tableAt = entry.offset() + header.headerLength();
            int tableLength = BlockLayout.frameTableLength(header.frameCount());
            int left = entry.blockLength() - header.headerLength();
            if (left >= ColdTable.HEAD_BYTES) {
                ByteBuffer head = read(tableAt, ColdTable.HEAD_BYTES);
                if (ColdTable.startsAt(head)) {
                    ColdTable cold = ColdTable.decode(header, read(tableAt, Math.min(left, ColdTable.length(head))));
                    return BlockFrames.of(
                            entry.offset(), tableAt + cold.tableLength(), header, FrameTable.dropped(header), cold);
                }
            }
            FrameTable frames = FrameTable.decode(header, read(tableAt, tableLength), entry.blockLength());
            return BlockFrames.of(entry.offset(), tableAt + tableLength, header, frames, null);
        });
    }

    /**
     * Tells how much plaintext a frame has.
     *
     * @param place the block's place
     * @param frame the frame's number
     * @return bytes
     */
    int plaintextLength(int place, int frame) throws IOException, DamagedException {
        return frames(place).plaintextLength(frame);
    }

    /**
     * Gives frames that lie side by side.
     *
     * @param place the block's place
     * @param end number of the first frame that is not of them
     * @param memory theirs until the next run
     */
    FrameRun run(int place, int end, FrameMemory memory) throws IOException, DamagedException {
        return new FrameRun(this, frames(place), end, memory);
    }

    /**
     * Reads a frame's plaintext and keeps it for others, or has it.
     *
     * @param place the block's place
     * @param frame the frame's number
     * @param run has the frame
     * @param keys the machine's keys
     * @return the plaintext; nobody changes it
     */
    byte[] frame(int place, int frame, FrameRun run, MachineKeys keys) throws IOException, DamagedException {
        return caches.frames().get(key(place, frame), () -> {
            BlockFrames block = frames(place);
            return block.cold() == null ? run.open(frame) : frameOf(block, frame, wholePlaintext(place, keys));
        });
    }

    /** Whether a frame's plaintext is kept, or all of its block must be decoded for it. */
    boolean isKeptOrCold(int place, int frame) throws IOException, DamagedException {
        return frames(place).cold() != null || caches.frames().has(key(place, frame));
    }

    private WeightedCache.Key key(int place, int frame) {
        return new WeightedCache.Key(owner, (long) place << FRAME_NUMBER_BITS | frame);
    }

    /** A block that was coded anew is decoded as a whole, and kept so for whoever reads the frames beside. */
    private byte[] wholePlaintext(int place, MachineKeys keys) throws IOException, DamagedException {
        return caches.frames().get(key(place, WHOLE_BLOCK), () -> coldPlaintext(place, keys));
    }

    private static byte[] frameOf(BlockFrames block, int frame, byte[] plaintext) throws DamagedException {
        ColdTable cold = block.cold();
        int start = frame * BlockLayout.FRAME_BYTES;
        if (cold == null || start >= plaintext.length || !cold.pieces().touches(start, block.plaintextLength(frame))) {
            throw DamagedException.damaged("the block at " + block.offset() + " has no frame " + frame);
        }
        return Arrays.copyOfRange(plaintext, start, start + block.plaintextLength(frame));
    }

    /**
     * Tells whether, and how, a block was coded anew as a whole.
     *
     * @param place the block's place; of no stub
     * @return its table; nothing for a block with frames
     * @throws IOException when the medium fails
     * @throws DamagedException when it is damaged
     */
    public Optional<ColdTable> cold(int place) throws IOException, DamagedException {
        return Optional.ofNullable(frames(place).cold());
    }

    /**
     * Reads the content of a block that was coded anew, as it is stored, and checks it.
     *
     * @param place the block's place
     * @param cold its table
     * @return its bytes with the tag
     * @throws IOException when the medium fails
     * @throws DamagedException when its checksum does not match
     */
    public ByteBuffer stored(int place, ColdTable cold) throws IOException, DamagedException {
        ByteBuffer stored = read(frames(place).payload(), cold.storedLength());
        cold.check(stored);
        return stored;
    }

    /**
     * Reads a block that was coded anew. Nothing is kept for others.
     *
     * @param place the block's place
     * @param keys the machine's keys
     * @return its plaintext; bytes of no piece mean nothing
     * @throws IOException when the medium fails
     * @throws DamagedException when it is damaged, or the key is another one
     */
    public byte[] coldPlaintext(int place, MachineKeys keys) throws IOException, DamagedException {
        BlockFrames block = frames(place);
        ColdTable cold = block.cold();
        long keyId = block.batch().keyId();
        if (cold == null || !keys.has(keyId)) {
            throw DamagedException.damaged("the block at " + block.offset() + " is sealed with key "
                    + Long.toHexString(keyId) + "; given was " + keys);
        }
        byte[] plaintext = new byte[block.plaintextLength()];
        ColdContent.open(cold, stored(place, cold), keyId, block.batch().digest(), keys, plaintext);
        return plaintext;
    }

    /**
     * Reads a frame's plaintext. Nothing is kept for others.
     *
     * @param place the place of a block with frames
     * @param frame the frame's number
     * @param keys the machine's keys
     * @return the plaintext
     * @throws IOException when the medium fails
     * @throws DamagedException when it is damaged, or the key is another one
     */
    public byte[] plaintext(int place, int frame, MachineKeys keys) throws IOException, DamagedException {
        try (FrameMemory memory = new FrameMemory(keys)) {
            return run(place, frame + 1, memory).open(frame);
        }
    }

    /** Says, with what is damaged, what is not: whoever wanted this point can choose another one, or do without the range. */
    DamagedException explained(int place, DamagedException e) throws IOException, DamagedException {
        return DamagedException.damaged(e.getMessage() + " in " + path
                + "; other ranges of this point can be read, and points before sequence "
                + table.entry(place).firstSequence() + " are not concerned");
    }

    /**
     * Reads what cleaning has left of a block that no point needs.
     *
     * @param place from 0; of a stub
     * @return the stub
     * @throws IOException when the medium fails
     * @throws DamagedException when it is damaged
     */
    public StubBlock stub(int place) throws IOException, DamagedException {
        return StubBlock.decode(read(table.entry(place).offset(), StubBlock.BYTES));
    }

    /**
     * Tells where the frames of a block lie.
     *
     * @param place the block's place; of no stub
     * @return its frame table
     * @throws IOException when the medium fails
     * @throws DamagedException when it is damaged
     */
    public FrameTable frameTable(int place) throws IOException, DamagedException {
        return frames(place).table();
    }

    /**
     * Reads a frame as it is stored, and checks it.
     *
     * @param place the block's place
     * @param frame the frame's number; one that cleaning has left
     * @return its bytes with the tag
     * @throws IOException when the medium fails
     * @throws DamagedException when its checksum does not match
     */
    public ByteBuffer stored(int place, int frame) throws IOException, DamagedException {
        BlockFrames block = frames(place);
        FrameTable frames = block.table();
        if (frame >= frames.frames() || frames.isDropped(frame)) {
            throw DamagedException.damaged("the block at " + block.offset() + " has no frame " + frame);
        }
        ByteBuffer stored = read(block.payload() + frames.start(frame), frames.storedLength(frame));
        frames.checkFrame(frame, stored);
        return stored;
    }

    ByteBuffer read(long offset, int length) throws IOException, DamagedException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        readWhole(offset, bytes);
        return bytes.flip();
    }

    /** Fills a buffer. */
    void readWhole(long offset, ByteBuffer bytes) throws IOException, DamagedException {
        int length = bytes.remaining();
        if (file.read(offset, bytes) < length) {
            throw DamagedException.damaged("the file ends within the block at " + offset);
        }
    }

    /** Reads as much as there is, up to the buffer's limit, and flips it. */
    void readSome(long offset, ByteBuffer bytes) throws IOException {
        file.read(offset, bytes);
        bytes.flip();
    }
}
