package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Turns messages into frames, as gather lists: data of 2 KiB and more is referred to where it lies and not copied. Stateless and
 * thread-safe.
 *
 * @since 1.0
 */
public final class FrameEncoder {

    private final int frameBytesMax;

    /**
     * Makes an encoder.
     *
     * @param frameBytesMax the largest frame it makes, {@link WireLimits#FRAME_BYTES_LEAST_MAX} to {@link WireLimits#FRAME_BYTES_MAX}
     */
    public FrameEncoder(int frameBytesMax) {
        Checks.range("largest frame", frameBytesMax, WireLimits.FRAME_BYTES_LEAST_MAX, WireLimits.FRAME_BYTES_MAX);
        this.frameBytesMax = frameBytesMax;
    }

    /**
     * Encodes one message.
     *
     * @param message what to encode; its data must keep its content until the frame was used
     * @return the frame in parts, positioned to be read; some are views of the message's data
     * @throws HoldfastException with {@link ErrorCode#FRAME_TOO_LARGE} when the message does not fit a frame
     */
    public ByteBuffer[] encode(Message message) {
        List<ByteBuffer> payload = PayloadCodec.write(message);
        long payloadLength = 0;
        CRC32C payloadCrc = new CRC32C();
        for (ByteBuffer part : payload) {
            payloadLength += part.remaining();
            payloadCrc.update(part.duplicate());
        }
        if (payloadLength + FrameLayout.OVERHEAD_BYTES > frameBytesMax) {
            throw new HoldfastException(
                    ErrorCode.FRAME_TOO_LARGE,
                    "message " + MessageType.of(message),
                    payloadLength + FrameLayout.OVERHEAD_BYTES + " bytes; expected at most " + frameBytesMax);
        }
        ByteBuffer[] frame = new ByteBuffer[payload.size() + 2];
        frame[0] = header(MessageType.of(message), (int) payloadLength);
        for (int i = 0; i < payload.size(); i++) {
            frame[i + 1] = payload.get(i);
        }
        frame[frame.length - 1] = littleEndian(FrameLayout.TRAILER_BYTES)
                .putInt((int) payloadCrc.getValue())
                .flip();
        return frame;
    }

    private static ByteBuffer header(MessageType type, int payloadLength) {
        ByteBuffer header = littleEndian(FrameLayout.HEADER_BYTES)
                .putInt(FrameLayout.MAGIC)
                .putShort((short) WireLimits.VERSION)
                .put((byte) type.code())
                .put((byte) 0)
                .putInt(payloadLength);
        CRC32C headerCrc = new CRC32C();
        headerCrc.update(header.duplicate().flip());
        return header.putInt((int) headerCrc.getValue()).flip();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
