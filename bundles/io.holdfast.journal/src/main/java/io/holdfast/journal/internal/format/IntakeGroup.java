package io.holdfast.journal.internal.format;

import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What one group commit puts into the intake log: small batches themselves, and for full ones, which lie in their segments already, how far each
 * segment is durable. Padded with zeroes to 4 KiB.
 *
 * <pre>
 * offset size field
 *      0    4 crc           CRC-32C of [4, length)
 *      4    4 magic         "HFG1"
 *      8    2 version       1
 *     10    2 reserved      zero
 *     12    4 length        without padding
 *     16    8 generation
 *     24    8 groupNumber   one more each time, across generations
 *     32    4 entryCount
 *     36    4 previousCrc   checksum of the group before
 *     40    . entries
 *
 * entry     u8 kind, 3 zero, u32 length of the body, 16 bytes machine, u64 incarnation, body
 * kind 1    a block: its bytes
 * kind 2    a segment: u64 number, u64 durable length, u64 newest block in it
 * </pre>
 */
public final class IntakeGroup {

    /** Groups start at multiples of this. */
    public static final int ALIGNMENT_BYTES = 4096;

    /** Bytes before the entries. */
    public static final int HEAD_BYTES = 40;

    /** Bytes of an entry before its body. */
    public static final int ENTRY_HEAD_BYTES = 32;

    /** Bytes of an entry that names a segment. */
    public static final int SEGMENT_ENTRY_BYTES = ENTRY_HEAD_BYTES + 24;

    private static final int MAGIC = 0x31474648;
    private static final int VERSION = 1;
    private static final int KIND_BLOCK = 1;
    private static final int KIND_SEGMENT = 2;

    private IntakeGroup() {}

    /** One machine's part of a group. */
    public sealed interface Entry {

        MachineId machine();

        /** Tells machines of one id apart: a history that was destroyed from one that was started later. */
        long incarnation();

        int bodyLength();
    }

    /**
     * A block that lies in the log itself.
     *
     * @param machine whose
     * @param incarnation of its history
     * @param bytes the whole block, from position to limit
     */
    public record Block(MachineId machine, long incarnation, ByteBuffer bytes) implements Entry {

        @Override
        public int bodyLength() {
            return bytes.remaining();
        }
    }

    /**
     * A segment that was written and forced before this group.
     *
     * @param machine whose
     * @param incarnation of its history
     * @param number of the segment
     * @param durableLength how much of it is durable
     * @param lastBlockNumber the newest block in it
     */
    public record Segment(MachineId machine, long incarnation, long number, long durableLength, long lastBlockNumber)
            implements Entry {

        @Override
        public int bodyLength() {
            return 3 * Long.BYTES;
        }
    }

    /**
     * A decoded group.
     *
     * @param groupNumber one more each time
     * @param crc its checksum
     * @param previousCrc checksum of the group before
     * @param entries in order; the buffers of blocks are views of the source
     */
    public record Decoded(long groupNumber, int crc, int previousCrc, List<Entry> entries) {}

    /**
     * Tells how long a group becomes.
     *
     * @param entries what it holds
     * @return bytes without padding
     */
    public static long length(List<Entry> entries) {
        long length = HEAD_BYTES;
        for (Entry entry : entries) {
            length += ENTRY_HEAD_BYTES + entry.bodyLength();
        }
        return length;
    }

