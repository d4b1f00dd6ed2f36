package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * How far the intake log is committed. Two slots of 4 KiB at the log's start are written in turn; what the newer one covers is durable, and bytes
 * there that do not read back are damaged, never torn. Body of an {@link Envelope} "HFC1", the rest of the 4 KiB zero:
 *
 * <pre>
 * offset size field
 *      0   16 store
 *     16    8 slotNumber   one more each time; its lowest bit says which slot
 *     24    8 generation   how often the log has been started over
 *     32    8 groupNumber  the newest committed group, 0 when none ever was
 *     40    8 endOffset    end of that group within the log; 8,192 when the generation has none
 *     48    4 groupCrc     checksum of that group
 *     52   12 zero
 * </pre>
 *
 * @param storeId which store
 * @param slotNumber one more each time
 * @param generation of the log
 * @param groupNumber the newest committed group
 * @param endOffset where it ends
 * @param groupCrc its checksum
 */
public record CommitSlot(
        UUID storeId, long slotNumber, long generation, long groupNumber, long endOffset, int groupCrc) {

    /** Bytes of a slot on the medium. */
    public static final int BYTES = 4096;

    private static final int MAGIC = 0x31434648;
    private static final int BODY_BYTES = 64;

    /**
     * Encodes the slot.
     *
     * @return exactly {@link #BYTES} bytes
     */
    public byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        BlockLayout.putUuid(body, 0, storeId);
        body.putLong(16, slotNumber)
                .putLong(24, generation)
                .putLong(32, groupNumber)
                .putLong(40, endOffset)
                .putInt(48, groupCrc);
        return java.util.Arrays.copyOf(Envelope.wrap(MAGIC, body.array()), BYTES);
    }

    /**
     * Tells where this slot lies.
     *
     * @return offset in the log
     */
    public long offset() {
        return (slotNumber & 1) * BYTES;
    }

    /**
     * Decodes a slot.
     *
     * @param bytes its 4 KiB
     * @return the slot
     * @throws DamagedException when it was torn or damaged
     */
    public static CommitSlot decode(ByteBuffer bytes) throws DamagedException {
        ByteBuffer body = Envelope.open("a commit slot", bytes, MAGIC, BODY_BYTES);
        boolean clean = body.limit() == BODY_BYTES
                && Checksums.isZero(body, 52, BODY_BYTES)
                && Checksums.isZero(bytes, bytes.position() + Envelope.HEAD_BYTES + BODY_BYTES, bytes.limit());
        if (!clean) {
            throw DamagedException.damaged("a commit slot has the wrong length or a reserved byte that is not zero");
        }
        return new CommitSlot(
                BlockLayout.getUuid(body, 0),
                body.getLong(16),
                body.getLong(24),
                body.getLong(32),
                body.getLong(40),
                body.getInt(48));
    }
}
