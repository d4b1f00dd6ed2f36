package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.DiskReader;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.kvm.guard.GuardSettings;
import io.holdfast.adapter.kvm.guard.Names;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.nbd.NbdClient;
import io.holdfast.nbd.NbdClientOptions;
import io.holdfast.nbd.NbdContexts;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Read-only exports of running disks through QEMU's own NBD server, of which there is one; it runs only while a reader of ours is open.
 *
 * <p>What is exported is never a bitmap that records, but a disabled copy of the union of those asked for, made at one moment. QEMU 7.2
 * exports a recording one too while a mirror runs (without a mirror it refuses), but as long as the export lasts it calls that bitmap busy
 * and will neither merge nor remove it: that would stop the rotation. A copy loses nothing: what is written after that moment goes through
 * the mirror.
 *
 * <p>An export ends by {@code block-export-del} and in no other way: QEMU before 9.0 may end itself when a reader disconnects from a disk with an
 * I/O thread. {@link ExportHolder} keeps a disconnection from it.
 */
final class DiskExports {

    private static final String HELD = ".held";
    private static final Duration GONE_LIMIT = Duration.ofSeconds(3);

    private final Qmp qmp;
    private final ExportHolder holder;
    private final Path folder;
    private final Path socket;
    private boolean cleaned;

    DiskExports(Qmp qmp, ExportHolder holder, GuardSettings settings) {
        this.qmp = qmp;
        this.holder = holder;
        this.folder = settings.folder();
        this.socket = settings.exports();
    }

    /**
     * Opens a disk.
     *
     * @throws HoldfastException {@code EXPORT_SERVER_IN_USE}, {@code NOT_FOUND} for a bitmap that is not there; nothing is left
     */
    synchronized DiskReader open(SourceDisk disk, List<String> bitmaps, Deadline deadline) {
        if (!cleaned) {
            removeOurs(deadline);
            cleaned = true;
        }
        String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        String export = Names.EXPORT + suffix;
        String copy = bitmaps.isEmpty() ? "" : Names.READER_BITMAP + suffix;
        boolean done = false;
        try {
            startServer(deadline);
            if (!copy.isEmpty()) {
                copyUnion(disk, bitmaps, copy, deadline);
            }
            addExport(disk, export, copy, deadline);
            NbdClient client = connect(export, copy, deadline);
            done = true;
            return new ExportReader(client, copy, () -> remove(export, disk.node(), copy, Deadline.in(GONE_LIMIT)));
        } finally {
            if (!done) {
                remove(export, disk.node(), copy, Deadline.in(GONE_LIMIT));
            }
        }
    }

    private void startServer(Deadline deadline) {
        ObjectNode address = JsonNodeFactory.instance.objectNode().put("type", "unix");
        address.putObject("data").put("path", socket.toString());
        try {
            qmp.execute(QmpCommand.of("nbd-server-start").with("addr", address), deadline.left());
        } catch (QmpRefusal e) {
            boolean isRunning = e.description().contains("already running");
            if (!isRunning || !isOurs(deadline)) {
                throw e.as(isRunning ? ErrorCode.EXPORT_SERVER_IN_USE : ErrorCode.DISK_ERROR, socket.toString());
            }
        }
    }

