package io.holdfast.nbd.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A blocking channel: one system call for a read, one for a write that fits the socket's buffer. For servers, whose waits have no limit. */
public final class ChannelTransport implements Transport {

    private final SocketChannel channel;

    public ChannelTransport(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        ChannelWindow window = new ChannelWindow(sources);
        while (window.hasRemaining()) {
            window.writeTo(channel);
        }
    }

    @Override
    public void farewell() {
        // A socket's end says it all.
    }

    @Override
    public String peerIdentity() {
        return "";
    }

    @Override
    public void close() {
        Quietly.close(channel);
    }
}
