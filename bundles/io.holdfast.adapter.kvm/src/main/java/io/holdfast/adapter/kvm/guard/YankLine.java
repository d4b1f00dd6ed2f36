package io.holdfast.adapter.kvm.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The out-of-band monitor: lists and cuts the connections of our nodes, also while QEMU's main loop hangs. Never carries an ordinary
 * command, because eight of those waiting would stop the out-of-band ones too. Thread-safe; one cut at a time.
 *
 * @since 1.0
 */
public final class YankLine implements AutoCloseable {

    /** QEMU answers from a thread of its own, in less than a millisecond when it is not starved. */
    private static final Duration ANSWER_LIMIT = Duration.ofMillis(300);

    /** A node that goes away between the two commands makes QEMU refuse the whole cut; then the list is made again. */
    private static final int ATTEMPTS = 3;

    private final QmpClient client;

    private YankLine(QmpClient client) {
        this.client = client;
    }

    /**
     * Connects.
     *
     * @param socket QMP socket kept for this
     * @return the line; close it
     * @throws HoldfastException as {@link QmpClient#connect}; {@code HYPERVISOR_TOO_OLD} when QEMU has no out-of-band commands
     */
    public static YankLine connect(Path socket) {
        QmpClient client = QmpClient.connect(socket, true, QmpListener.NONE);
        if (!client.canOvertake()) {
            client.close();
            throw new HoldfastException(
                    ErrorCode.HYPERVISOR_TOO_OLD,
                    socket.toString(),
                    "no out-of-band commands; expected a QMP socket that has them");
        }
        return new YankLine(client);
    }

    /**
     * Lists the nodes of ours that have a connection.
     *
     * @return node names
     * @throws HoldfastException when QEMU does not answer
     */
    public List<String> nodes() {
        try {
            List<String> nodes = new ArrayList<>();
            for (JsonNode instance : client.executeOutOfBand(QmpCommand.of("query-yank"), ANSWER_LIMIT)) {
                String node = instance.path("node-name").asText();
                if (node.startsWith(Names.CAPTURE_NODE)) {
                    nodes.add(node);
                }
            }
            return nodes;
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.HYPERVISOR_TOO_OLD, "query-yank");
        }
    }

    /**
     * Cuts all connections of our nodes. Requests under way on them fail at once, which a mirror reports as its own end; the guest's writes
     * complete without error.
     *
     * @return the nodes that were cut
     * @throws HoldfastException when QEMU does not answer or refuses
     */
    public synchronized List<String> cut() {
        for (int attempt = 1; ; attempt++) {
            List<String> nodes = nodes();
            try {
                yank(nodes);
                return nodes;
            } catch (QmpRefusal e) {
                if (attempt == ATTEMPTS) {
                    throw e.as(ErrorCode.INTERNAL, "yank");
                }
            }
        }
    }

    /**
     * Walks the way of a cut without cutting anything, so that its code and memory are at hand when it counts.
     *
     * @return the nodes that could be cut
     * @throws HoldfastException when QEMU does not answer
     */
    public List<String> rehearse() {
        List<String> nodes = nodes();
        try {
            yank(List.of());
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.HYPERVISOR_TOO_OLD, "yank");
        }
        return nodes;
    }

    private void yank(List<String> nodes) throws QmpRefusal {
        ArrayNode instances = JsonNodeFactory.instance.arrayNode();
        for (String node : nodes) {
            instances.addObject().put("type", "block-node").put("node-name", node);
        }
        client.executeOutOfBand(QmpCommand.of("yank").with("instances", instances), ANSWER_LIMIT);
    }

    @Override
    public void close() {
        client.close();
    }
}
