package io.holdfast.transport;

import io.holdfast.wire.FrameDecoder;
import io.holdfast.wire.FrameEncoder;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** The other end on a blocking socket of the JDK, with control over every byte. Every wait is bounded. */
final class JdkPeer implements AutoCloseable {

    private static final int WAIT_MILLIS = 10_000;
    private static final char[] PASSWORD = "test".toCharArray();

    private final Socket connection;
    private final Socket socket;
    private final FrameDecoder decoder = new FrameDecoder(WireLimits.FRAME_BYTES_MAX);
    private final Deque<Message> arrived = new ArrayDeque<>();

    /**
     * Makes the peer.
     *
     * @param connection the bare connection
     * @param socket what is read and written: the connection itself, or TLS on it
     */
    JdkPeer(Socket connection, Socket socket) throws IOException {
        this.connection = connection;
        this.socket = socket;
        socket.setSoTimeout(WAIT_MILLIS);
    }

    /** Connects and ends the handshake. */
    static JdkPeer connect(InetSocketAddress address, TransportTls.KeyMaterial keys) throws IOException {
        Socket connection = new Socket(address.getAddress(), address.getPort());
        SSLSocket socket = (SSLSocket) context(keys)
                .getSocketFactory()
                .createSocket(connection, address.getHostString(), address.getPort(), true);
        JdkPeer peer = new JdkPeer(connection, socket);
        socket.startHandshake();
        return peer;
    }

    /** Connects without TLS. */
    static JdkPeer connectPlain(InetSocketAddress address) throws IOException {
        Socket connection = new Socket(address.getAddress(), address.getPort());
        return new JdkPeer(connection, connection);
    }

    static SSLContext context(TransportTls.KeyMaterial keys) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("own", keys.key(), PASSWORD, keys.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(own, PASSWORD);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("anchor", keys.anchors().iterator().next());
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void send(Message message) throws IOException {
        for (ByteBuffer part : new FrameEncoder(WireLimits.FRAME_BYTES_MAX).encode(message)) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            sendBytes(bytes);
        }
    }

    /** Waits for the next message. */
    Message receive() throws IOException {
        byte[] bytes = new byte[100_000];
        InputStream in = socket.getInputStream();
        while (arrived.isEmpty()) {
            int length = in.read(bytes);
            if (length < 0) {
                throw new IOException("the stream has ended");
            }
            decoder.feed(ByteBuffer.wrap(bytes, 0, length), arrived::add);
        }
        return arrived.remove();
    }

    /** Reads and drops what comes until the stream ends; tells whether it ended in order. */
    boolean awaitEnd() {
        try {
            byte[] bytes = new byte[100_000];
            while (socket.getInputStream().read(bytes) >= 0) {
                // dropped
            }
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Tells whether the connection ends within some time; drops what comes. */
    boolean endsWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return socket.getInputStream().read(new byte[100]) < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        } finally {
            socket.setSoTimeout(WAIT_MILLIS);
        }
    }

    /** Ends our half of the TLS stream. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection without a word. */
    void reset() throws IOException {
        connection.setSoLinger(true, 0);
        connection.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
