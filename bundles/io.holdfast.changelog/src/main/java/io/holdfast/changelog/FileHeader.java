package io.holdfast.changelog;

import io.holdfast.base.MachineId;
import io.holdfast.base.stream.DiskDescription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The first 4,096 bytes of a {@code .hrl} file, written and forced before its first group. All integers are big-endian.
 *
 * <pre>
 * | offset | size | field         | meaning                                                                 |
 * |-------:|-----:|---------------|-------------------------------------------------------------------------|
 * |      0 |    8 | magic         | "HOLDHRL" and a zero byte                                               |
 * |      8 |    4 | headerCrc     | CRC-32C of bytes [12, 4096)                                             |
 * |     12 |    2 | major         | 1; another one is not read                                              |
 * |     14 |    2 | minor         | 0; a higher one is read                                                 |
 * |     16 |   16 | machine       | id of the machine                                                       |
 * |     32 |   16 | fileId        | random, unlike any other file's                                         |
 * |     48 |    8 | generation    | 1 and up; one more at each switch                                       |
 * |     56 |    8 | epoch         | in which the generation began                                           |
 * |     64 |    8 | firstSequence | of the generation; the one before ends right before it                  |
 * |     72 |    2 | disk          | whose changes are here                                                  |
 * |     74 |    2 | diskCount     | disks of the generation                                                 |
 * |     76 |    1 | primary       | 1 in the file that also carries what belongs to no disk, else 0         |
 * |     77 |    1 | encryption    | 0 none, 1 AES-256-GCM                                                   |
 * |     78 |    2 | reserved      | zero                                                                    |
 * |     80 |   16 | keyCheck      | tells whether a key is the right one; zero without encryption           |
 * |     96 |  512 | disks         | 2 bytes each, ascending; zero beyond diskCount                          |
 * |    608 | 3488 | reserved      | zero                                                                    |
 * </pre>
 */
record FileHeader(
        MachineId machine,
        UUID fileId,
        long generation,
        long epoch,
        long firstSequence,
        int disk,
        boolean primary,
        boolean encrypted,
        UUID keyCheck,
        List<Integer> disks) {

    static final int BYTES = Blocks.BYTES;

    private static final long MAGIC = 0x484F4C4448524C00L;
    private static final int CRC_OFFSET = Long.BYTES;
    private static final int CHECKED_OFFSET = CRC_OFFSET + Integer.BYTES;
    private static final int KEY_CHECK_OFFSET = 80;
    private static final int DISKS_OFFSET = KEY_CHECK_OFFSET + 16;
    private static final short MAJOR = 1;
    private static final short MINOR = 0;

    FileHeader {
        disks = List.copyOf(disks);
    }

    ByteBuffer encode() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        buffer.putLong(MAGIC).putInt(0).putShort(MAJOR).putShort(MINOR);
        put(buffer, machine.value());
        put(buffer, fileId);
        buffer.putLong(generation).putLong(epoch).putLong(firstSequence);
        buffer.putShort((short) disk).putShort((short) disks.size());
        buffer.put((byte) (primary ? 1 : 0)).put((byte) (encrypted ? 1 : 0));
        buffer.position(KEY_CHECK_OFFSET);
        put(buffer, keyCheck);
        disks.forEach(number -> buffer.putShort(number.shortValue()));
        buffer.clear();
        buffer.putInt(CRC_OFFSET, Blocks.crc(buffer, CHECKED_OFFSET, BYTES - CHECKED_OFFSET));
        return buffer;
    }

    /** Reads a header, or nothing when the bytes are none that this version understands. */
    static Optional<FileHeader> decode(ByteBuffer buffer) {
        if (buffer.remaining() < BYTES || buffer.getLong(0) != MAGIC) {
            return Optional.empty();
        }
        if (buffer.getInt(CRC_OFFSET) != Blocks.crc(buffer, CHECKED_OFFSET, BYTES - CHECKED_OFFSET)) {
            return Optional.empty();
        }
        ByteBuffer in = buffer.duplicate().position(CHECKED_OFFSET);
        short major = in.getShort();
        in.getShort();
        MachineId machine = new MachineId(uuid(in));
        UUID fileId = uuid(in);
        long generation = in.getLong();
        long epoch = in.getLong();
        long firstSequence = in.getLong();
        int disk = Short.toUnsignedInt(in.getShort());
        int count = Short.toUnsignedInt(in.getShort());
        boolean primary = in.get() != 0;
        boolean encrypted = in.get() != 0;
        UUID keyCheck = uuid(in.position(KEY_CHECK_OFFSET));
        if (major != MAJOR || count > DiskDescription.DISKS_MAX) {
            return Optional.empty();
        }
        in.position(DISKS_OFFSET);
        List<Integer> disks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            disks.add(Short.toUnsignedInt(in.getShort()));
        }
        return Optional.of(new FileHeader(
                machine, fileId, generation, epoch, firstSequence, disk, primary, encrypted, keyCheck, disks));
    }

    private static void put(ByteBuffer buffer, UUID id) {
        buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private static UUID uuid(ByteBuffer buffer) {
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
