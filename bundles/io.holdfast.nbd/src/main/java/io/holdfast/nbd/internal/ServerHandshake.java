package io.holdfast.nbd.internal;

import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExports;
import io.holdfast.nbd.NbdFeature;
import io.holdfast.nbd.NbdServerTls;
import io.holdfast.nbd.NbdTlsMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** The server's side of the handshake, from the greeting to the choice of an export. For one thread; its time is limited from outside. */
public final class ServerHandshake {

    private static final int HANDSHAKE_AHEAD_BYTES = 4096;
    private static final int TRANSMISSION_AHEAD_BYTES = 256 << 10;
    private static final int OPTION_BYTES_MAX = 64 << 10;
    private static final int OPTION_BYTES_SKIPPED_MAX = 32 << 20;
    private static final int CONTEXTS_MAX = 32;
    private static final Set<NbdFeature> CHANGING =
            Set.of(NbdFeature.TRIM, NbdFeature.WRITE_ZEROES, NbdFeature.FAST_ZERO);

    private final NbdExports exports;
    private final NbdServerTls tls;
    private final ChoiceEvents events;
    private Transport transport;
    private WireInput input;
    private OptionReplies replies;
    private boolean encrypted;
    private boolean padded;
    private boolean structured;
    private String contextsOf = "";
    private List<String> contexts = List.of();

    /** Hears of the choice of an export before the client is told that it was accepted. */
    @FunctionalInterface
    public interface ChoiceEvents {
        void chosen(String exportName, String tlsIdentity) throws IOException;
    }

    /**
     * Prepares a handshake.
     *
     * @param transport a fresh connection
     * @param exports what is offered
     * @param tls whether the client may or must upgrade
     * @param events hears of the choice
     */
    public ServerHandshake(Transport transport, NbdExports exports, NbdServerTls tls, ChoiceEvents events) {
        this.events = events;
        this.exports = exports;
        this.tls = tls;
        this.transport = transport;
        this.input = new WireInput(transport, HANDSHAKE_AHEAD_BYTES);
        this.replies = new OptionReplies(transport);
    }

    /**
     * Haggles until the client has chosen or aborted.
     *
     * @return what was agreed, or empty when the client asked to end or ended the stream between two options
     * @throws WireException when the client broke the protocol
     * @throws IOException when the connection failed
     */
    public Optional<Agreement> run() throws IOException {
        replies.greeting();
        readClientFlags();
        while (input.await(Protocol.OPTION_HEADER_BYTES)) {
            long magic = input.takeLong();
            if (magic != Protocol.IHAVEOPT) {
                throw new WireException("option begins with 0x" + Long.toHexString(magic) + "; expected IHAVEOPT");
            }
            int option = input.takeInt();
            long length = Integer.toUnsignedLong(input.takeInt());
            if (option == Protocol.OPT_ABORT) {
                acknowledgeAbort();
                return Optional.empty();
            }
            Optional<Agreement> agreement = answer(option, length);
            if (agreement.isPresent()) {
                return agreement;
            }
        }
        return Optional.empty();
    }

    private void acknowledgeAbort() {
        try {
            replies.acknowledge(Protocol.OPT_ABORT);
        } catch (IOException _) {
            // The client may leave without waiting for it.
        }
    }

    private void readClientFlags() throws IOException {
        input.require(Integer.BYTES);
        int flags = input.takeInt();
        if ((flags & ~(Protocol.FLAG_FIXED_NEWSTYLE | Protocol.FLAG_NO_ZEROES)) != 0) {
            throw new WireException("client flags 0x" + Integer.toHexString(flags) + "; only bits 0 and 1 are known");
        }
        if ((flags & Protocol.FLAG_FIXED_NEWSTYLE) == 0) {
            throw new WireException("the client does not speak fixed newstyle");
        }
        padded = (flags & Protocol.FLAG_NO_ZEROES) == 0;
    }