    /** Only QEMU, told by us, listens at this path. */
    private boolean isOurs(Deadline deadline) {
        try {
            return EmptyHandshake.visit(socket, deadline);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.TIMEOUT, socket.toString(), "QEMU's NBD server does not answer: " + e.getMessage(), e);
        }
    }

    private void copyUnion(SourceDisk disk, List<String> bitmaps, String copy, Deadline deadline) {
        List<String> names = bitmaps.stream().map(Bitmaps::fullName).toList();
        BlockNode node = BlockNode.find(BlockNode.list(qmp, deadline.left()), disk.node())
                .orElseThrow(() -> new HoldfastException(ErrorCode.NOT_FOUND, disk.node(), "no such node any more"));
        for (String name : names) {
            if (node.bitmap(name).isEmpty()) {
                throw new HoldfastException(
                        ErrorCode.NOT_FOUND,
                        disk.identity(),
                        "it has no bitmap " + name + "; expected one that bitmaps() lists");
            }
        }
        ObjectNode add = Bitmaps.action("block-dirty-bitmap-add", disk.node(), copy);
        add.withObject("data")
                .put("granularity", Bitmaps.granularityBytes(disk.sizeBytes()))
                .put("persistent", false)
                .put("disabled", true);
        ObjectNode merge = JsonNodeFactory.instance.objectNode().put("type", "block-dirty-bitmap-merge");
        ArrayNode sources = merge.putObject("data")
                .put("node", disk.node())
                .put("target", copy)
                .putArray("bitmaps");
        names.forEach(sources::add);
        try {
            qmp.execute(
                    QmpCommand.of("transaction")
                            .with(
                                    "actions",
                                    JsonNodeFactory.instance
                                            .arrayNode()
                                            .add(add)
                                            .add(merge)),
                    deadline.left());
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, disk.identity());
        }
    }

    private void addExport(SourceDisk disk, String export, String copy, Deadline deadline) {
        QmpCommand add = QmpCommand.of("block-export-add")
                .with("type", "nbd")
                .with("id", export)
                .with("name", export)
                .with("node-name", disk.node())
                .with("writable", false);
        if (!copy.isEmpty()) {
            add = add.with("bitmaps", JsonNodeFactory.instance.arrayNode().add(copy));
        }
        try {
            qmp.execute(add, deadline.left());
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, disk.identity());
        }
    }

    private NbdClient connect(String export, String copy, Deadline deadline) {
        List<String> contexts = new ArrayList<>(List.of(NbdContexts.ALLOCATION));
        if (!copy.isEmpty()) {
            contexts.add(NbdContexts.qemuDirtyBitmap(copy));
        }
        try {
            Files.writeString(held(export), "");
            return NbdClient.connect(
                    UnixDomainSocketAddress.of(holder.hold(export, deadline.left())),
                    export,
                    NbdClientOptions.DEFAULT.withContexts(contexts.toArray(String[]::new)));
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.NETWORK, socket.toString(), "QEMU's export cannot be connected to", e);
        }
    }

    /** Removes what {@link #open} made, as far as it was made. */
    private synchronized void remove(String export, String node, String copy, Deadline deadline) {
        removeExport(export, deadline);
        if (!copy.isEmpty()) {
            removeBitmap(node, copy, deadline);
        }
        stopServerIfIdle(deadline);
    }

    /** Removes everything of ours, also of an earlier life of ours. */
    synchronized void close(Deadline deadline) {
        removeOurs(deadline);
    }

    private void removeOurs(Deadline deadline) {
        exports(deadline).stream().filter(id -> id.startsWith(Names.EXPORT)).forEach(id -> removeExport(id, deadline));
        for (BlockNode node : BlockNode.list(qmp, deadline.left())) {
            node.bitmaps().stream()
                    .filter(bitmap -> bitmap.name().startsWith(Names.READER_BITMAP))
                    .forEach(bitmap -> removeBitmap(node.name(), bitmap.name(), deadline));
        }
        heldBefore().forEach(id -> removeExport(id, deadline));
        stopServerIfIdle(deadline);
    }

    private List<String> exports(Deadline deadline) {
        List<String> ids = new ArrayList<>();
        try {
            for (JsonNode export : qmp.execute(QmpCommand.of("query-block-exports"), deadline.left())) {
                ids.add(export.path("id").asText());
            }
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, "exports");
        }
        return ids;
    }

    private void removeExport(String export, Deadline deadline) {
        try {
            qmp.execute(QmpCommand.of("block-export-del").with("id", export).with("mode", "hard"), deadline.left());
        } catch (QmpRefusal _) {
            // not there, or on its way out already
        }
        if (!deadline.await(() -> !exports(deadline).contains(export))) {
            throw new HoldfastException(ErrorCode.TIMEOUT, export, "QEMU has not ended the export in time");
        }
        try {
            qmp.execute(QmpCommand.of("closefd").with("fdname", export), deadline.left());
        } catch (QmpRefusal _) {
            // no connection was made to it
        }
        try {
            Files.deleteIfExists(held(export));
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, held(export).toString(), "cannot be deleted: " + e, e);
        }
    }

    /** Says that QEMU may hold a connection under this name, also when the export itself is gone. */
    private Path held(String export) {
        return folder.resolve(export + HELD);
    }

    private List<String> heldBefore() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(Names.EXPORT) && name.endsWith(HELD))
                    .map(name -> name.substring(0, name.length() - HELD.length()))
                    .toList();
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, folder.toString(), "cannot be listed: " + e, e);
        }
    }

    private void removeBitmap(String node, String bitmap, Deadline deadline) {
        try {
            qmp.execute(
                    QmpCommand.of("block-dirty-bitmap-remove")
                            .with("node", node)
                            .with("name", bitmap),
                    deadline.left());
        } catch (QmpRefusal _) {
            // never made, or gone with its node
        }
    }

    /** QEMU 7.2 waits for ever when it is told to stop while it negotiates with anybody, so everybody has to be gone before. */
    private void stopServerIfIdle(Deadline deadline) {
        if (!exports(deadline).isEmpty()) {
            return;
        }
        holder.letGo(deadline.left());
        if (isOurs(deadline)) {
            try {
                qmp.execute(QmpCommand.of("nbd-server-stop"), deadline.left());
            } catch (QmpRefusal _) {
                // stopped meanwhile
            }
        }
    }
}
