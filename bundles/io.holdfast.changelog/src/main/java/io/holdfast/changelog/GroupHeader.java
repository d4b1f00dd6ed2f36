package io.holdfast.changelog;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * The header before the records that were written to one file at one time. All integers are big-endian; it begins at a multiple of 4,096
 * bytes and knows its own file and place, so that no content can be taken for one.
 *
 * <pre>
 * | offset | size | field          | meaning                                                                |
 * |-------:|-----:|----------------|------------------------------------------------------------------------|
 * |      0 |    4 | magic          | "HRLG"                                                                 |
 * |      4 |    4 | headerCrc      | CRC-32C of bytes [8, 96)                                               |
 * |      8 |   16 | fileId         | of the file header                                                     |
 * |     24 |    8 | position       | of this header in the file                                             |
 * |     32 |    8 | epoch          | the newest that the writer had opened                                  |
 * |     40 |    8 | lastSequence   | highest sequence of the group, that of proofs included; 0 when empty   |
 * |     48 |    8 | syncedSequence | all files were synced up to here before this group was written         |
 * |     56 |    4 | recordCount    | records in the payload, may be 0                                       |
 * |     60 |    4 | payloadLength  | bytes after this header, without the padding                           |
 * |     64 |    4 | payloadCrc     | CRC-32C of those bytes, as they lie there                              |
 * |     68 |   12 | nonce          | for AES-256-GCM; zero without encryption                               |
 * |     80 |   16 | reserved       | zero                                                                   |
 * </pre>
 */
record GroupHeader(
        UUID fileId,
        long position,
        long epoch,
        long lastSequence,
        long syncedSequence,
        int recordCount,
        int payloadLength,
        int payloadCrc,
        Nonce nonce) {

    static final int BYTES = 96;

    /** The longest payload: the longest record beside a full group. */
    static final int PAYLOAD_BYTES_MAX = RecordCodec.BODY_BYTES_MAX + (4 << 20);

    private static final int MAGIC = 0x48524C47;
    private static final int CRC_OFFSET = Integer.BYTES;
    private static final int CHECKED_OFFSET = CRC_OFFSET + Integer.BYTES;
    private static final int PAYLOAD_CRC_OFFSET = 64;

    /** The twelve bytes that make a sealed payload unlike any other. */
    record Nonce(long high, int low) {

        static final int BYTES = Long.BYTES + Integer.BYTES;
        static final Nonce NONE = new Nonce(0, 0);

        byte[] bytes() {
            return ByteBuffer.allocate(BYTES).putLong(high).putInt(low).array();
        }
    }

    /** Where the next group begins. */
    long end() {
        return position + Blocks.roundUp(BYTES + (long) payloadLength);
    }

    void encode(ByteBuffer target) {
        int start = target.position();
        target.putInt(MAGIC)
                .putInt(0)
                .putLong(fileId.getMostSignificantBits())
                .putLong(fileId.getLeastSignificantBits());
        target.putLong(position).putLong(epoch).putLong(lastSequence).putLong(syncedSequence);
        target.putInt(recordCount).putInt(payloadLength).putInt(payloadCrc);
        target.putLong(nonce.high()).putInt(nonce.low()).putLong(0).putLong(0);
        target.putInt(start + CRC_OFFSET, Blocks.crc(target, start + CHECKED_OFFSET, BYTES - CHECKED_OFFSET));
    }

    /** What a sealed payload is bound to: this header without its checksums. */
    byte[] associatedData() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        encode(buffer);
        buffer.putInt(CRC_OFFSET, 0).putInt(PAYLOAD_CRC_OFFSET, 0);
        return buffer.array();
    }

    GroupHeader withPayloadCrc(int crc) {
        return new GroupHeader(
                fileId, position, epoch, lastSequence, syncedSequence, recordCount, payloadLength, crc, nonce);
    }

    /** Reads the header of a given file at a given place, or nothing when there is none. */
    static Optional<GroupHeader> decode(ByteBuffer buffer, UUID fileId, long position) {
        if (buffer.remaining() < BYTES || buffer.getInt(0) != MAGIC) {
            return Optional.empty();
        }
        if (buffer.getInt(CRC_OFFSET) != Blocks.crc(buffer, CHECKED_OFFSET, BYTES - CHECKED_OFFSET)) {
            return Optional.empty();
        }
        ByteBuffer in = buffer.duplicate().position(CHECKED_OFFSET);
        UUID foundFile = new UUID(in.getLong(), in.getLong());
        long foundPosition = in.getLong();
        GroupHeader header = new GroupHeader(
                foundFile,
                foundPosition,
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getInt(),
                in.getInt(),
                in.getInt(),
                new Nonce(in.getLong(), in.getInt()));
        boolean plausible =
                header.payloadLength >= 0 && header.payloadLength <= PAYLOAD_BYTES_MAX && header.recordCount >= 0;
        return plausible && foundFile.equals(fileId) && foundPosition == position
                ? Optional.of(header)
                : Optional.empty();
    }
}
