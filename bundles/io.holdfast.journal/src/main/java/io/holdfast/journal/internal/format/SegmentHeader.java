package io.holdfast.journal.internal.format;

import io.holdfast.base.MachineId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/**
 * The start of a segment. Body of an {@link Envelope} "HFS1": 16 bytes store, 16 bytes machine, u64 incarnation, u64 number, 16 bytes zero, state
 * before the first block ({@link HistoryState}); padded with zeroes to a multiple of 4 KiB. Blocks follow one behind the other; where a block
 * does not follow at once, zeroes lead up to the next multiple of 4 KiB.
 *
 * @param storeId which store
 * @param machine whose
 * @param incarnation of its history
 * @param number counts the machine's segments from 1
 * @param state before the first block
 */
public record SegmentHeader(UUID storeId, MachineId machine, long incarnation, long number, HistoryState state) {

    /** Blocks and sections start at multiples of this after a gap. */
    public static final int ALIGNMENT_BYTES = 4096;

    /** The most bytes of a header: the largest disk table and some. */
    public static final int BYTES_MAX = 1 << 20;

    private static final int MAGIC = 0x31534648;
    private static final int STATE_AT = 64;

    /**
     * Rounds up.
     *
     * @param length bytes
     * @return the next multiple of {@link #ALIGNMENT_BYTES}
     */
    public static long padded(long length) {
        return (length + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    /**
     * Encodes the header.
     *
     * @return with its padding
     */
    public byte[] encode() {
        byte[] encodedState = state.encode();
        ByteBuffer body = ByteBuffer.allocate(STATE_AT + encodedState.length).order(ByteOrder.LITTLE_ENDIAN);
        BlockLayout.putUuid(body, 0, storeId);
        BlockLayout.putUuid(body, 16, machine.value());
        body.putLong(32, incarnation).putLong(40, number).put(STATE_AT, encodedState);
        byte[] record = Envelope.wrap(MAGIC, body.array());
        return Arrays.copyOf(record, (int) padded(record.length));
    }

    /**
     * Tells how long a header is.
     *
     * @param start the segment's first bytes, at least {@link Envelope#HEAD_BYTES}
     * @return bytes with padding
     * @throws DamagedException when no segment starts here
     */
    public static int length(ByteBuffer start) throws DamagedException {
        return (int) padded(Envelope.length("a segment's header", start, MAGIC, BYTES_MAX));
    }

    /**
     * Decodes a header.
     *
     * @param bytes the header with its padding
     * @return the header
     * @throws DamagedException when it is none
     */
    public static SegmentHeader decode(ByteBuffer bytes) throws DamagedException {
        ByteBuffer body = Envelope.open("a segment's header", bytes, MAGIC, BYTES_MAX);
        boolean clean = body.limit() >= STATE_AT
                && Checksums.isZero(body, 48, STATE_AT)
                && Checksums.isZero(bytes, bytes.position() + Envelope.HEAD_BYTES + body.limit(), bytes.limit());
        if (!clean) {
            throw DamagedException.damaged("a segment's header is short or has a reserved byte that is not zero");
        }
        HistoryState state = HistoryState.decode(body.position(STATE_AT));
        return new SegmentHeader(
                BlockLayout.getUuid(body, 0),
                new MachineId(BlockLayout.getUuid(body, 16)),
                body.getLong(32),
                body.getLong(40),
                state);
    }
}
