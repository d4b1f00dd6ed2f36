package io.holdfast.journal.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * How far the scrub has come: the file {@code scrub} of a store. Body of an {@link Envelope} "HFU1": u64 utcMillis at which the round began, 16
 * machine, u64 number of its segment read last, 32 bytes zero.
 *
 * @param roundUtcMillis when the round began, by the store's clock
 * @param machine the machine reached
 * @param number its segment that was read last, 0 when none was
 */
public record ScrubPosition(long roundUtcMillis, MachineId machine, long number) {

    private static final int MAGIC = 0x31554648;
    private static final int BODY_BYTES = 64;
    private static final int RESERVED_AT = 32;

    /** The start of a round. */
    static ScrubPosition start(long utcMillis) {
        return new ScrubPosition(utcMillis, new MachineId(new UUID(0, 0)), 0);
    }

    /**
     * Encodes the file.
     *
     * @return its bytes
     */
    public byte[] encode() {
        return Envelope.wrap(
                MAGIC,
                ByteBuffer.allocate(BODY_BYTES)
                        .putLong(Long.reverseBytes(roundUtcMillis))
                        .putLong(machine.value().getMostSignificantBits())
                        .putLong(machine.value().getLeastSignificantBits())
                        .putLong(Long.reverseBytes(number))
                        .array());
    }

    /**
     * Decodes the file.
     *
     * @param file all of it
     * @return what it says
     * @throws DamagedException when it is no such file
     */
    public static ScrubPosition decode(ByteBuffer file) throws DamagedException {
        ByteBuffer body = Envelope.open("the scrub's position", file, MAGIC, BODY_BYTES);
        if (body.limit() != BODY_BYTES || !Checksums.isZero(body, RESERVED_AT, BODY_BYTES)) {
            throw DamagedException.damaged("the scrub's position has " + body.limit() + " bytes");
        }
        body.order(ByteOrder.BIG_ENDIAN);
        return new ScrubPosition(
                Long.reverseBytes(body.getLong(0)),
                new MachineId(new UUID(body.getLong(8), body.getLong(16))),
                Long.reverseBytes(body.getLong(24)));
    }
}
