package io.holdfast.nbd.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.nbd.NbdClientTls;
import io.holdfast.nbd.NbdConnectionException;
import io.holdfast.nbd.NbdTlsMode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** The client's side of the handshake. For one thread; its time is limited by the transport. */
public final class ClientHandshake {

    private static final int HANDSHAKE_AHEAD_BYTES = 4096;
    private static final int TRANSMISSION_AHEAD_BYTES = 256 << 10;
    private static final int REPLY_BYTES_MAX = 64 << 10;
    private static final int REPLIES_MAX = 65_536;
    private static final int INFORMATION_MAX = 64;
    private static final int TEXT_SHOWN_MAX = 200;

    private final NbdClientTls tls;
    private Transport transport;
    private WireInput input;
    private boolean padded;
    private boolean structured;

    /** One reply to an option. */
    private record Reply(int type, byte[] data) {
        boolean failed() {
            return (type & Protocol.REP_FLAG_ERROR) != 0;
        }
    }

    /**
     * Prepares a handshake.
     *
     * @param transport a fresh connection
     * @param tls whether to upgrade
     */
    public ClientHandshake(Transport transport, NbdClientTls tls) {
        this.tls = tls;
        this.transport = transport;
        this.input = new WireInput(transport, HANDSHAKE_AHEAD_BYTES);
    }

    /**
     * Chooses an export.
     *
     * @param exportName its name
     * @param contexts metadata contexts to select
     * @return what was agreed; the transmission phase has begun
     * @throws NbdConnectionException when the server refuses
     * @throws WireException when the server broke the protocol
     * @throws IOException when the connection failed
     */
    public ClientAgreement choose(String exportName, List<String> contexts) throws IOException {
        begin();
        structured = acknowledged(Protocol.OPT_STRUCTURED_REPLY);
        Map<String, Integer> selected = structured && !contexts.isEmpty() ? select(exportName, contexts) : Map.of();
        return go(exportName, selected);
    }

    /**
     * Asks for the names of the exports, then ends the session.
     *
     * @return the names
     * @throws IOException as {@link #choose}
     */
    public List<String> list() throws IOException {
        begin();
        send(Protocol.OPT_LIST, new byte[0]);
        List<String> names = new ArrayList<>();
        Reply reply;
        while ((reply = receive(Protocol.OPT_LIST)).type() == Protocol.REP_SERVER) {
            if (names.size() == REPLIES_MAX) {
                throw new WireException("more than " + REPLIES_MAX + " exports");
            }
            names.add(exportName(reply.data()));
        }
        requireAcknowledged(reply, "the list of exports");
        send(Protocol.OPT_ABORT, new byte[0]);
        transport.farewell();
        return names;
    }

    private static String exportName(byte[] data) throws WireException {
        if (data.length >= Integer.BYTES) {
            int length = ByteBuffer.wrap(data).getInt();
            if (length >= 0 && length <= data.length - Integer.BYTES) {
                return new String(data, Integer.BYTES, length, StandardCharsets.UTF_8);
            }
        }
        throw new WireException("an export's name that does not fit its reply of " + data.length + " bytes");
    }

    private void begin() throws IOException {
        input.require(Long.BYTES + Long.BYTES + Short.BYTES);
        long magic = input.takeLong();
        long style = input.takeLong();
        int flags = input.takeShort();
        if (magic != Protocol.NBDMAGIC || style != Protocol.IHAVEOPT) {
            throw new WireException("the server greets with 0x" + Long.toHexString(magic) + " 0x"
                    + Long.toHexString(style) + "; expected NBDMAGIC IHAVEOPT");
        }
        if ((flags & Protocol.FLAG_FIXED_NEWSTYLE) == 0) {
            throw new WireException("the server does not speak fixed newstyle");
        }
        padded = (flags & Protocol.FLAG_NO_ZEROES) == 0;
        int answer = Protocol.FLAG_FIXED_NEWSTYLE | (padded ? 0 : Protocol.FLAG_NO_ZEROES);
        transport.write(ByteBuffer.allocate(Integer.BYTES).putInt(answer).flip());
        if (tls.mode() != NbdTlsMode.OFF) {
            startTls();
        }
    }

    private void startTls() throws IOException {
        SSLContext context = tls.context();
        if (context == null) {
            throw new IllegalStateException("TLS without a context");
        }
        if (acknowledged(Protocol.OPT_STARTTLS)) {
            if (input.hasAhead()) {
                throw new WireException("the server sent more after it had agreed to TLS");
            }
            transport = TlsTransport.client(transport, context, tls.hostName());
            input = new WireInput(transport, HANDSHAKE_AHEAD_BYTES);
        } else if (tls.mode() == NbdTlsMode.REQUIRED) {
            throw new NbdConnectionException(ErrorCode.NOT_AUTHENTICATED, "the server does not offer TLS", null);
        }
    }

    /** Sends an option without data. Tells whether the server agreed. */
    private boolean acknowledged(int option) throws IOException {
        send(option, new byte[0]);
        Reply reply = receive(option);
        if (reply.type() == Protocol.REP_ERR_TLS_REQD) {
            requireAcknowledged(reply, "option " + option);
        }
        if (reply.type() != Protocol.REP_ACK && !reply.failed()) {
            throw new WireException("reply type " + reply.type() + " to option " + option);
        }
        return reply.type() == Protocol.REP_ACK;
    }

