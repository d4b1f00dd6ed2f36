package io.holdfast.adapter.kvm.unix;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into lines. Used by one thread.
 *
 * @since 1.0
 */
public final class LineReader {

    private static final int FIRST_BYTES = 8 << 10;

    private final UnixConnection connection;
    private final int lineBytesMax;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int from;
    private int to;

    /**
     * Starts at the connection's next byte.
     *
     * @param connection read by nobody else
     * @param lineBytesMax longest line accepted
     */
    public LineReader(UnixConnection connection, int lineBytesMax) {
        this.connection = connection;
        this.lineBytesMax = lineBytesMax;
    }

    /**
     * Waits for a line.
     *
     * @param limit how long to wait at most
     * @return the line without its line feed, or {@code null} when the time is over; what has come of it stays for the next call
     * @throws EOFException at the end of the stream
     * @throws IOException when the connection broke, was closed or the line is too long
     */
    public byte @Nullable [] next(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        int scanned = from;
        while (true) {
            for (int at = scanned; at < to; at++) {
                if (bytes[at] == '\n') {
                    byte[] line = Arrays.copyOfRange(bytes, from, at);
                    from = at + 1;
                    return line;
                }
            }
            int pending = to - from;
            makeRoom();
            scanned = from + pending;
            int count = connection.read(
                    ByteBuffer.wrap(bytes, to, bytes.length - to),
                    Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (count < 0) {
                throw new EOFException("the peer closed the connection");
            }
            if (count == 0) {
                return null;
            }
            to += count;
        }
    }

    /**
     * Shows the first byte of the line under way.
     *
     * @return it, or nothing when no byte of it has come
     */
    public Optional<Byte> peek() {
        return from < to ? Optional.of(bytes[from]) : Optional.empty();
    }

    private void makeRoom() throws IOException {
        int pending = to - from;
        if (pending > lineBytesMax) {
            throw new IOException("a line of more than " + lineBytesMax + " bytes");
        }
        if (from == to && bytes.length > FIRST_BYTES) {
            bytes = new byte[FIRST_BYTES];
        } else if (pending > bytes.length / 2) {
            bytes = Arrays.copyOfRange(bytes, from, from + 2 * bytes.length);
        } else if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, pending);
        }
        from = 0;
        to = pending;
    }
}
