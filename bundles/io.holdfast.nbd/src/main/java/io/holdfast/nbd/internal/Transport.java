package io.holdfast.nbd.internal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A stream of bytes in both directions. One thread reads; writers take turns by a lock of their own. */
public interface Transport extends AutoCloseable {

    /**
     * Reads what there is, waiting for at least one byte.
     *
     * @param target has room for at least one byte
     * @return bytes read, or -1 at the end of the stream
     */
    int read(ByteBuffer target) throws IOException;

    /** Writes everything that remains, in order, with as few system calls as possible. */
    void write(ByteBuffer... sources) throws IOException;

    /** Tells the peer that nothing follows, where the transport can say so. Errors do not matter any more and are dropped. */
    void farewell();

    /** Subject of the certificate the peer has shown; empty without TLS or without a certificate. */
    String peerIdentity();

    /** Closes at once, from any thread; who is inside {@link #read} or {@link #write} gets an exception. */
    @Override
    void close();
}