    private Map<String, Integer> select(String exportName, List<String> contexts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        writeString(data, exportName);
        data.writeInt(contexts.size());
        for (String context : contexts) {
            writeString(data, context);
        }
        send(Protocol.OPT_SET_META_CONTEXT, bytes.toByteArray());
        Map<String, Integer> selected = new HashMap<>();
        Reply reply;
        while ((reply = receive(Protocol.OPT_SET_META_CONTEXT)).type() == Protocol.REP_META_CONTEXT) {
            byte[] found = reply.data();
            String name = found.length < Integer.BYTES
                    ? ""
                    : new String(found, Integer.BYTES, found.length - Integer.BYTES, StandardCharsets.UTF_8);
            if (!contexts.contains(name)
                    || selected.putIfAbsent(name, ByteBuffer.wrap(found).getInt()) != null) {
                throw new WireException(
                        "the server selected the context \"" + shown(name) + "\", which was not asked for");
            }
        }
        if (reply.type() == Protocol.REP_ACK) {
            return selected;
        }
        if (!reply.failed()) {
            throw new WireException("reply type " + reply.type() + " to a selection of contexts");
        }
        return Map.of();
    }

    private ClientAgreement go(String exportName, Map<String, Integer> contexts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        writeString(data, exportName);
        data.writeShort(1);
        data.writeShort(Protocol.INFO_BLOCK_SIZE);
        send(Protocol.OPT_GO, bytes.toByteArray());
        ExportInformation information = new ExportInformation();
        Reply reply;
        for (int count = 0; (reply = receive(Protocol.OPT_GO)).type() == Protocol.REP_INFO; count++) {
            if (count == INFORMATION_MAX) {
                throw new WireException("more than " + INFORMATION_MAX + " pieces of information on one export");
            }
            information.take(reply.data());
        }
        if (reply.type() == Protocol.REP_ERR_UNSUP) {
            chooseByName(exportName, information);
        } else {
            requireAcknowledged(reply, "export \"" + exportName + "\"");
        }
        return new ClientAgreement(
                information.sizeBytes(),
                information.transmissionFlags(),
                information.sizes(),
                structured,
                contexts,
                transport,
                new WireInput(input, TRANSMISSION_AHEAD_BYTES));
    }

    private void chooseByName(String exportName, ExportInformation information) throws IOException {
        send(Protocol.OPT_EXPORT_NAME, exportName.getBytes(StandardCharsets.UTF_8));
        input.require(Long.BYTES + Short.BYTES);
        information.export(input.takeLong(), input.takeShort());
        if (padded) {
            input.discard(Protocol.EXPORT_NAME_PADDING_BYTES);
        }
    }

    private static void writeString(DataOutputStream data, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Protocol.STRING_BYTES_MAX) {
            throw new NbdConnectionException(
                    ErrorCode.INVALID_ARGUMENT,
                    "a name of " + bytes.length + " bytes; at most " + Protocol.STRING_BYTES_MAX,
                    null);
        }
        data.writeInt(bytes.length);
        data.write(bytes);
    }

    private void send(int option, byte[] data) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(Protocol.OPTION_HEADER_BYTES + data.length);
        message.putLong(Protocol.IHAVEOPT).putInt(option).putInt(data.length).put(data);
        try {
            transport.write(message.flip());
        } catch (SSLException e) {
            throw e;
        } catch (IOException e) {
            throwReasonSent(e);
            throw e;
        }
    }

    /** A server that turns our certificate down has said so and closed before we could write; what it said is still to be read. */
    private void throwReasonSent(IOException broken) throws SSLException {
        try {
            transport.read(ByteBuffer.allocate(1));
        } catch (SSLException reason) {
            throw reason;
        } catch (IOException e) {
            broken.addSuppressed(e);
        }
    }

    private Reply receive(int option) throws IOException {
        input.require(Protocol.OPTION_REPLY_HEADER_BYTES);
        long magic = input.takeLong();
        int to = input.takeInt();
        int type = input.takeInt();
        int length = input.takeInt();
        if (magic != Protocol.OPTION_REPLY_MAGIC || to != option) {
            throw new WireException(
                    "reply 0x" + Long.toHexString(magic) + " to option " + to + "; expected one to " + option);
        }
        if (length < 0 || length > REPLY_BYTES_MAX) {
            throw new WireException(
                    "a reply of " + Integer.toUnsignedString(length) + " bytes; at most " + REPLY_BYTES_MAX);
        }
        return new Reply(type, input.readBytes(length));
    }

    private static void requireAcknowledged(Reply reply, String what) throws IOException {
        if (reply.type() == Protocol.REP_ACK) {
            return;
        }
        if (!reply.failed()) {
            throw new WireException("reply type " + reply.type() + " about " + what);
        }
        ErrorCode code = switch (reply.type()) {
            case Protocol.REP_ERR_UNKNOWN -> ErrorCode.NOT_FOUND;
            case Protocol.REP_ERR_TLS_REQD -> ErrorCode.NOT_AUTHENTICATED;
            case Protocol.REP_ERR_POLICY -> ErrorCode.NOT_AUTHORISED;
            case Protocol.REP_ERR_SHUTDOWN -> ErrorCode.NETWORK;
            default -> ErrorCode.PROTOCOL_ERROR;
        };
        String text = shown(new String(reply.data(), StandardCharsets.UTF_8));
        throw new NbdConnectionException(
                code,
                what + ": the server answers with error " + (reply.type() & ~Protocol.REP_FLAG_ERROR) + " " + text,
                null);
    }

    /** A text of the server's that may be shown: short and without control characters. */
    static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
        return plain.length() <= TEXT_SHOWN_MAX ? plain : plain.substring(0, TEXT_SHOWN_MAX);
    }
}
