package io.holdfast.adapter.kvm.guard;

import io.holdfast.adapter.kvm.qmp.QmpGreeting;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a UNIX socket, big-endian:
 *
 * <pre>
 *  0  4 bytes  length of the payload
 *  4  1 byte   type
 *  5  8 bytes  number
 * 13           payload
 * </pre>
 *
 * One thread reads; any number write.
 *
 * @since 1.0
 */
public final class FrameStream implements AutoCloseable {

    private static final int AT_LENGTH = 0;
    private static final int AT_TYPE = 4;
    private static final int AT_NUMBER = 5;
    private static final int HEADER_BYTES = 13;

    /** Time for the rest of a frame whose beginning has come. */
    private static final Duration REST_LIMIT = Duration.ofSeconds(2);

    private final UnixConnection connection;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);

    /**
     * Takes over a connection.
     *
     * @param connection closed with this
     */
    public FrameStream(UnixConnection connection) {
        this.connection = connection;
    }

    /**
     * Waits for a frame.
     *
     * @param limit how long to wait for its beginning
     * @return the frame, or {@code null} when the time is over
     * @throws IOException at the end, when the connection broke, or when the bytes are no frame; the stream is of no use any more
     */
    public @Nullable Frame read(Duration limit) throws IOException {
        header.clear();
        int first = connection.read(header, limit);
        if (first == 0) {
            return null;
        }
        if (first < 0) {
            throw new EOFException("the peer closed the connection");
        }
        fill(header);
        int length = header.getInt(AT_LENGTH);
        int type = header.get(AT_TYPE);
        if (length < 0 || length > QmpGreeting.LINE_BYTES_MAX || type < 0 || type >= Frame.Type.values().length) {
            throw new IOException("no frame: type " + type + ", length " + length);
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        fill(payload);
        return new Frame(Frame.Type.values()[type], header.getLong(AT_NUMBER), payload.array());
    }

    private void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            int count = connection.read(target, REST_LIMIT);
            if (count < 0) {
                throw new EOFException("the peer closed the connection inside a frame");
            }
            if (count == 0) {
                throw new SocketTimeoutException("the rest of a frame did not come");
            }
        }
    }

    /**
     * Sends a frame.
     *
     * @param frame to send
     * @param limit how long to wait at most
     * @throws IOException when the peer does not take it; the stream is of no use any more
     */
    public void write(Frame frame, Duration limit) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + frame.payload().length);
        bytes.putInt(frame.payload().length);
        bytes.put((byte) frame.type().ordinal());
        bytes.putLong(frame.number());
        bytes.put(frame.payload());
        connection.write(bytes.flip(), limit);
    }

    @Override
    public void close() {
        connection.close();
    }
}
