package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.base.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A block node inside QEMU and what notes its changes.
 *
 * @param name of the node
 * @param driver for example {@code raw} or {@code nbd}
 * @param bitmaps in the order in which they were added
 */
record BlockNode(String name, String driver, List<Bitmap> bitmaps) {

    /**
     * A dirty bitmap.
     *
     * @param name empty for one that a job keeps for itself
     * @param dirtyBytes what it marks
     * @param usable neither inconsistent nor in use by an operation
     */
    record Bitmap(String name, long dirtyBytes, boolean usable) {}

    /** Lists all nodes. */
    static List<BlockNode> list(Qmp qmp, Duration limit) {
        List<BlockNode> nodes = new ArrayList<>();
        try {
            for (JsonNode node :
                    qmp.execute(QmpCommand.of("query-named-block-nodes").with("flat", true), limit)) {
                List<Bitmap> bitmaps = new ArrayList<>();
                for (JsonNode bitmap : node.path("dirty-bitmaps")) {
                    // QEMU puts the newest in front
                    bitmaps.addFirst(new Bitmap(
                            bitmap.path("name").asText(),
                            bitmap.path("count").asLong(),
                            !bitmap.path("inconsistent").asBoolean()
                                    && !bitmap.path("busy").asBoolean()));
                }
                nodes.add(new BlockNode(
                        node.path("node-name").asText(), node.path("drv").asText(), List.copyOf(bitmaps)));
            }
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, "block nodes");
        }
        return nodes;
    }

    static Optional<BlockNode> find(List<BlockNode> nodes, String name) {
        return nodes.stream().filter(node -> node.name.equals(name)).findFirst();
    }

    Optional<Bitmap> bitmap(String bitmapName) {
        return bitmaps.stream().filter(bitmap -> bitmap.name.equals(bitmapName)).findFirst();
    }
}
