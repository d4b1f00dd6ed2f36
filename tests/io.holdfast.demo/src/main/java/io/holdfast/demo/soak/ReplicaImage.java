package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.harness.GuestMonitor;
import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One disk of a replica against the disk of its source. Every block that the replica has written itself is known: by what its overlay held
 * before anything was copied into it, and by a bitmap that QEMU keeps from then on. All other blocks must be the source's in the end.
 */
final class ReplicaImage {

    private static final String BITMAP = "own-writes";
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int disk;
    private final Path overlay;
    private final BlockSet own = new BlockSet();

    /**
     * What came out.
     *
     * @param comparedBlocks how many blocks were compared
     * @param differing those that differ
     * @param raw the replica's disk as a raw image
     */
    record Compared(int comparedBlocks, BlockSet differing, Path raw) {}

    private ReplicaImage(int disk, Path overlay) {
        this.disk = disk;
        this.overlay = overlay;
    }

    /**
     * Notes what the replica has written and lets QEMU note what it will. Nothing has been copied into it yet.
     *
     * @param monitor of the replica, which is paused
     * @param folder of the replica
     * @param disk its number
     */
    static ReplicaImage watch(GuestMonitor monitor, Path folder, int disk) throws IOException {
        ReplicaImage image = new ReplicaImage(disk, folder.resolve("disk-" + disk + ".qcow2"));
        ObjectNode bitmap = GuestMonitor.arguments();
        bitmap.put("node", image.node(monitor)).put("name", BITMAP).put("granularity", BlockSet.BLOCK_BYTES);
        monitor.execute("block-dirty-bitmap-add", bitmap);
        JsonNode held = tool("qemu-img", "map", "-U", "--output=json", "-f", "qcow2", image.overlay.toString());
        image.own.add(held, "start", range -> range.path("present").asBoolean());
        return image;
    }

    /** Reads the bitmap of the replica, which is paused; the monitor's QEMU serves the socket from then on. */
    void readBitmap(GuestMonitor monitor, Path socket) throws IOException {
        if (!Files.exists(socket)) {
            ObjectNode server = GuestMonitor.arguments();
            ObjectNode address = server.putObject("addr").put("type", "unix");
            address.putObject("data").put("path", socket.toString());
            monitor.execute("nbd-server-start", server);
        }
        ObjectNode bitmap = GuestMonitor.arguments();
        bitmap.put("node", node(monitor)).put("name", BITMAP);
        monitor.execute("block-dirty-bitmap-disable", bitmap);
        ObjectNode export = GuestMonitor.arguments();
        export.put("type", "nbd").put("id", "disk" + disk).put("name", "disk" + disk);
        export.put("node-name", node(monitor)).putArray("bitmaps").add(BITMAP);
        monitor.execute("block-export-add", export);
        JsonNode told = tool(
                "nbdinfo",
                "--json",
                "--map=qemu:dirty-bitmap:" + BITMAP,
                "nbd+unix:///disk" + disk + "?socket=" + socket);
        own.add(told, "offset", range -> range.path("type").asInt() != 0);
    }

    /**
     * Opens the image alone, after the replica's QEMU has ended, and compares it.
     *
     * @param source the raw disk that the replica was made of
     * @param work a folder for the raw image
     * @throws AssertionError when the image is damaged or needs another one
     */
    Compared compare(Path source, Path work) throws IOException {
        JsonNode info = tool("qemu-img", "info", "--output=json", overlay.toString());
        if (info.has("backing-filename")) {
            throw new AssertionError(overlay + " needs " + info.path("backing-filename"));
        }
        ProcessTools.run(LIMIT, List.of("qemu-img", "check", "-q", overlay.toString()))
                .orThrow("qemu-img check " + overlay);
        Path raw = work.resolve("replica-" + disk + ".raw");
        ProcessTools.run(LIMIT, List.of("qemu-img", "convert", "-O", "raw", overlay.toString(), raw.toString()))
                .orThrow("qemu-img convert " + overlay);
        int blocks = Math.toIntExact((Files.size(raw) + BlockSet.BLOCK_BYTES - 1) / BlockSet.BLOCK_BYTES);
        return new Compared(blocks - own.size(), own.differencesElsewhere(source, raw), raw);
    }

    private String node(GuestMonitor monitor) throws IOException {
        for (JsonNode device : monitor.execute("query-block")) {
            JsonNode inserted = device.path("inserted");
            if (inserted.path("image").path("filename").asText().contains(overlay.toString())) {
                return inserted.path("node-name").asText();
            }
        }
        throw new IOException("QEMU shows no disk on " + overlay);
    }

    private static JsonNode tool(String... command) throws IOException {
        return JSON.readTree(ProcessTools.run(LIMIT, List.of(command)).orThrow(String.join(" ", command)));
    }
}
