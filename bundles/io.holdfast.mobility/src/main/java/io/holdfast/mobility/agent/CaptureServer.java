package io.holdfast.mobility.agent;

import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.adapter.CaptureTarget;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.mobility.stream.Sequencer;
import io.holdfast.nbd.NbdConnectionEnd;
import io.holdfast.nbd.NbdConnectionInfo;
import io.holdfast.nbd.NbdConnectionListener;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExports;
import io.holdfast.nbd.NbdServer;
import io.holdfast.nbd.NbdServerSettings;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * The capture server of one machine: an NBD server on a UNIX socket that offers the disks of the present capture, and the heartbeat that shows
 * the guard how long a request has waited. Thread-safe.
 */
final class CaptureServer implements AutoCloseable {

    /** A change gives the capture up by itself well before the guard would cut it. */
    private static final int GIVE_UP_SHARE = 2;

    private final MachineFolder folder;
    private final TimeSource time;
    private final CaptureHeartbeat heartbeat;
    private final NbdServer server;
    private final BiConsumer<Long, String> ended;
    private final Map<String, NbdExport> exports = new ConcurrentHashMap<>();
    private volatile long present;
    private volatile long stallNanosMax = TimeUnit.MILLISECONDS.toNanos(500);

    /**
     * Starts to listen and to beat.
     *
     * @param folder of the machine
     * @param time the monotonic clock
     * @param ended told which capture lost a connection, and why
     * @throws HoldfastException {@code DISK_ERROR} when socket or heartbeat cannot be made
     */
    CaptureServer(MachineFolder folder, TimeSource time, BiConsumer<Long, String> ended) {
        this.folder = folder;
        this.time = time;
        this.ended = ended;
        try {
            heartbeat = CaptureHeartbeat.create(folder.heartbeat(), time.monotonicNanos());
            server = NbdServer.start(
                    NbdServerSettings.at(UnixDomainSocketAddress.of(folder.captureSocket())), new Offers(), new Ears());
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR,
                    folder.path().toString(),
                    "the capture server cannot start there: " + e.getMessage(),
                    e);
        }
    }

    /** Shows the guard that we live, and how long the oldest request has waited. To be called each few tens of milliseconds. */
    void beat() {
        long now = time.monotonicNanos();
        heartbeat.beat(now, server.oldestRequestNanos());
    }

    /**
     * Sets how long a change may wait for memory in captures from now on.
     *
     * @param millis the machine's stall limit
     */
    void limitStall(int millis) {
        stallNanosMax = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /**
     * Offers the disks of a capture; those of the one before are withdrawn.
     *
     * @param capture its number
     * @param disks all of the machine's
     * @param sequencer takes the changes
     * @return where each disk's writes go
     */
    List<CaptureTarget> offer(long capture, List<DiskDescription> disks, Sequencer sequencer) {
        withdraw();
        CaptureDisk.Capture shared =
                new CaptureDisk.Capture(capture, sequencer, heartbeat, stallNanosMax / GIVE_UP_SHARE, time);
        List<CaptureTarget> targets = new ArrayList<>();
        for (DiskDescription disk : disks) {
            String name = name(capture, disk.number());
            exports.put(name, new CaptureDisk(shared, disk));
            targets.add(new CaptureTarget(disk.identity(), folder.captureSocket(), name));
        }
        heartbeat.given(sequencer.highestGiven());
        present = capture;
        return targets;
    }

    /** Ends the present offers; their connections are dropped. */
    void withdraw() {
        present = 0;
        List<String> names = List.copyOf(exports.keySet());
        exports.clear();
        names.forEach(server::dropConnections);
    }

    @Override
    public void close() {
        present = 0;
        exports.clear();
        server.close();
    }

    private static String name(long capture, int disk) {
        return "capture" + capture + "-disk" + disk;
    }

    private final class Offers implements NbdExports {
        @Override
        public Optional<NbdExport> find(String name) {
            return Optional.ofNullable(exports.get(name));
        }

        @Override
        public List<String> list() {
            return exports.keySet().stream().sorted().toList();
        }
    }

    private final class Ears implements NbdConnectionListener {
        @Override
        public void closed(NbdConnectionInfo connection, NbdConnectionEnd end) {
            long capture = present;
            if (capture != 0 && connection.exportName().startsWith("capture" + capture + "-")) {
                ended.accept(
                        capture,
                        "the connection of " + connection.exportName() + " ended: " + end.kind() + " " + end.detail());
            }
        }
    }
}
