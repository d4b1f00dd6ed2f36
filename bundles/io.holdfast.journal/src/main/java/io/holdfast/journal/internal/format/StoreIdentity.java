package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The file {@code store}: says that this directory is a recovery store, and which. Body of an {@link Envelope} "HFR1": 16 bytes store id, u64
 * created (milliseconds), u64 bytes of the intake log, 32 bytes zero.
 *
 * @param storeId given once
 * @param createdUtcMillis the store's clock then; a label
 * @param intakeBytes size of the intake log
 */
public record StoreIdentity(UUID storeId, long createdUtcMillis, long intakeBytes) {

    private static final int MAGIC = 0x31524648;
    private static final int BODY_BYTES = 64;
    private static final int RESERVED_AT = 32;

    /**
     * Encodes the file.
     *
     * @return its bytes
     */
    public byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        BlockLayout.putUuid(body, 0, storeId);
        body.putLong(16, createdUtcMillis).putLong(24, intakeBytes);
        return Envelope.wrap(MAGIC, body.array());
    }

    /**
     * Decodes the file.
     *
     * @param bytes the whole file
     * @return what it says
     * @throws DamagedException when it is no such file
     */
    public static StoreIdentity decode(ByteBuffer bytes) throws DamagedException {
        ByteBuffer body = Envelope.open("the store's identity", bytes, MAGIC, BODY_BYTES);
        if (body.limit() != BODY_BYTES || !Checksums.isZero(body, RESERVED_AT, BODY_BYTES)) {
            throw DamagedException.damaged(
                    "the store's identity has the wrong length or a reserved byte that is not zero");
        }
        return new StoreIdentity(BlockLayout.getUuid(body, 0), body.getLong(16), body.getLong(24));
    }
}
