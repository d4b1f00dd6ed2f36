package io.holdfast.nbd.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel whose every wait has a limit; for clients. The channel does not block; two selectors wait for it, one for the reading thread and
 * one for whoever writes.
 */
public final class TimedTransport implements Transport {

    private static final long FOREVER = Long.MAX_VALUE;

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private volatile long writeNanosMax;
    private volatile long readDeadline;
    private volatile boolean closed;

    private TimedTransport(SocketChannel channel, Selector readable, Selector writable, long nanosMax) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
        this.writeNanosMax = nanosMax;
        this.readDeadline = System.nanoTime() + nanosMax;
    }

    /**
     * Connects. Until {@link #readForever} reads must end within the same time, counted from now.
     *
     * @param address where to
     * @param nanosMax time for connecting, and for each write until {@link #limitWrites}
     */
    public static TimedTransport connect(SocketAddress address, long nanosMax) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        SocketChannel channel = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        Selector readable = null;
        Selector writable = null;
        try {
            readable = Selector.open();
            writable = Selector.open();
            TimedTransport transport = new TimedTransport(channel, readable, writable, nanosMax);
            if (!unix) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            }
            channel.configureBlocking(false);
            transport.finishConnect(address);
            return transport;
        } catch (IOException | RuntimeException e) {
            Quietly.close(channel);
            if (readable != null) {
                Quietly.close(readable);
            }
            if (writable != null) {
                Quietly.close(writable);
            }
            throw e;
        }
    }

    private void finishConnect(SocketAddress address) throws IOException {
        if (!channel.connect(address)) {
            SelectionKey key = channel.register(writable, SelectionKey.OP_CONNECT);
            while (!channel.finishConnect()) {
                await(writable, readDeadline, "the connection to be made");
            }
            key.cancel();
            writable.selectNow();
        }
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
    }

    /** Ends the limit for reads. */
    public void readForever() {
        readDeadline = FOREVER;
    }

    /** Limits each later write. */
    public void limitWrites(long nanosMax) {
        writeNanosMax = nanosMax;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count;
        while ((count = channel.read(target)) == 0) {
            await(readable, readDeadline, "an answer");
        }
        return count;
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        ChannelWindow window = new ChannelWindow(sources);
        long deadline = System.nanoTime() + writeNanosMax;
        while (window.hasRemaining()) {
            if (window.writeTo(channel) == 0) {
                await(writable, deadline, "the peer to take what was sent");
            }
        }
    }

    private void await(Selector selector, long deadline, String what) throws IOException {
        try {
            if (deadline == FOREVER) {
                selector.select();
            } else {
                long nanos = deadline - System.nanoTime();
                if (nanos <= 0) {
                    throw new SocketTimeoutException("waited too long for " + what);
                }
                selector.select(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
            }
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw closedMeanwhile(e);
        }
        if (closed) {
            throw closedMeanwhile(null);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the thread was interrupted while it waited for " + what);
        }
    }

    private static IOException closedMeanwhile(@Nullable Throwable cause) {
        IOException closedByUs = new AsynchronousCloseException();
        if (cause != null) {
            closedByUs.initCause(cause);
        }
        return closedByUs;
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
        closed = true;
        Quietly.close(channel);
        Quietly.close(readable);
        Quietly.close(writable);
    }
}
