package io.holdfast.adapter.kvm.unix;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One stream over a UNIX socket. One thread reads; any number write, one whole buffer at a time; any thread closes, which ends the waits of
 * all others.
 *
 * @since 1.0
 */
public final class UnixConnection implements AutoCloseable {

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixConnection(SocketChannel channel, Selector readable, Selector writable) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
    }

    /**
     * Connects. A UNIX socket connects at once or not at all, so this does not wait.
     *
     * @param socket path of a listening socket
     * @return the connection
     * @throws IOException when nobody listens there or too many wait already
     */
    public static UnixConnection connect(Path socket) throws IOException {
        UnixDomainSocketAddress address;
        try {
            address = UnixDomainSocketAddress.of(socket);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(address)) {
                throw new IOException("the connection was not accepted at once");
            }
            return of(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Takes over a connected channel.
     *
     * @param channel closed by {@link #close()} from now on
     * @return the connection
     * @throws IOException when the system refuses; the channel is closed then
     */
    public static UnixConnection of(SocketChannel channel) throws IOException {
        Selector readable = null;
        try {
            channel.configureBlocking(false);
            readable = Selector.open();
            channel.register(readable, SelectionKey.OP_READ);
            Selector writable = Selector.open();
            channel.register(writable, SelectionKey.OP_WRITE);
            return new UnixConnection(channel, readable, writable);
        } catch (IOException e) {
            if (readable != null) {
                readable.close();
            }
            channel.close();
            throw e;
        }
    }

    /**
     * Reads what is there, waiting for at least one byte.
     *
     * @param target has room
     * @param limit how long to wait at most
     * @return number of bytes; 0 when the time is over; −1 at the end of the stream
     * @throws IOException when the connection broke or was closed here
     */
    public int read(ByteBuffer target, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                int count = channel.read(target);
                if (count != 0) {
                    return count;
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return 0;
                }
                await(readable, left);
            }
        } catch (ClosedSelectorException _) {
            throw new AsynchronousCloseException();
        }
    }

    /**
     * Writes a whole buffer.
     *
     * @param source has no bytes remaining afterwards
     * @param limit how long to wait at most, for other writers too
     * @throws SocketTimeoutException when the peer took too little in that time; part of the buffer may be sent, so the stream is of no use
     *     any more
     * @throws IOException when the connection broke or was closed here
     */
    public void write(ByteBuffer source, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        if (!lockWithin(limit)) {
            throw new SocketTimeoutException("others have been writing for " + limit.toMillis() + " ms");
        }
        try {
            while (source.hasRemaining()) {
                if (channel.write(source) == 0) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        throw new SocketTimeoutException("the peer took nothing for " + limit.toMillis() + " ms");
                    }
                    await(writable, left);
                }
            }
        } catch (ClosedSelectorException _) {
            throw new AsynchronousCloseException();
        } finally {
            writing.unlock();
        }
    }

    private boolean lockWithin(Duration limit) throws IOException {
        try {
            return writing.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before anything was written", e);
        }
    }

    private void await(Selector selector, long nanos) throws IOException {
        if (closed.get()) {
            throw new ClosedChannelException();
        }
        selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        selector.selectedKeys().clear();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try (channel;
                readable;
                writable) {
            channel.shutdownInput();
        } catch (IOException _) {
            // the peer is gone already: nothing is left to tell it
        }
    }
}
