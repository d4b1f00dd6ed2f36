package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.kvm.guard.Names;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Bitmaps of ours: not stored with the image, so they end with QEMU, and never in use by anything but a short merge.
 */
final class Bitmaps {

    private static final long TEBIBYTE = 1L << 40;
    private static final int GRANULARITY_BYTES_MIN = 4096;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]{1,60}");

    private final Qmp qmp;

    Bitmaps(Qmp qmp) {
        this.qmp = qmp;
    }

    /** 4 KiB up to 1 TiB, doubling beyond, so that a bitmap stays at 32 MiB. */
    static int granularityBytes(long diskBytes) {
        int granularity = GRANULARITY_BYTES_MIN;
        for (long covered = TEBIBYTE; covered < diskBytes; covered *= 2) {
            granularity *= 2;
        }
        return granularity;
    }

    /** Adds a bitmap to every disk that lacks it, to all of them at one moment or to none. */
    void add(String name, List<SourceDisk> disks, Deadline deadline) {
        String full = fullName(name);
        List<BlockNode> nodes = BlockNode.list(qmp, deadline.left());
        ArrayNode actions = JsonNodeFactory.instance.arrayNode();
        for (SourceDisk disk : disks) {
            Optional<BlockNode.Bitmap> there =
                    BlockNode.find(nodes, disk.node()).flatMap(node -> node.bitmap(full));
            if (there.isPresent() && there.get().usable()) {
                continue;
            }
            if (there.isPresent()) {
                actions.add(action("block-dirty-bitmap-remove", disk.node(), full));
            }
            ObjectNode add = action("block-dirty-bitmap-add", disk.node(), full);
            add.withObject("data")
                    .put("granularity", granularityBytes(disk.sizeBytes()))
                    .put("persistent", false);
            actions.add(add);
        }
        run(actions, name, deadline);
    }

    /** Removes a bitmap wherever it is, also from nodes that a snapshot has left behind. */
    void remove(String name, Deadline deadline) {
        String full = fullName(name);
        ArrayNode actions = JsonNodeFactory.instance.arrayNode();
        for (BlockNode node : BlockNode.list(qmp, deadline.left())) {
            if (node.bitmap(full).isPresent()) {
                actions.add(action("block-dirty-bitmap-remove", node.name(), full));
            }
        }
        run(actions, name, deadline);
    }

    /** Names of bitmaps that every disk has and that can be used, oldest first. */
    List<String> common(List<SourceDisk> disks, Deadline deadline) {
        List<BlockNode> nodes = BlockNode.list(qmp, deadline.left());
        List<String> common = new ArrayList<>();
        for (int at = 0; at < disks.size(); at++) {
            List<String> here = BlockNode.find(nodes, disks.get(at).node()).stream()
                    .flatMap(node -> node.bitmaps().stream())
                    .filter(bitmap -> bitmap.usable() && bitmap.name().startsWith(Names.BITMAP))
                    .map(bitmap -> bitmap.name().substring(Names.BITMAP.length()))
                    .toList();
            if (at == 0) {
                common.addAll(here);
            } else {
                common.retainAll(here);
            }
        }
        return List.copyOf(common);
    }

    /** The name inside QEMU. */
    static String fullName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bitmap",
                    "'" + name + "' given; expected 1 to 60 letters, digits, dots and hyphens");
        }
        return Names.BITMAP + name;
    }

    static ObjectNode action(String type, String node, String bitmap) {
        ObjectNode action = JsonNodeFactory.instance.objectNode().put("type", type);
        action.putObject("data").put("node", node).put("name", bitmap);
        return action;
    }

    private void run(ArrayNode actions, String name, Deadline deadline) {
        if (actions.isEmpty()) {
            return;
        }
        try {
            qmp.execute(QmpCommand.of("transaction").with("actions", actions), deadline.left());
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, "bitmap " + name);
        }
    }
}
