package io.holdfast.journal.internal.format;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.Pin;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The file {@code pins} of a machine. Body of an {@link Envelope} "HFN1": u64 nextId, u32 count, u32 zero; each: u64 id, u64 epoch, u64 sequence,
 * u32 length of the reason, reason.
 *
 * @param pins by id
 * @param nextId never given yet
 */
public record PinList(List<Pin> pins, long nextId) {

    private static final int MAGIC = 0x314E4648;
    private static final int BYTES_MAX = 4 << 20;

    /**
     * Encodes the file.
     *
     * @return its bytes
     */
    public byte[] encode() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(buffer(16).putLong(nextId).putInt(pins.size()).array());
        for (Pin pin : pins) {
            byte[] reason = pin.reason().getBytes(StandardCharsets.UTF_8);
            body.writeBytes(buffer(28)
                    .putLong(pin.id())
                    .putLong(pin.position().epoch())
                    .putLong(pin.position().sequence())
                    .putInt(reason.length)
                    .array());
            body.writeBytes(reason);
        }
        return Envelope.wrap(MAGIC, body.toByteArray());
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Decodes the file.
     *
     * @param file all of it
     * @return what it says
     * @throws DamagedException when it is no such file
     */
    public static PinList decode(ByteBuffer file) throws DamagedException {
        ByteBuffer body = Envelope.open("the list of pins", file, MAGIC, BYTES_MAX);
        try {
            long nextId = body.getLong();
            int count = body.getInt();
            if (count < 0 || count > Pin.COUNT_MAX || body.getInt() != 0) {
                throw DamagedException.damaged("the list of pins claims " + count);
            }
            List<Pin> pins = new ArrayList<>(count);
            for (int index = 0; index < count; index++) {
                long id = body.getLong();
                Position position = new Position(body.getLong(), body.getLong());
                int length = body.getInt();
                if (length < 0 || length > body.remaining()) {
                    throw DamagedException.damaged("the reason of a pin claims " + length + " bytes");
                }
                byte[] reason = new byte[length];
                body.get(reason);
                pins.add(new Pin(id, position, new String(reason, StandardCharsets.UTF_8)));
            }
            return new PinList(List.copyOf(pins), nextId);
        } catch (BufferUnderflowException | HoldfastException e) {
            throw DamagedException.damaged("the list of pins is wrong: " + e.getMessage());
        }
    }
}