    /**
     * Rounds up to where the next group starts.
     *
     * @param length bytes
     * @return a multiple of {@link #ALIGNMENT_BYTES}
     */
    public static long padded(long length) {
        return (length + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    /**
     * Encodes a group.
     *
     * @param generation of the log
     * @param groupNumber one more than the last
     * @param previousCrc checksum of the last
     * @param entries what it holds
     * @return the group with its padding, position 0
     */
    public static ByteBuffer encode(long generation, long groupNumber, int previousCrc, List<Entry> entries) {
        int length = Math.toIntExact(length(entries));
        ByteBuffer bytes = ByteBuffer.allocate((int) padded(length)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4, MAGIC)
                .putShort(8, (short) VERSION)
                .putInt(12, length)
                .putLong(16, generation)
                .putLong(24, groupNumber)
                .putInt(32, entries.size())
                .putInt(36, previousCrc)
                .position(HEAD_BYTES);
        for (Entry entry : entries) {
            put(bytes, entry);
        }
        bytes.putInt(0, Checksums.crc32c(bytes, 4, length));
        return bytes.rewind();
    }

    private static void put(ByteBuffer bytes, Entry entry) {
        int at = bytes.position();
        bytes.putInt(entry instanceof Block ? KIND_BLOCK : KIND_SEGMENT).putInt(entry.bodyLength());
        BlockLayout.putUuid(bytes, at + 8, entry.machine().value());
        bytes.putLong(at + 24, entry.incarnation()).position(at + ENTRY_HEAD_BYTES);
        switch (entry) {
            case Block block -> bytes.put(block.bytes().duplicate());
            case Segment segment ->
                bytes.putLong(segment.number()).putLong(segment.durableLength()).putLong(segment.lastBlockNumber());
        }
    }

    /**
     * Tells how long a group claims to be, before its checksum can be checked.
     *
     * @param head its first {@link #HEAD_BYTES} bytes at the position, which stays
     * @param generation which generation it must be of
     * @param lengthMax the longest it can be
     * @return bytes without padding
     * @throws DamagedException when no group of that generation starts here
     */
    public static int length(ByteBuffer head, long generation, long lengthMax) throws DamagedException {
        ByteBuffer bytes = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < HEAD_BYTES || bytes.getInt(4) != MAGIC || bytes.getLong(16) != generation) {
            throw DamagedException.damaged("no group of generation " + generation + " starts here");
        }
        int length = bytes.getInt(12);
        if (length < HEAD_BYTES || length > lengthMax) {
            throw DamagedException.damaged("a group claims " + length + " bytes; expected at most " + lengthMax);
        }
        return length;
    }

    /**
     * Decodes a group.
     *
     * @param source exactly the group without padding, from position to limit
     * @return the group
     * @throws DamagedException when it was torn or damaged
     */
    public static Decoded decode(ByteBuffer source) throws DamagedException {
        ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.limit();
        if (Checksums.crc32c(bytes, 4, length) != bytes.getInt(0)) {
            throw DamagedException.damaged("the checksum of a group does not match");
        }
        if (bytes.getShort(8) != VERSION) {
            throw DamagedException.newer("a group", bytes.getShort(8), VERSION);
        }
        int count = bytes.getInt(32);
        if (count < 0 || count > length / ENTRY_HEAD_BYTES || bytes.getShort(10) != 0) {
            throw DamagedException.damaged("a group of " + length + " bytes claims " + count + " entries");
        }
        List<Entry> entries = new ArrayList<>(count);
        bytes.position(HEAD_BYTES);
        for (int index = 0; index < count; index++) {
            entries.add(decodeEntry(bytes));
        }
        if (bytes.hasRemaining()) {
            throw DamagedException.damaged(bytes.remaining() + " bytes behind the entries of a group");
        }
        return new Decoded(bytes.getLong(24), bytes.getInt(0), bytes.getInt(36), entries);
    }

    private static Entry decodeEntry(ByteBuffer bytes) throws DamagedException {
        if (bytes.remaining() < ENTRY_HEAD_BYTES) {
            throw DamagedException.damaged("an entry of a group is cut");
        }
        int at = bytes.position();
        int kind = bytes.getInt(at);
        int length = bytes.getInt(at + 4);
        if (length < 0 || length > bytes.remaining() - ENTRY_HEAD_BYTES) {
            throw DamagedException.damaged("an entry of a group claims " + length + " bytes");
        }
        MachineId machine = new MachineId(BlockLayout.getUuid(bytes, at + 8));
        long incarnation = bytes.getLong(at + 24);
        ByteBuffer body = bytes.slice(at + ENTRY_HEAD_BYTES, length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(at + ENTRY_HEAD_BYTES + length);
        if (kind == KIND_BLOCK) {
            return new Block(machine, incarnation, body);
        }
        if (kind != KIND_SEGMENT || length != 3 * Long.BYTES) {
            throw DamagedException.damaged("an entry of a group has kind " + kind + " and " + length + " bytes");
        }
        return new Segment(machine, incarnation, body.getLong(), body.getLong(), body.getLong());
    }
}
