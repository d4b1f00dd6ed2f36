package io.holdfast.nbd.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes apart the data of options that have been received whole; lengths inside are checked against it. */
final class OptionData {

    private static final int QUERIES_MAX = 256;

    private OptionData() {}

    /** The data is not what the option demands; becomes a refusal of the option. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        private final int replyType;

        Malformed(int replyType, String message) {
            super(message, null, false, false);
            this.replyType = replyType;
        }

        int replyType() {
            return replyType;
        }
    }

    /**
     * Data of {@code NBD_OPT_INFO} and {@code NBD_OPT_GO}.
     *
     * @param name the export
     * @param information what is asked for
     */
    record Choice(String name, Set<Integer> information) {}

    /**
     * Data of {@code NBD_OPT_LIST_META_CONTEXT} and {@code NBD_OPT_SET_META_CONTEXT}.
     *
     * @param name the export
     * @param queries what is asked for
     */
    record ContextQuery(String name, List<String> queries) {}

    static String name(byte[] data) throws Malformed {
        return text(data, "the export's name");
    }

    static Choice choice(byte[] data) throws Malformed {
        ByteBuffer buffer = ByteBuffer.wrap(data);
        try {
            String name = string(buffer, "the export's name");
            int count = Short.toUnsignedInt(buffer.getShort());
            if (buffer.remaining() != count * Short.BYTES) {
                throw invalid(count + " information requests in " + buffer.remaining() + " bytes");
            }
            Set<Integer> information = new HashSet<>();
            while (buffer.hasRemaining()) {
                information.add(Short.toUnsignedInt(buffer.getShort()));
            }
            return new Choice(name, information);
        } catch (BufferUnderflowException _) {
            throw invalid("the option's data is too short");
        }
    }

    static ContextQuery contextQuery(byte[] data) throws Malformed {
        ByteBuffer buffer = ByteBuffer.wrap(data);
        try {
            String name = string(buffer, "the export's name");
            int count = buffer.getInt();
            if (count < 0 || count > QUERIES_MAX) {
                throw new Malformed(
                        Protocol.REP_ERR_TOO_BIG, Integer.toUnsignedString(count) + " queries; at most " + QUERIES_MAX);
            }
            List<String> queries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String query = string(buffer, "a query");
                if (query.indexOf(':') < 1) {
                    throw invalid("a query without a namespace before a colon");
                }
                queries.add(query);
            }
            if (buffer.hasRemaining()) {
                throw invalid(buffer.remaining() + " bytes after the last query");
            }
            return new ContextQuery(name, queries);
        } catch (BufferUnderflowException _) {
            throw invalid("the option's data is too short");
        }
    }

    private static String string(ByteBuffer buffer, String what) throws Malformed {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw invalid(
                    what + " of " + Integer.toUnsignedString(length) + " bytes; " + buffer.remaining() + " are there");
        }
        if (length > Protocol.STRING_BYTES_MAX) {
            throw new Malformed(
                    Protocol.REP_ERR_TOO_BIG, what + " of " + length + " bytes; at most " + Protocol.STRING_BYTES_MAX);
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return text(bytes, what);
    }

    private static String text(byte[] bytes, String what) throws Malformed {
        if (bytes.length > Protocol.STRING_BYTES_MAX) {
            throw new Malformed(
                    Protocol.REP_ERR_TOO_BIG,
                    what + " of " + bytes.length + " bytes; at most " + Protocol.STRING_BYTES_MAX);
        }
        String text = Strings.decode(bytes);
        if (text == null) {
            throw invalid(what + " is not UTF-8 or has a zero character");
        }
        return text;
    }

    private static Malformed invalid(String message) {
        return new Malformed(Protocol.REP_ERR_INVALID, message);
    }
}
