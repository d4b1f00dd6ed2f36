package io.holdfast.transport;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * The TLS 1.3 side of one connection, without any network: bytes of records go in and out, plaintext comes out and goes in. Whole messages
 * are wrapped in bulk and many records are unwrapped into one buffer, because a turn of a selector for each 16 KiB costs far more than the
 * cipher.
 *
 * <p>Invariants: no plaintext is taken or given before the peer's <i>finished</i> was checked; what {@link Output} is told is in the order
 * of the TLS stream; buffered memory is bounded by one record.
 *
 * <p>Threads: {@link #start}, {@link #received} and {@link #isGivenUpByPeer} belong to one thread; everything that sends may be called
 * by any, also while that one receives.
 */
final class TlsChannel {

    /** Where ciphertext goes. Called with the channel's lock for sending held: must only hand over, and not call back. */
    interface Output {

        /**
         * Takes records.
         *
         * @param cipher to be given back to the pool once it was sent
         * @param last false when more of the same message follows
         */
        void cipher(ByteBuffer cipher, boolean last);
    }

    /** What is told to the receiving thread. */
    interface Input {

        /**
         * Both ends have proven themselves. Called once, before any plaintext.
         *
         * @param peerChain the peer's certificates, its own first
         */
        void established(List<X509Certificate> peerChain);

        /**
         * Plaintext arrived.
         *
         * @param plain valid during the call only
         */
        void plain(ByteBuffer plain);

        /** The peer has ended its half of the stream in order; nothing more arrives. */
        void peerClosed();
    }

    /** The most a peer may send before it has proven itself: certificates of a few authorities, and nothing else. */
    static final int HANDSHAKE_BYTES_MAX = 64 << 10;

    /** Ciphertext that fills less than this much of a pooled buffer is copied out of it, so that small messages do not hold large buffers. */
    private static final int COPIED_BYTES_MAX = BufferPool.BUFFER_BYTES / 2;

    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0).asReadOnlyBuffer()};

    private final TlsEngines.Engine secured;
    private final SSLEngine engine;
    private final BufferPool pool;
    private final Output control;
    private final TlsRecordReader records = new TlsRecordReader();
    private final Object outbound = new Object();
    private int handshakeBytes;
    private volatile boolean established;
    private boolean peerClosed;
    private boolean failed;
    private boolean givenUpByPeer;

    /**
     * Makes the channel.
     *
     * @param secured the engine, used by nobody else
     * @param pool for bytes in transit
     * @param control takes what TLS itself has to say: handshake, key updates, alerts, the end of the stream
     */
    TlsChannel(TlsEngines.Engine secured, BufferPool pool, Output control) {
        this.secured = secured;
        this.engine = secured.engine();
        this.pool = pool;
        this.control = control;
    }

    /** Begins the handshake; a client speaks first. */
    void start(Input input) {
        try {
            engine.beginHandshake();
            advance(input);
        } catch (SSLException e) {
            throw fail(e);
        }
    }

    /**
     * Takes bytes from the network, all of them.
     *
     * @param arrived cut anywhere
     * @param input told what comes out
     * @throws HoldfastException named after what is wrong; the alert for the peer went to the output, everything that still arrives is
     *     dropped
     */
    void received(ByteBuffer arrived, Input input) {
        if (failed || peerClosed) {
            arrived.position(arrived.limit());
            return;
        }
        ByteBuffer plain = pool.take();
        try {
            ByteBuffer record = records.next(arrived);
            while (record != null) {
                receivedRecord(record, plain, input);
                record = peerClosed ? null : records.next(arrived);
            }
            deliver(plain, input);
            if (peerClosed) {
                arrived.position(arrived.limit());
                input.peerClosed();
            }
        } catch (SSLException e) {
            throw fail(e);
        } catch (HoldfastException e) {
            failed = true;
            throw e;
        } finally {
            pool.giveBack(plain);
        }
    }

    private void receivedRecord(ByteBuffer record, ByteBuffer plain, Input input) throws SSLException {
        if (!established) {
            handshakeBytes += record.remaining();
            if (handshakeBytes > HANDSHAKE_BYTES_MAX) {
                throw new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "TLS handshake",
                        "more than " + HANDSHAKE_BYTES_MAX + " bytes; expected far less");
            }
        }
        while (record.hasRemaining() && !peerClosed) {
            SSLEngineResult result = engine.unwrap(record, plain);
            peerClosed = engine.isInboundDone();
            boolean moved = result.bytesConsumed() > 0 || peerClosed;
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                requireData(plain);
                deliver(plain, input);
                moved = true;
            }
            moved |= advance(input);
            if (!moved) {
                throw new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "TLS",
                        "a record was not taken (" + result.getStatus() + "); expected it to be whole");
            }
        }
        if (plain.remaining() < TlsRecordReader.BODY_BYTES_MAX) {
            deliver(plain, input);
        }
    }

    private static void requireData(ByteBuffer plain) {
        if (plain.position() == 0) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR, "TLS", "a record's content does not fit " + plain.capacity() + " bytes");
        }
    }

    private void deliver(ByteBuffer plain, Input input) {
        if (plain.position() == 0) {
            return;
        }
        if (!established) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR, "TLS handshake", "data arrived before the peer had proven itself");
        }
        plain.flip();
        input.plain(plain);
        plain.clear();
    }

    /** Does what the engine asks for until it needs bytes from the peer, or nothing; tells whether there was anything to do. */
    private boolean advance(Input input) throws SSLException {
        boolean moved = false;
        while (!peerClosed) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> {
                    if (!sendControl()) {
                        return moved;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    return moved;
                }
                case NOT_HANDSHAKING, FINISHED -> {
                    if (!established) {
                        List<X509Certificate> chain = peerChain();
                        established = true;
                        input.established(chain);
                    }
                    return moved;
                }
            }
            moved = true;
        }
        return moved;
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** Sends what TLS itself has to say; tells whether it said anything. */
    private boolean sendControl() throws SSLException {
        synchronized (outbound) {
            ByteBuffer cipher = pool.take();
            try {
                SSLEngineResult result = engine.wrap(NOTHING, 0, NOTHING.length, cipher);
                return result.bytesProduced() > 0;
            } finally {
                emit(cipher, true, control);
            }
        }
    }

    /**
     * Encrypts a message.
     *
     * @param plain its parts; their positions move to their ends
     * @param output takes the records, the last with {@code last} set
     * @throws HoldfastException with {@link ErrorCode#ILLEGAL_STATE} before the peer has proven itself and after
     *     {@link #closeOutbound}; {@link ErrorCode#PROTOCOL_ERROR} when the engine failed
     */
    void send(ByteBuffer[] plain, Output output) {
        if (!established) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE, "TLS", "data was to be sent before the peer had proven itself");
        }
        synchronized (outbound) {
            ByteBuffer cipher = pool.take();
            try {
                int first = 0;
                while ((first = firstWithData(plain, first)) < plain.length) {
                    SSLEngineResult result = engine.wrap(plain, first, plain.length - first, cipher);
                    switch (result.getStatus()) {
                        case OK -> runTasks();
                        case BUFFER_OVERFLOW -> {
                            requireData(cipher);
                            emit(cipher, false, output);
                            cipher = pool.take();
                        }
                        case CLOSED, BUFFER_UNDERFLOW ->
                            throw new HoldfastException(
                                    ErrorCode.ILLEGAL_STATE,
                                    "TLS",
                                    "the stream takes no data any more (" + result.getStatus() + ")");
                    }
                }
                emit(cipher, true, output);
            } catch (SSLException e) {
                throw TlsErrors.of(e, secured);
            }
        }
    }

    private static int firstWithData(ByteBuffer[] parts, int from) {
        int index = from;
        while (index < parts.length && !parts[index].hasRemaining()) {
            index++;
        }
        return index;
    }

    private void emit(ByteBuffer cipher, boolean last, Output output) {
        cipher.flip();
        if (cipher.remaining() >= COPIED_BYTES_MAX) {
            output.cipher(cipher, last);
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(cipher.remaining()).put(cipher).flip();
        pool.giveBack(cipher);
        if (copy.hasRemaining()) {
            output.cipher(copy, last);
        }
    }

    /** Asks for new keys: ours change at once, the peer is asked to change its own. */
    void updateKeys() {
        synchronized (outbound) {
            try {
                engine.beginHandshake();
                sendControl();
            } catch (SSLException e) {
                throw TlsErrors.of(e, secured);
            }
        }
    }

    /**
     * Ends our half of the stream: what was sent before is followed by close_notify. The other half stays open. Idempotent.
     *
     * @param output takes the records, if there are any
     */
    void closeOutbound(Output output) {
        synchronized (outbound) {
            engine.closeOutbound();
            try {
                boolean said = true;
                while (said && !engine.isOutboundDone()) {
                    ByteBuffer cipher = pool.take();
                    said = engine.wrap(NOTHING, 0, NOTHING.length, cipher).bytesProduced() > 0;
                    emit(cipher, true, output);
                }
            } catch (SSLException e) {
                throw TlsErrors.of(e, secured);
            }
        }
    }

    /** Sends the alert that belongs to a failure and names it. */
    private HoldfastException fail(SSLException error) {
        failed = true;
        givenUpByPeer = TlsErrors.isAlertOfPeer(error);
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                sendControl(); // the first call may throw the failure once more before the alert can be had
            } catch (SSLException _) {
                // the same failure, reported already
            }
        }
        return TlsErrors.of(error, secured);
    }

    /** After a failure: tells whether the peer reported it, in which case it reads nothing more. */
    boolean isGivenUpByPeer() {
        return givenUpByPeer;
    }

    private List<X509Certificate> peerChain() throws SSLException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : engine.getSession().getPeerCertificates()) {
            chain.add((X509Certificate) certificate);
        }
        return chain;
    }
}
