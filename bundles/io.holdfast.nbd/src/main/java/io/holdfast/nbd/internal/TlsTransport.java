package io.holdfast.nbd.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * TLS over another transport. One thread reads, one at a time writes, both at once; a key update that the peer asks for while we read is
 * answered from the reading thread under the writers' lock.
 */
public final class TlsTransport implements Transport {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final int RECORDS_GATHERED = 8;

    private final Transport below;
    private final SSLEngine engine;
    private final ReentrantLock writing = new ReentrantLock();
    private final ByteBuffer outgoing;
    private final ByteBuffer incoming;
    private final ByteBuffer plain;
    private boolean established;
    private @Nullable IOException writeFailure;

    private TlsTransport(Transport below, SSLEngine engine) {
        this.below = below;
        this.engine = engine;
        int packet = engine.getSession().getPacketBufferSize();
        outgoing = ByteBuffer.allocate(packet * RECORDS_GATHERED);
        incoming = ByteBuffer.allocate(packet * RECORDS_GATHERED).limit(0);
        plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .limit(0);
    }

    /**
     * Upgrades a server's connection.
     *
     * @param clientCertificate true to demand a certificate from the client
     */
    public static TlsTransport server(Transport below, SSLContext context, boolean clientCertificate)
            throws IOException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(clientCertificate);
        return started(below, engine);
    }

    /**
     * Upgrades a client's connection.
     *
     * @param hostName what the certificate must be made out to, or null
     */
    public static TlsTransport client(Transport below, SSLContext context, @Nullable String hostName)
            throws IOException {
        SSLEngine engine = hostName == null ? context.createSSLEngine() : context.createSSLEngine(hostName, -1);
        engine.setUseClientMode(true);
        if (hostName != null) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return started(below, engine);
    }

    private static TlsTransport started(Transport below, SSLEngine engine) throws IOException {
        engine.setEnabledProtocols(PROTOCOLS);
        TlsTransport transport = new TlsTransport(below, engine);
        try {
            engine.beginHandshake();
            transport.negotiate(engine.getHandshakeStatus());
            transport.established = true;
        } catch (SSLException e) {
            transport.farewell();
            throw e;
        }
        return transport;
    }

    /** Goes on until the engine wants neither to send nor to receive for itself. */
    private void negotiate(HandshakeStatus from) throws IOException {
        HandshakeStatus status = from;
        while (true) {
            switch (status) {
                case NEED_WRAP -> status = wrapOwn();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (plain.hasRemaining()) {
                        return;
                    }
                    status = unwrap();
                }
                case NEED_TASK -> status = runTasks();
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private HandshakeStatus runTasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus wrapOwn() throws IOException {
        writing.lock();
        try {
            SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), outgoing);
            sendOwn();
            return result.getHandshakeStatus();
        } finally {
            writing.unlock();
        }
    }

    /**
     * Once TLS is established, a failure to send what it sends for itself does not keep from reading: the peer may have said goodbye and
     * closed, and its goodbye is still to be read. The next who writes hears of it.
     */
    private void sendOwn() throws IOException {
        try {
            sendOutgoing();
        } catch (IOException e) {
            if (!established) {
                throw e;
            }
            writeFailure = e;
        }
    }

    /** Decodes one record into {@link #plain}, receiving as much as is needed for it. */
    private HandshakeStatus unwrap() throws IOException {
        while (true) {
            plain.clear();
            SSLEngineResult result;
            try {
                result = engine.unwrap(incoming, plain);
            } finally {
                plain.flip();
            }
            switch (result.getStatus()) {
                case OK -> {
                    return result.getHandshakeStatus();
                }
                case BUFFER_UNDERFLOW -> receive();
                case CLOSED -> throw new EOFException("the peer ended TLS");
                case BUFFER_OVERFLOW -> throw new SSLException("a record of more than " + plain.capacity() + " bytes");
            }
        }
    }

    private void receive() throws IOException {
        incoming.compact();
        int count;
        try {
            count = below.read(incoming);
        } finally {
            incoming.flip();
        }
        if (count < 0) {
            throw new EOFException("the stream ended without an end of TLS");
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        while (!plain.hasRemaining()) {
            try {
                HandshakeStatus status = unwrap();
                if (!plain.hasRemaining()) {
                    negotiate(status);
                }
            } catch (EOFException _) {
                return -1;
            }
        }
        int count = Math.min(plain.remaining(), target.remaining());
        target.put(target.position(), plain, plain.position(), count);
        target.position(target.position() + count);
        plain.position(plain.position() + count);
        return count;
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        writing.lock();
        try {
            if (writeFailure != null) {
                throw new IOException("an earlier record could not be sent", writeFailure);
            }
            for (int first = 0; first < sources.length; ) {
                if (!sources[first].hasRemaining()) {
                    first++;
                    continue;
                }
                wrap(sources, first);
            }
            sendOutgoing();
        } finally {
            writing.unlock();
        }
    }

    private void wrap(ByteBuffer[] sources, int first) throws IOException {
        SSLEngineResult result = engine.wrap(sources, first, sources.length - first, outgoing);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            sendOutgoing();
        } else if (result.getStatus() != Status.OK) {
            throw new SSLException("TLS has ended");
        } else if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        } else if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
            throw new SSLException("the peer began a new negotiation, which is not supported");
        }
    }

    private void sendOutgoing() throws IOException {
        outgoing.flip();
        try {
            below.write(outgoing);
        } finally {
            outgoing.clear();
        }
    }

    @Override
    public void farewell() {
        writing.lock();
        try {
            engine.closeOutbound();
            while (engine.wrap(ByteBuffer.allocate(0), outgoing).getStatus() == Status.OK) {
                // One record for each turn until the alert is out.
            }
            sendOutgoing();
        } catch (IOException _) {
            // The peer learns from the end of the stream.
        } finally {
            writing.unlock();
        }
        below.farewell();
    }

    @Override
    public String peerIdentity() {
        try {
            Principal principal = engine.getSession().getPeerPrincipal();
            return principal == null ? "" : principal.getName();
        } catch (SSLPeerUnverifiedException _) {
            return "";
        }
    }

    @Override
    public void close() {
        below.close();
    }
}
