package io.holdfast.tests.system;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * The other end of a replication session on a socket of the JDK, with every byte in the hands of the test. It knows {@code
 * docs/protocol/replication.md} and none of the product's code. Every wait is bounded.
 */
final class Peer implements AutoCloseable {

    static final int HELLO = 1;
    static final int WELCOME = 2;
    static final int BATCH = 6;
    static final int REFUSED = 11;
    static final int PING = 13;

    private static final int WAIT_MILLIS = 20_000;
    private static final int MAGIC = 0x31524648;
    private static final int HEADER_BYTES = 16;
    private static final int CRC_AT = 12;
    private static final int FRAME_BYTES_MAX = 4 << 20;

    private final SSLSocket socket;

    /** A frame as it came. */
    record Frame(int type, ByteBuffer payload) {

        /** The name of the error in a {@code Refused}. */
        String code() {
            return text(payload.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        }

        @Override
        public String toString() {
            return type == REFUSED ? "Refused " + StandardCharsets.UTF_8.decode(payload.duplicate()) : "frame " + type;
        }

        private static String text(ByteBuffer from) {
            byte[] bytes = new byte[Short.toUnsignedInt(from.getShort())];
            from.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Peer(SSLSocket socket) {
        this.socket = socket;
    }

    /** Connects and ends our half of the handshake; what the node thinks of our certificate only {@link #receive} tells. */
    static Peer connect(int port, SSLContext tls) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setSoTimeout(WAIT_MILLIS);
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.startHandshake();
        return new Peer(socket);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Ends our half of the TLS stream in order. */
    void end() throws IOException {
        socket.shutdownOutput();
    }

    /** Waits for the next frame that is no Ping. */
    Frame receive() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            if (header.remaining() < HEADER_BYTES) {
                throw new EOFException("the stream ended after " + header.remaining() + " bytes of a frame");
            }
            int length = header.getInt(8);
            if (header.getInt(0) != MAGIC || length < 0 || length > FRAME_BYTES_MAX) {
                throw new IOException("no frame: " + header);
            }
            Frame frame = new Frame(header.get(6), ByteBuffer.wrap(in.readNBytes(length)));
            in.readNBytes(Integer.BYTES);
            if (frame.type() != PING) {
                return frame;
            }
        }
    }

    /** Tells whether the stream ends; drops what comes. */
    boolean ends() {
        try {
            while (socket.getInputStream().read() >= 0) {
                // dropped
            }
            return true;
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The header of a frame, of any version and announcing any length, with the right checksum. */
    static byte[] header(int version, int type, int announcedBytes) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(MAGIC)
                .putShort((short) version)
                .put((byte) type)
                .put((byte) 0)
                .putInt(announcedBytes);
        header.putInt(crc(header.array(), CRC_AT));
        return header.array();
    }

    /** A whole frame. */
    static byte[] frame(int type, byte[] payload) {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header(1, type, payload.length))
                .put(payload)
                .putInt(crc(payload, payload.length))
                .array();
    }

    /** A Hello that offers some versions. */
    static byte[] hello(int minVersion, int maxVersion, UUID machine) {
        byte[] software = "a test".getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(38 + software.length).order(ByteOrder.LITTLE_ENDIAN);
        payload.putShort((short) minVersion).putShort((short) maxVersion);
        put(payload, new UUID(4711, 1));
        put(payload, machine);
        payload.putShort((short) software.length).put(software);
        return frame(HELLO, payload.array());
    }

    private static void put(ByteBuffer to, UUID id) {
        to.order(ByteOrder.BIG_ENDIAN).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        to.order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
