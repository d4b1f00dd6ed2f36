package io.holdfast.adapter.kvm;

import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.adapter.CaptureTarget;
import io.holdfast.nbd.NbdBlockSizes;
import io.holdfast.nbd.NbdConnectionListener;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExports;
import io.holdfast.nbd.NbdFeature;
import io.holdfast.nbd.NbdServer;
import io.holdfast.nbd.NbdServerSettings;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A capture server as the mobility agent has one: the product's NBD server with one export per disk and a heartbeat. Remembers which ranges
 * were written. Runs inside the test, or as a process of its own through {@link #main} so that it can be stopped and killed.
 */
public final class CaptureStand implements AutoCloseable {

    private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Path folder;
    private final Map<String, Export> exports = new LinkedHashMap<>();
    private final NbdServer server;
    private final Thread beating;
    private volatile boolean closing;

    /** One write, zeroing or discard that arrived. */
    public record Arrival(String kind, long offset, long length) {}

    private CaptureStand(Path folder, Map<String, Long> sizes) throws IOException {
        this.folder = folder;
        sizes.forEach((name, size) -> exports.put(name, new Export(size)));
        this.server = NbdServer.start(
                NbdServerSettings.at(UnixDomainSocketAddress.of(socket(folder))),
                new NbdExports() {
                    @Override
                    public Optional<NbdExport> find(String name) {
                        return Optional.ofNullable(exports.get(name));
                    }

                    @Override
                    public List<String> list() {
                        return List.copyOf(exports.keySet());
                    }
                },
                NbdConnectionListener.NONE);
        CaptureHeartbeat heartbeat = CaptureHeartbeat.create(heartbeat(folder), System.nanoTime());
        this.beating = Thread.ofPlatform().daemon().name("stand-heartbeat").start(() -> beat(heartbeat));
    }

    public static CaptureStand start(Path folder, Map<String, Long> sizes) throws IOException {
        return new CaptureStand(folder, sizes);
    }

    static Path socket(Path folder) {
        return folder.resolve("capture.sock");
    }

    static Path heartbeat(Path folder) {
        return folder.resolve("heartbeat");
    }

    /** Targets for the disks of the same names. */
    static List<CaptureTarget> targets(Path folder, List<String> disks) {
        return disks.stream()
                .map(disk -> new CaptureTarget(disk, socket(folder), disk))
                .toList();
    }

    public List<CaptureTarget> targets() {
        return targets(folder, List.copyOf(exports.keySet()));
    }

    public List<Arrival> arrivals(String disk) {
        return export(disk).arrivals;
    }

    public Export export(String disk) {
        return Optional.ofNullable(exports.get(disk)).orElseThrow();
    }

    /** Breaks one disk's connection, which only QEMU notices. */
    public int drop(String disk) {
        return server.dropConnections(disk);
    }

    private void beat(CaptureHeartbeat heartbeat) {
        while (!closing) {
            heartbeat.beat(System.nanoTime(), server.oldestRequestNanos());
            LockSupport.parkNanos(BEAT_NANOS);
        }
    }

    @Override
    public void close() throws Exception {
        exports.values().forEach(Export::release);
        closing = true;
        beating.join(2000);
        server.close();
    }

    /** Runs a stand until the process is killed: folder, then name=size for each disk. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            sizes.put(
                    argument.substring(0, argument.indexOf('=')),
                    Long.parseLong(argument.substring(argument.indexOf('=') + 1)));
        }
        try (CaptureStand _ = start(Path.of(arguments[0]), sizes)) {
            System.out.println("ready");
            new CountDownLatch(1).await();
        }
    }

    /** Starts {@link #main} in a process of its own and waits until it serves. */
    public static Process startProcess(Path folder, Map<String, Long> sizes) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path", ""),
                CaptureStand.class.getName(),
                folder.toString()));
        sizes.forEach((name, size) -> command.add(name + "=" + size));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("stand.log").toFile())
                .redirectOutput(folder.resolve("stand.out").toFile())
                .start();
        Waiting.until("the stand serves", Duration.ofSeconds(20), () -> {
            if (!process.isAlive()) {
                throw new IOException(Files.readString(folder.resolve("stand.log")));
            }
            return Files.readString(folder.resolve("stand.out")).contains("ready");
        });
        return process;
    }

    /** A disk in memory, made of the pages that were written. */
    public static final class Export implements NbdExport {

        private final long size;
        private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch gate = new CountDownLatch(0);

        Export(long size) {
            this.size = size;
        }

        /** Lets requests hang until {@link #release}. */
        public void hold() {
            gate = new CountDownLatch(1);
        }

        public void release() {
            gate.countDown();
        }

        @Override
        public long sizeBytes() {
            return size;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public Set<NbdFeature> features() {
            return Set.of(
                    NbdFeature.FLUSH, NbdFeature.FUA, NbdFeature.TRIM, NbdFeature.WRITE_ZEROES, NbdFeature.MULTI_CONN);
        }

        @Override
        public NbdBlockSizes blockSizes() {
            return NbdBlockSizes.DEFAULT;
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            target.position(target.limit());
        }

        @Override
        public void write(long offset, ByteBuffer data, boolean fua) throws IOException {
            arrive("write", offset, data.remaining());
        }

        @Override
        public void writeZeroes(long offset, long length, boolean fua, boolean noHole) throws IOException {
            arrive("zero", offset, length);
        }

        @Override
        public void trim(long offset, long length, boolean fua) throws IOException {
            arrive("trim", offset, length);
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        private void arrive(String kind, long offset, long length) throws IOException {
            try {
                if (!gate.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("held for too long");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            arrivals.add(new Arrival(kind, offset, length));
        }
    }
}
