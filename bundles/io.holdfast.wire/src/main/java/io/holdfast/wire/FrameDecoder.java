package io.holdfast.wire;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stream of bytes, cut anywhere, into messages. Built for hostile input: a length is checked, and its checksum with it, before
 * memory is taken for it; a payload is looked at only when its checksum is right. Not thread-safe.
 *
 * <p>Errors are {@link HoldfastException}s with {@link ErrorCode#PROTOCOL_ERROR}, {@link ErrorCode#FRAME_TOO_LARGE} or
 * {@link ErrorCode#VERSION_UNSUPPORTED}. After one the stream has no meaning any more and every further call throws it again.
 *
 * @since 1.0
 */
public final class FrameDecoder {

    private final int frameBytesMax;
    private final ByteBuffer header =
            ByteBuffer.allocate(FrameLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long streamOffset;
    private @Nullable MessageType type;
    private @Nullable ByteBuffer body;
    private @Nullable HoldfastException failure;

    /**
     * Makes a decoder at the start of a stream.
     *
     * @param frameBytesMax the largest frame it takes, {@link WireLimits#FRAME_BYTES_LEAST_MAX} to {@link WireLimits#FRAME_BYTES_MAX}
     */
    public FrameDecoder(int frameBytesMax) {
        Checks.range("largest frame", frameBytesMax, WireLimits.FRAME_BYTES_LEAST_MAX, WireLimits.FRAME_BYTES_MAX);
        this.frameBytesMax = frameBytesMax;
    }

    /**
     * Takes the next bytes of the stream, all of them.
     *
     * @param bytes copied; may be used for something else afterwards
     * @param messages told each message that is whole now, in order; its data lies in a buffer that nobody else uses
     * @throws HoldfastException as the class describes; messages before the error were delivered
     */
    public void feed(ByteBuffer bytes, Consumer<Message> messages) {
        HoldfastException earlier = failure;
        if (earlier != null) {
            throw earlier;
        }
        try {
            while (bytes.hasRemaining()) {
                Message message = step(bytes);
                if (message != null) {
                    messages.accept(message);
                }
            }
        } catch (DecodeFailure e) {
            HoldfastException found = new HoldfastException(e.code, "frame at byte " + streamOffset, e.text);
            failure = found;
            throw found;
        }
    }

    /**
     * Tells whether the stream may end here.
     *
     * @return true between two frames
     */
    public boolean isBetweenFrames() {
        return body == null && header.position() == 0;
    }

    private @Nullable Message step(ByteBuffer bytes) {
        MessageType current = type;
        ByteBuffer collected = body;
        if (current == null || collected == null) {
            move(bytes, header);
            if (!header.hasRemaining()) {
                startBody();
            }
            return null;
        }
        move(bytes, collected);
        return collected.hasRemaining() ? null : finishBody(current, collected);
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        int count = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), count);
        to.position(to.position() + count);
        from.position(from.position() + count);
    }

    private void startBody() {
        if (header.getInt(FrameLayout.MAGIC_OFFSET) != FrameLayout.MAGIC) {
            throw new DecodeFailure(ErrorCode.PROTOCOL_ERROR, "no frame of the replication protocol starts here");
        }
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, FrameLayout.HEADER_CRC_OFFSET);
        if ((int) crc.getValue() != header.getInt(FrameLayout.HEADER_CRC_OFFSET)) {
            throw new DecodeFailure(ErrorCode.PROTOCOL_ERROR, "checksum of the header is wrong");
        }
        int version = header.getShort(FrameLayout.VERSION_OFFSET) & 0xFFFF;
        if (version != WireLimits.VERSION) {
            throw new DecodeFailure(
                    ErrorCode.VERSION_UNSUPPORTED, "protocol version " + version + "; expected " + WireLimits.VERSION);
        }
        int flags = header.get(FrameLayout.FLAGS_OFFSET) & 0xFF;
        if (flags != 0) {
            throw new DecodeFailure(ErrorCode.PROTOCOL_ERROR, "flags " + flags + "; expected 0");
        }
        int code = header.get(FrameLayout.TYPE_OFFSET) & 0xFF;
        MessageType announced = MessageType.ofCode(code)
                .orElseThrow(() -> new DecodeFailure(ErrorCode.PROTOCOL_ERROR, "type " + code + " is not known"));
        long payloadLength = Integer.toUnsignedLong(header.getInt(FrameLayout.PAYLOAD_LENGTH_OFFSET));
        long payloadLengthMax = Math.min(announced.payloadBytesMax(), frameBytesMax - FrameLayout.OVERHEAD_BYTES);
        if (payloadLength > payloadLengthMax) {
            throw new DecodeFailure(
                    ErrorCode.FRAME_TOO_LARGE,
                    announced + " with a payload of " + payloadLength + " bytes; expected at most " + payloadLengthMax);
        }
        type = announced;
        body = ByteBuffer.allocate((int) payloadLength + FrameLayout.TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private Message finishBody(MessageType finished, ByteBuffer collected) {
        int payloadLength = collected.capacity() - FrameLayout.TRAILER_BYTES;
        CRC32C crc = new CRC32C();
        crc.update(collected.array(), 0, payloadLength);
        if ((int) crc.getValue() != collected.getInt(payloadLength)) {
            throw new DecodeFailure(ErrorCode.PROTOCOL_ERROR, "checksum of the payload of " + finished + " is wrong");
        }
        Message message;
        try {
            message = PayloadCodec.read(finished, collected.slice(0, payloadLength));
        } catch (HoldfastException e) {
            throw new DecodeFailure(e.code(), String.valueOf(e.getMessage()));
        }
        streamOffset += FrameLayout.OVERHEAD_BYTES + payloadLength;
        header.clear();
        type = null;
        body = null;
        return message;
    }

    /** Carries an error to the one place that knows where in the stream it is. */
    private static final class DecodeFailure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final ErrorCode code;
        final String text;

        DecodeFailure(ErrorCode code, String text) {
            this.code = code;
            this.text = text;
        }
    }
}
