package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;

/** Where the sealed frames of a batch lie: the table between its header and its payload. */
public final class FrameTable {

    private static final int COMPRESSED = 1 << 31;

    private final int[] ends;
    private final int[] checksums;
    private final boolean[] compressed;

    private FrameTable(int frames) {
        ends = new int[frames];
        checksums = new int[frames];
        compressed = new boolean[frames];
    }

    /**
     * Decodes the table of a whole block whose header has been checked.
     *
     * @param header the block's header
     * @param source starts with the table at its position, which stays
     * @return the table
     * @throws DamagedException when its checksum or its lengths are wrong, or a frame is missing
     */
    public static FrameTable decode(BlockHeader header, ByteBuffer source) throws DamagedException {
        return decode(header, source, header.blockLength());
    }

    /**
     * Decodes the table of a block of which cleaning may have dropped frames: such a frame has length 0 and checksum 0.
     *
     * @param header the block's header
     * @param source starts with the table at its position, which stays
     * @param blockLength bytes of header, table and the frames that are left
     * @return the table
     * @throws DamagedException when its checksum or its lengths are wrong
     */
    public static FrameTable decode(BlockHeader header, ByteBuffer source, int blockLength) throws DamagedException {
        int frames = header.frameCount();
        FrameTable table = new FrameTable(frames);
        int length = BlockLayout.frameTableLength(frames);
        if (source.remaining() < length) {
            throw DamagedException.damaged(source.remaining() + " bytes of a frame table of " + length);
        }
        if (frames == 0) {
            return table;
        }
        ByteBuffer bytes = source.slice(source.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        if (Checksums.crc32c(bytes, 0, length - Integer.BYTES) != bytes.getInt(length - Integer.BYTES)) {
            throw DamagedException.damaged("the checksum of a frame table does not match");
        }
        int end = 0;
        for (int frame = 0; frame < frames; frame++) {
            int word = bytes.getInt();
            table.checksums[frame] = bytes.getInt();
            table.compressed[frame] = (word & COMPRESSED) != 0;
            int stored = word & ~COMPRESSED;
            int plain = plaintextLength(header, frame);
            boolean dropped = word == 0 && table.checksums[frame] == 0 && blockLength < header.blockLength();
            boolean fits = table.compressed[frame]
                    ? stored > BlockLayout.TAG_BYTES && stored < plain + BlockLayout.TAG_BYTES
                    : dropped || stored == plain + BlockLayout.TAG_BYTES;
            if (!fits) {
                throw DamagedException.damaged("frame " + frame + " of " + plain + " bytes is stored in " + stored);
            }
            end += stored;
            table.ends[frame] = end;
        }
        if (header.headerLength() + length + end != blockLength) {
            throw DamagedException.damaged("the frames of a block have " + end + " bytes; expected "
                    + (blockLength - header.headerLength() - length));
        }
        return table;
    }

    /**
     * Makes the table of a block none of whose frames is stored.
     *
     * @param header the block's header
     * @return the table
     */
    public static FrameTable dropped(BlockHeader header) {
        return new FrameTable(header.frameCount());
    }

    /**
     * Decodes the table of a block of which nobody says how much cleaning has left.
     *
     * @param header the block's header
     * @param source starts with the table at its position, which stays
     * @return the table
     * @throws DamagedException when its checksum or its lengths are wrong
     */
    public static FrameTable decodeLeft(BlockHeader header, ByteBuffer source) throws DamagedException {
        int frames = header.frameCount();
        int left = header.headerLength() + BlockLayout.frameTableLength(frames);
        if (source.remaining() >= BlockLayout.frameTableLength(frames)) {
            ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
            for (int frame = 0; frame < frames; frame++) {
                left += bytes.getInt(frame * BlockLayout.FRAME_ENTRY_BYTES) & ~COMPRESSED;
            }
        }
        return decode(header, source, left);
    }

    /**
     * Writes one entry.
     *
     * @param table little-endian, at the entry's place, which moves
     * @param storedLength bytes with the tag
     * @param isCompressed whether the plaintext was compressed
     * @param checksum CRC-32C of the stored bytes
     */
    public static void putEntry(ByteBuffer table, int storedLength, boolean isCompressed, int checksum) {
        table.putInt(storedLength | (isCompressed ? COMPRESSED : 0)).putInt(checksum);
    }

    /**
     * Tells how much plaintext a frame has.
     *
     * @param header the block's header
     * @param frame which
     * @return 65,536, less for the last one
     */
    public static int plaintextLength(BlockHeader header, int frame) {
        return plaintextLength(header.plaintextLength(), frame);
    }

    /**
     * Tells how much plaintext a frame has.
     *
     * @param ofBlock plaintext of the whole block
     * @param frame which
     * @return 65,536, less for the last one
     */
    public static int plaintextLength(int ofBlock, int frame) {
        return Math.min(BlockLayout.FRAME_BYTES, ofBlock - frame * BlockLayout.FRAME_BYTES);
    }

    public int frames() {
        return ends.length;
    }

    /**
     * Tells where a frame starts.
     *
     * @param frame which
     * @return offset within the payload
     */
    public int start(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    /**
     * Tells how long a frame is at rest.
     *
     * @param frame which
     * @return bytes with the tag
     */
    public int storedLength(int frame) {
        return ends[frame] - start(frame);
    }

    /**
     * Tells how long the frames are together.
     *
     * @return bytes with their tags
     */
    public int payloadLength() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    public boolean isCompressed(int frame) {
        return compressed[frame];
    }

    /**
     * Tells whether cleaning has taken a frame away.
     *
     * @param frame which
     * @return true when nothing of it is stored
     */
    public boolean isDropped(int frame) {
        return storedLength(frame) == 0;
    }

    /**
     * Makes the table of the same block with fewer frames.
     *
     * @param kept tells which frames stay
     * @return its bytes
     */
    public byte[] encode(IntPredicate kept) {
        ByteBuffer table =
                ByteBuffer.allocate(BlockLayout.frameTableLength(frames())).order(ByteOrder.LITTLE_ENDIAN);
        for (int frame = 0; frame < frames(); frame++) {
            boolean stays = kept.test(frame) && !isDropped(frame);
            putEntry(
                    table, stays ? storedLength(frame) : 0, stays && isCompressed(frame), stays ? checksums[frame] : 0);
        }
        if (table.hasRemaining()) {
            table.putInt(Checksums.crc32c(table, 0, table.position()));
        }
        return table.array();
    }

    /**
     * Checks the stored bytes of every frame against their checksums.
     *
     * @param payload starts with the payload at its position, which stays
     * @throws DamagedException when one does not match
     */
    public void checkPayload(ByteBuffer payload) throws DamagedException {
        for (int frame = 0; frame < ends.length; frame++) {
            if (isDropped(frame)) {
                continue;
            }
            checkFrame(frame, payload.slice(payload.position() + start(frame), storedLength(frame)));
        }
    }

    /**
     * Checks the stored bytes of one frame against their checksum.
     *
     * @param frame which
     * @param stored exactly its stored bytes
     * @throws DamagedException when they do not match
     */
    public void checkFrame(int frame, ByteBuffer stored) throws DamagedException {
        if (Checksums.crc32c(stored, stored.position(), stored.limit()) != checksums[frame]) {
            throw DamagedException.damaged("the checksum of frame " + frame + " does not match");
        }
    }
}
