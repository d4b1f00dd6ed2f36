package io.holdfast.nbd.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Hands buffers to a channel in pieces. The JDK copies a heap buffer, as large as it is, to a direct one that the thread then keeps for
 * ever; pieces bound that.
 */
final class ChannelWindow {

    private static final int BYTES_MAX = 256 << 10;

    private final ByteBuffer[] sources;
    private int first;

    ChannelWindow(ByteBuffer... sources) {
        this.sources = sources;
    }

    boolean hasRemaining() {
        while (first < sources.length && !sources[first].hasRemaining()) {
            first++;
        }
        return first < sources.length;
    }

    /** Writes once. Returns the bytes taken, 0 when a non-blocking channel is full. */
    long writeTo(SocketChannel channel) throws IOException {
        int room = BYTES_MAX;
        int end = first;
        while (end < sources.length && sources[end].remaining() <= room) {
            room -= sources[end].remaining();
            end++;
        }
        if (end > first) {
            return end - first == 1 ? channel.write(sources[first]) : channel.write(sources, first, end - first);
        }
        ByteBuffer large = sources[first];
        int limit = large.limit();
        large.limit(large.position() + BYTES_MAX);
        try {
            return channel.write(large);
        } finally {
            large.limit(limit);
        }
    }
}
