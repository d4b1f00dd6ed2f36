package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdBlockSizes;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes the server's side of option haggling; replies are gathered until {@link #send} or until the buffer is full. For one thread. */
final class OptionReplies {

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int MESSAGE_BYTES_MAX = 1024;

    private final Transport transport;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    OptionReplies(Transport transport) {
        this.transport = transport;
    }

    void greeting() throws IOException {
        buffer.putLong(Protocol.NBDMAGIC).putLong(Protocol.IHAVEOPT).putShort((short)
                (Protocol.FLAG_FIXED_NEWSTYLE | Protocol.FLAG_NO_ZEROES));
        send();
    }

    /** The answer to {@code NBD_OPT_EXPORT_NAME}, which has no header. */
    void exportByName(long sizeBytes, int transmissionFlags, boolean padded) throws IOException {
        buffer.putLong(sizeBytes).putShort((short) transmissionFlags);
        if (padded) {
            buffer.put(new byte[Protocol.EXPORT_NAME_PADDING_BYTES]);
        }
        send();
    }

    void acknowledge(int option) throws IOException {
        header(option, Protocol.REP_ACK, 0);
        send();
    }

    void refuse(int option, int type, String message) throws IOException {
        byte[] text = Strings.encode(message, MESSAGE_BYTES_MAX);
        header(option, type, text.length);
        buffer.put(text);
        send();
    }

    void exportListed(int option, String name, String description) throws IOException {
        byte[] nameBytes = Strings.encode(name, Protocol.STRING_BYTES_MAX);
        byte[] descriptionBytes = Strings.encode(description, Protocol.STRING_BYTES_MAX);
        header(option, Protocol.REP_SERVER, Integer.BYTES + nameBytes.length + descriptionBytes.length);
        buffer.putInt(nameBytes.length).put(nameBytes).put(descriptionBytes);
    }

    void infoExport(int option, long sizeBytes, int transmissionFlags) throws IOException {
        header(option, Protocol.REP_INFO, Short.BYTES + Long.BYTES + Short.BYTES);
        buffer.putShort((short) Protocol.INFO_EXPORT).putLong(sizeBytes).putShort((short) transmissionFlags);
    }

    void infoText(int option, int information, String text) throws IOException {
        byte[] bytes = Strings.encode(text, Protocol.STRING_BYTES_MAX);
        header(option, Protocol.REP_INFO, Short.BYTES + bytes.length);
        buffer.putShort((short) information).put(bytes);
    }

    void infoBlockSizes(int option, NbdBlockSizes sizes) throws IOException {
        header(option, Protocol.REP_INFO, Short.BYTES + 3 * Integer.BYTES);
        buffer.putShort((short) Protocol.INFO_BLOCK_SIZE)
                .putInt(sizes.minimum())
                .putInt(sizes.preferred())
                .putInt(sizes.payloadMax());
    }

    void metaContext(int option, int id, String name) throws IOException {
        byte[] bytes = Strings.encode(name, Protocol.STRING_BYTES_MAX);
        header(option, Protocol.REP_META_CONTEXT, Integer.BYTES + bytes.length);
        buffer.putInt(id).put(bytes);
    }

    private void header(int option, int type, int length) throws IOException {
        if (buffer.remaining() < Protocol.OPTION_REPLY_HEADER_BYTES + length) {
            send();
        }
        buffer.putLong(Protocol.OPTION_REPLY_MAGIC).putInt(option).putInt(type).putInt(length);
    }

    private void send() throws IOException {
        buffer.flip();
        transport.write(buffer);
        buffer.clear();
    }
}
