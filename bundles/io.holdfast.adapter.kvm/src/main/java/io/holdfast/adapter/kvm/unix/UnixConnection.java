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
import java.nio.file.Files;
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

    private static final int UNKNOWN = -1;

    private final SocketChannel channel;
    private final int descriptor;
    private final Selector readable;
    private final Selector writable;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixConnection(SocketChannel channel, Selector readable, Selector writable, int descriptor) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
        this.descriptor = descriptor;
    }

    /**
     * Connects. A UNIX socket connects at once or not at all, so this does not wait.
     *
     * @param socket path of a listening socket
     * @return the connection
     * @throws IOException when nobody listens there or too many wait already
     */
    public static UnixConnection connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        connect(channel, socket);
        return of(channel);
    }

    /**
     * Connects a socket that can be handed to another process and can hand others over.
     *
     * @param socket path of a listening socket
     * @param boundAt path that tells this socket from all others of the process; its file is gone on return
     * @return the connection
     * @throws IOException as {@link #connect(Path)}, or when the path cannot be bound to
     */
    public static UnixConnection connectNamed(Path socket, Path boundAt) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        int descriptor;
        try {
            Files.deleteIfExists(boundAt);
            channel.bind(address(boundAt));
            descriptor = Descriptors.of(boundAt);
            Files.delete(boundAt);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        connect(channel, socket);
        return of(channel, descriptor);
    }

    private static void connect(SocketChannel channel, Path socket) throws IOException {
        try {
            channel.configureBlocking(false);
            if (!channel.connect(address(socket))) {
                throw new IOException("the connection was not accepted at once");
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static UnixDomainSocketAddress address(Path path) throws IOException {
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
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
        return of(channel, UNKNOWN);
    }

    private static UnixConnection of(SocketChannel channel, int descriptor) throws IOException {
        Selector readable = null;
        try {
            channel.configureBlocking(false);
            readable = Selector.open();
            channel.register(readable, SelectionKey.OP_READ);
            Selector writable = Selector.open();
            channel.register(writable, SelectionKey.OP_WRITE);
            return new UnixConnection(channel, readable, writable, descriptor);
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
        writeLocked(source, UNKNOWN, limit);
    }

    /**
     * Writes a whole buffer and hands over a descriptor with its first byte.
     *
     * @param source has no bytes remaining afterwards
     * @param handedOver this process keeps its own
     * @param limit how long to wait at most, for other writers too
     * @throws IOException as {@link #write(ByteBuffer, Duration)}
     * @throws IllegalStateException when this was not made by {@link #connectNamed}
     */
    public void write(ByteBuffer source, UnixConnection handedOver, Duration limit) throws IOException {
        writeLocked(source, handedOver.descriptor(), limit);
    }

    /** The number of this socket in this process. */
    private int descriptor() {
        if (descriptor == UNKNOWN) {
            throw new IllegalStateException("a connection made without a name");
        }
        return descriptor;
    }

    private void writeLocked(ByteBuffer source, int passed, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        if (!lockWithin(limit)) {
            throw new SocketTimeoutException("others have been writing for " + limit.toMillis() + " ms");
        }
        try {
            boolean pass = passed != UNKNOWN;
            while (source.hasRemaining()) {
                int count = pass ? send(source, passed) : channel.write(source);
                pass &= count == 0;
                if (count == 0) {
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

    private int send(ByteBuffer source, int passed) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.get(source.position(), bytes);
        int count = Descriptors.send(descriptor(), bytes, passed);
        source.position(source.position() + count);
        return count;
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
