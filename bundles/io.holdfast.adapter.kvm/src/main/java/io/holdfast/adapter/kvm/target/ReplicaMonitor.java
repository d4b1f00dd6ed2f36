package io.holdfast.adapter.kvm.target;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.kvm.qmp.QmpClient;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpListener;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A conversation with the monitor of a running replica. Short: opened for one operation, so that nothing has to be kept over a restart. */
final class ReplicaMonitor implements AutoCloseable {

    private static final String HYDRATION_PREFIX = "hydrate-";
    private static final String OK = "ok";
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(60);

    /**
     * A background copy of one disk.
     *
     * @param standsStill whether an error has stopped it, until it is resumed
     * @param doneBytes how far it is
     */
    record Copy(boolean standsStill, long doneBytes) {}

    private final QmpClient client;
    private final String name;

    private ReplicaMonitor(QmpClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** Connects, and checks that it is this replica that answers. */
    static ReplicaMonitor open(Path socket, UUID id) {
        ReplicaMonitor monitor =
                new ReplicaMonitor(QmpClient.connect(socket, false, QmpListener.NONE), socket.toString());
        boolean right = false;
        try {
            String found = monitor.ask(QmpCommand.of("query-uuid")).path("UUID").asText();
            right = found.equals(id.toString());
            if (!right) {
                throw new HoldfastException(
                        ErrorCode.REPLICA_INVALID, monitor.name, "belongs to machine " + found + "; expected " + id);
            }
            return monitor;
        } finally {
            if (!right) {
                monitor.close();
            }
        }
    }

    /** The state of the guest's processors, in QEMU's words: {@code running}, {@code io-error}, {@code paused} ... */
    String runState() {
        return ask(QmpCommand.of("query-status")).path("status").asText();
    }

    /** Lets the guest's processors go on. */
    void goOn() {
        ask(QmpCommand.of("cont"));
    }

    /** Presses the power button. */
    void pressPower() {
        ask(QmpCommand.of("system_powerdown"));
    }

    /** Which device stands still because of its storage, in words for people; empty when none does. */
    String storageTrouble() {
        for (JsonNode device : ask(QmpCommand.of("query-block"))) {
            String status = device.path("io-status").asText(OK);
            if (!status.equals(OK)) {
                String node = device.path("inserted")
                        .path("node-name")
                        .asText(device.path("qdev").asText());
                return node + (status.equals("nospace") ? ": no space is left for its writes" : ": its storage fails");
            }
        }
        return "";
    }

    /** Whether the guest has written to any of its disks since QEMU was started. */
    boolean guestHasWritten() {
        for (JsonNode device : ask(QmpCommand.of("query-blockstats"))) {
            if (device.path("stats").path("wr_operations").asLong() > 0) {
                return true;
            }
        }
        return false;
    }

    /** The background copies that go on or stand still, by disk. */
    Map<Integer, Copy> copies() {
        Map<Integer, Copy> copies = new HashMap<>();
        for (JsonNode job : ask(QmpCommand.of("query-block-jobs"))) {
            String id = job.path("device").asText();
            if (id.startsWith(HYDRATION_PREFIX)) {
                copies.put(
                        Integer.parseInt(id.substring(HYDRATION_PREFIX.length())),
                        new Copy(
                                job.path("status").asText().equals("paused"),
                                job.path("offset").asLong()));
            }
        }
        return copies;
    }

    /** Disks whose overlay has nothing below it any more, and no copy at work on it. */
    Set<Integer> wholeDisks() {
        Set<Integer> whole = new HashSet<>();
        for (JsonNode device : ask(QmpCommand.of("query-block"))) {
            String node = device.path("inserted").path("node-name").asText();
            if (node.startsWith(QemuCommandLine.OVERLAY_PREFIX)
                    && device.path("inserted").path("backing_file_depth").asInt(-1) == 0) {
                whole.add(Integer.parseInt(node.substring(QemuCommandLine.OVERLAY_PREFIX.length())));
            }
        }
        return whole;
    }

    /**
     * Starts the background copy of a disk; what it holds already is passed over. QEMU forgets it by itself when it has ended: one that was
     * kept until we ask for it would leave a node behind on which {@code query-named-block-nodes} ends QEMU 7.2.
     */
    void startCopy(int disk, long bytesPerSecondMax) {
        ask(QmpCommand.of("block-stream")
                .with("job-id", job(disk))
                .with("device", QemuCommandLine.overlayNode(disk))
                .with("speed", bytesPerSecondMax)
                .with("on-error", "stop"));
    }

    void limitCopy(int disk, long bytesPerSecondMax) {
        ask(QmpCommand.of("block-job-set-speed").with("device", job(disk)).with("speed", bytesPerSecondMax));
    }

    void resumeCopy(int disk) {
        ask(QmpCommand.of("block-job-resume").with("device", job(disk)));
    }

    /** Makes all that a disk's overlay holds durable, its tables included. */
    void flush(int disk) {
        QmpCommand command = QmpCommand.of("human-monitor-command")
                .with("command-line", "qemu-io " + QemuCommandLine.overlayNode(disk) + " \"flush\"");
        String said = ask(command, FLUSH_LIMIT).asText().strip();
        if (!said.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, QemuCommandLine.overlayNode(disk), "cannot be flushed: " + said);
        }
    }

    /** Closes the connection to a disk's export, which nothing needs any more. */
    void closeBase(int disk) {
        String base = QemuCommandLine.baseNode(disk);
        List<String> nodes = new ArrayList<>();
        for (JsonNode node : ask(QmpCommand.of("query-named-block-nodes").with("flat", true))) {
            nodes.add(node.path("node-name").asText());
        }
        if (nodes.contains(base)) {
            ask(QmpCommand.of("blockdev-del").with("node-name", base));
        }
    }

    private static String job(int disk) {
        return HYDRATION_PREFIX + disk;
    }

    private JsonNode ask(QmpCommand command) {
        return ask(command, QmpClient.USUAL_LIMIT);
    }

    private JsonNode ask(QmpCommand command, Duration limit) {
        try {
            return client.execute(command, limit);
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.ILLEGAL_STATE, name);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