    private Optional<Agreement> answer(int option, long length) throws IOException {
        if (length > OPTION_BYTES_SKIPPED_MAX) {
            throw new WireException("option " + option + " of " + length + " bytes; at most " + OPTION_BYTES_MAX);
        }
        if (length > OPTION_BYTES_MAX) {
            input.discard(length);
            refuse(option, Protocol.REP_ERR_TOO_BIG, length + " bytes; at most " + OPTION_BYTES_MAX);
            return Optional.empty();
        }
        byte[] data = input.readBytes((int) length);
        if (tls.mode() == NbdTlsMode.REQUIRED && !encrypted && option != Protocol.OPT_STARTTLS) {
            refuse(option, Protocol.REP_ERR_TLS_REQD, "this server demands TLS");
            return Optional.empty();
        }
        try {
            return answer(option, data);
        } catch (OptionData.Malformed e) {
            refuse(option, e.replyType(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Agreement> answer(int option, byte[] data) throws IOException, OptionData.Malformed {
        switch (option) {
            case Protocol.OPT_EXPORT_NAME -> {
                return Optional.of(chooseByName(OptionData.name(data)));
            }
            case Protocol.OPT_INFO, Protocol.OPT_GO -> {
                return inform(option, OptionData.choice(data));
            }
            case Protocol.OPT_LIST -> {
                requireNoData(data);
                list(option);
            }
            case Protocol.OPT_STARTTLS -> {
                requireNoData(data);
                startTls(option);
            }
            case Protocol.OPT_STRUCTURED_REPLY -> {
                requireNoData(data);
                structured = true;
                replies.acknowledge(option);
            }
            case Protocol.OPT_LIST_META_CONTEXT, Protocol.OPT_SET_META_CONTEXT -> metaContexts(option, data);
            default ->
                refuse(option, Protocol.REP_ERR_UNSUP, "option " + Integer.toUnsignedString(option) + " is not known");
        }
        return Optional.empty();
    }

    private void refuse(int option, int type, String message) throws IOException {
        if (option == Protocol.OPT_EXPORT_NAME) {
            throw new WireException("NBD_OPT_EXPORT_NAME cannot be answered with an error: " + message);
        }
        replies.refuse(option, type, message);
    }

    private static void requireNoData(byte[] data) throws OptionData.Malformed {
        if (data.length > 0) {
            throw new OptionData.Malformed(Protocol.REP_ERR_INVALID, data.length + " bytes of data; expected none");
        }
    }

    private Agreement chooseByName(String name) throws IOException {
        NbdExport export =
                exports.find(name).orElseThrow(() -> new WireException("there is no export \"" + name + "\""));
        long size = export.sizeBytes();
        events.chosen(name, transport.peerIdentity());
        replies.exportByName(size, transmissionFlags(export), padded);
        return agreed(name, export, size);
    }

    private Optional<Agreement> inform(int option, OptionData.Choice choice) throws IOException {
        Optional<NbdExport> found = exports.find(choice.name());
        if (found.isEmpty()) {
            replies.refuse(option, Protocol.REP_ERR_UNKNOWN, "there is no export \"" + choice.name() + "\"");
            return Optional.empty();
        }
        NbdExport export = found.get();
        long size = export.sizeBytes();
        replies.infoExport(option, size, transmissionFlags(export));
        if (choice.information().contains(Protocol.INFO_NAME)) {
            replies.infoText(option, Protocol.INFO_NAME, choice.name());
        }
        if (choice.information().contains(Protocol.INFO_DESCRIPTION)) {
            replies.infoText(option, Protocol.INFO_DESCRIPTION, export.description());
        }
        if (choice.information().contains(Protocol.INFO_BLOCK_SIZE)) {
            replies.infoBlockSizes(option, export.blockSizes());
        }
        if (option == Protocol.OPT_GO) {
            events.chosen(choice.name(), transport.peerIdentity());
        }
        replies.acknowledge(option);
        return option == Protocol.OPT_GO ? Optional.of(agreed(choice.name(), export, size)) : Optional.empty();
    }

    private Agreement agreed(String name, NbdExport export, long size) {
        List<String> selected = contextsOf.equals(name) ? contexts : List.of();
        WireInput further = new WireInput(input, TRANSMISSION_AHEAD_BYTES);
        return new Agreement(name, export, size, structured, selected, transport, further);
    }

    private int transmissionFlags(NbdExport export) {
        int flags = Protocol.TRANSMISSION_HAS_FLAGS;
        if (export.readOnly()) {
            flags |= Protocol.TRANSMISSION_READ_ONLY;
        }
        if (structured) {
            flags |= Protocol.TRANSMISSION_SEND_DF;
        }
        for (NbdFeature feature : export.features()) {
            if (!export.readOnly() || !CHANGING.contains(feature)) {
                flags |= feature.mask();
            }
        }
        return flags;
    }

    private void list(int option) throws IOException {
        for (String name : exports.list()) {
            String description = exports.find(name).map(NbdExport::description).orElse("");
            replies.exportListed(option, name, description);
        }
        replies.acknowledge(option);
    }

    private void startTls(int option) throws IOException {
        SSLContext context = tls.context();
        if (tls.mode() == NbdTlsMode.OFF || context == null) {
            replies.refuse(option, Protocol.REP_ERR_POLICY, "this server does not offer TLS");
            return;
        }
        if (encrypted) {
            replies.refuse(option, Protocol.REP_ERR_INVALID, "TLS has begun already");
            return;
        }
        replies.acknowledge(option);
        if (input.hasAhead()) {
            throw new WireException("the client sent more before NBD_OPT_STARTTLS was answered");
        }
        transport = TlsTransport.server(transport, context, tls.clientCertificate());
        input = new WireInput(transport, HANDSHAKE_AHEAD_BYTES);
        replies = new OptionReplies(transport);
        encrypted = true;
        structured = false;
        contextsOf = "";
        contexts = List.of();
    }

    private void metaContexts(int option, byte[] data) throws IOException, OptionData.Malformed {
        boolean select = option == Protocol.OPT_SET_META_CONTEXT;
        if (select) {
            contexts = List.of();
        }
        if (!structured) {
            replies.refuse(option, Protocol.REP_ERR_INVALID, "structured replies come first");
            return;
        }
        OptionData.ContextQuery query = OptionData.contextQuery(data);
        Optional<NbdExport> found = exports.find(query.name());
        if (found.isEmpty()) {
            replies.refuse(option, Protocol.REP_ERR_UNKNOWN, "there is no export \"" + query.name() + "\"");
            return;
        }
        List<String> matching = matching(found.get().metaContexts(), query.queries(), select);
        if (matching.size() > CONTEXTS_MAX) {
            replies.refuse(option, Protocol.REP_ERR_TOO_BIG, matching.size() + " contexts; at most " + CONTEXTS_MAX);
            return;
        }
        if (select) {
            contextsOf = query.name();
            contexts = List.copyOf(matching);
        }
        for (int i = 0; i < matching.size(); i++) {
            replies.metaContext(option, select ? i + 1 : 0, matching.get(i));
        }
        replies.acknowledge(option);
    }

    /** In a list, no query means all, and a query that ends with a colon means all that begin so; a selection is by exact name. */
    private static List<String> matching(List<String> offered, List<String> queries, boolean select) {
        if (queries.isEmpty()) {
            return select ? List.of() : offered;
        }
        Set<String> exact = new HashSet<>(queries);
        List<String> matching = new ArrayList<>();
        for (String context : offered) {
            boolean listed =
                    !select && queries.stream().anyMatch(query -> query.endsWith(":") && context.startsWith(query));
            if (listed || exact.contains(context)) {
                matching.add(context);
            }
        }
        return matching;
    }
}
