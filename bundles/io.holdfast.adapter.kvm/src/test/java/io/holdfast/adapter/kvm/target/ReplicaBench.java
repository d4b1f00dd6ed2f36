package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.kvm.Waiting;
import io.holdfast.adapter.kvm.target.KvmTargetSettings.Acceleration;
import io.holdfast.base.TimeSource;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** What tests of replicas share: a folder, a base server, a wish, and an adapter that can be forgotten and made again. */
final class ReplicaBench implements AutoCloseable {

    static final String DISK_IDENTITY = "disk of the test";

    final Path folder;
    final Path base;
    final BaseServer server;
    final ReplicaPlace place;
    private final List<ReplicaPlace> places = new ArrayList<>();
    Replicas replicas;

    ReplicaBench() throws Exception {
        folder = Files.createTempDirectory("hf-replica");
        base = folder.resolve("base.raw");
        TinyGuest.write(base);
        server = BaseServer.start(base, socket());
        replicas = replicas(settings(1 << 20));
        place = placeNamed("r");
    }

    static KvmTargetSettings settings(long consoleLogBytesMax) {
        return new KvmTargetSettings(
                "qemu-system-x86_64", "qemu-img", Acceleration.TCG, Optional.empty(), consoleLogBytesMax);
    }

    static Replicas replicas(KvmTargetSettings settings) {
        return new Replicas(settings, TimeSource.SYSTEM);
    }

    /** As after a restart of ours: nothing is remembered. */
    void forget() {
        replicas = replicas(settings(1 << 20));
    }

    Path socket() {
        return folder.resolve("base.sock");
    }

    ReplicaPlace placeNamed(String name) {
        ReplicaPlace made = new ReplicaPlace(UUID.randomUUID(), folder.resolve(name));
        places.add(made);
        return made;
    }

    ReplicaDisk disk(String identity) {
        return new ReplicaDisk(identity, TinyGuest.DISK_BYTES, 512, 4096, socket(), "any");
    }

    ReplicaSpec spec() {
        return spec(new Hardware(1, 64, Hardware.Firmware.BIOS), List.of(disk(DISK_IDENTITY)));
    }

    ReplicaSpec spec(Hardware hardware, List<ReplicaDisk> disks) {
        return new ReplicaSpec(
                place, "test, with a comma", hardware, disks, new ReplicaNetwork.Isolated(), 1 << 20, "B\n");
    }

    void createAndStart() {
        replicas.create(spec());
        replicas.start(place);
    }

    String console() throws IOException {
        return Files.readString(place.folder().resolve("console.log"));
    }

    /** Blocks whose write was acknowledged, while the log has not been cut. */
    long acknowledged() throws IOException {
        return console().chars().filter(printed -> printed == '.').count();
    }

    /** Waits until the guest has had so many more writes acknowledged. */
    Duration awaitWrites(int more, Duration limit) throws IOException {
        long wanted = acknowledged() + more;
        return Waiting.until(more + " more writes", limit, () -> acknowledged() >= wanted);
    }

    /** Waits until the guest has had no write acknowledged for half a second: it waits for its storage. */
    void awaitStandstill() throws IOException {
        long[] last = {acknowledged(), System.nanoTime()};
        Waiting.until("the guest stands still", Duration.ofSeconds(30), () -> {
            long now = acknowledged();
            if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > TimeUnit.MILLISECONDS.toNanos(500);
        });
    }

    ReplicaStatus status() {
        return replicas.status(place);
    }

    @Override
    public void close() throws Exception {
        for (ReplicaPlace made : places) {
            replicas.destroy(made);
        }
        server.close();
        Files.deleteIfExists(base);
        Files.delete(folder);
    }
}
