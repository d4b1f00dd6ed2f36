package io.holdfast.adapter.kvm.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.adapter.ReplicaStatus.State;
import io.holdfast.adapter.kvm.target.KvmTargetSettings.Acceleration;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamedErrorsTest {

    private static final Hardware SMALL = new Hardware(1, 64, Hardware.Firmware.BIOS);
    private static final ReplicaNetwork ISOLATED = new ReplicaNetwork.Isolated();

    private final Path folder;
    private final ReplicaPlace place;
    private final Replicas replicas = replicas("qemu-system-x86_64", "qemu-img");

    NamedErrorsTest(@TempDir Path folder) {
        this.folder = folder;
        this.place = new ReplicaPlace(UUID.randomUUID(), folder.resolve("r"));
    }

    private static Replicas replicas(String qemu, String qemuImg) {
        return new Replicas(
                new KvmTargetSettings(qemu, qemuImg, Acceleration.TCG, Optional.empty(), 1 << 20), TimeSource.SYSTEM);
    }

    private ReplicaSpec spec(Hardware hardware, ReplicaNetwork network, long spaceBytes) {
        List<ReplicaDisk> disks =
                List.of(new ReplicaDisk("d", 1 << 20, 512, 512, folder.resolve("nobody.sock"), "export"));
        return new ReplicaSpec(place, "test", hardware, disks, network, spaceBytes, "");
    }

    private static void assertCode(ErrorCode code, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    private Path script(String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + content + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void namesTooLittleSpaceAndLeavesNothing() {
        ReplicaSpec huge = spec(SMALL, ISOLATED, 1L << 60);

        assertCode(ErrorCode.DISK_FULL, "expected at least", () -> replicas.check(huge));
        assertCode(ErrorCode.DISK_FULL, "expected at least", () -> replicas.create(huge));
        assertThat(place.folder()).doesNotExist();
    }

    @Test
    void namesTooLittleMemoryAndLeavesNothing() {
        ReplicaSpec huge = spec(new Hardware(1, Integer.MAX_VALUE, Hardware.Firmware.BIOS), ISOLATED, 0);

        assertCode(ErrorCode.OUT_OF_MEMORY, "MiB of memory are available", () -> replicas.create(huge));
        assertThat(place.folder()).doesNotExist();
    }

    @Test
    void namesAnImageToolThatFindsNoSpaceAndGoesOnLater() throws IOException {
        Path full = script("img", "echo 'disk-0.qcow2: Could not write: No space left on device'; exit 1");

        assertCode(
                ErrorCode.DISK_FULL,
                "No space left",
                () -> replicas("qemu-system-x86_64", full.toString()).create(spec(SMALL, ISOLATED, 0)));
        assertThat(replicas.status(place).state()).isEqualTo(State.ABSENT);
        replicas.create(spec(SMALL, ISOLATED, 0));

        assertThat(replicas.status(place).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void namesQemuThatIsMissingOrTooOld() throws IOException {
        Path old = script("old", "echo 'QEMU emulator version 5.2.0 (Debian)'");
        Path other = script("other", "echo 'something else'");
        ReplicaSpec spec = spec(SMALL, ISOLATED, 0);

        assertCode(
                ErrorCode.HYPERVISOR_NOT_FOUND,
                "install QEMU",
                () -> replicas("no-such-qemu", "qemu-img").check(spec));
        assertCode(
                ErrorCode.HYPERVISOR_NOT_FOUND,
                "not found or not executable",
                () -> replicas("qemu-system-x86_64", "/no/such/qemu-img").check(spec));
        assertCode(
                ErrorCode.HYPERVISOR_TOO_OLD,
                "version 5.2.0",
                () -> replicas(old.toString(), "qemu-img").check(spec));
        assertCode(
                ErrorCode.HYPERVISOR_NOT_FOUND,
                "no version",
                () -> replicas(other.toString(), "qemu-img").check(spec));
    }

    @Test
    void namesANetworkThatIsMissing() {
        String mac = "52:54:00:12:34:56";

        assertCode(
                ErrorCode.NOT_FOUND,
                "bridge hf-no-such",
                () -> replicas.check(
                        spec(SMALL, new ReplicaNetwork.Mapped(ReplicaNetwork.Kind.BRIDGE, "hf-no-such", mac), 0)));
        assertCode(
                ErrorCode.NOT_FOUND,
                "tap lo",
                () -> replicas.check(spec(SMALL, new ReplicaNetwork.Mapped(ReplicaNetwork.Kind.TAP, "lo", mac), 0)));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                "name of an interface",
                () -> new ReplicaNetwork.Mapped(ReplicaNetwork.Kind.TAP, "a,b", mac));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                "MAC address",
                () -> new ReplicaNetwork.Mapped(ReplicaNetwork.Kind.TAP, "tap0", "52:54"));
    }

    @Test
    void readsTheRulesOfTheBridgeHelper() throws IOException {
        Path rules = Files.writeString(folder.resolve("bridge.conf"), "# ours\n\n  allow br0\ndeny br1\n");

        assertThat(HostCheck.allows(rules, "br0")).isTrue();
        assertThat(HostCheck.allows(rules, "br1")).isFalse();
        assertThat(HostCheck.allows(Files.writeString(rules, "allow all\n"), "br1"))
                .isTrue();
        assertThat(HostCheck.allows(Files.writeString(rules, "include /etc/qemu/more.conf\n"), "br1"))
                .isTrue();
        assertThat(HostCheck.allows(folder.resolve("none"), "br0")).isFalse();
    }

    @Test
    void namesHardwareThatNoMachineHas() {
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                "0 processors",
                () -> replicas.check(spec(new Hardware(0, 64, Hardware.Firmware.BIOS), ISOLATED, 0)));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                "0 MiB",
                () -> replicas.check(spec(new Hardware(1, 0, Hardware.Firmware.BIOS), ISOLATED, 0)));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                "absolute path",
                () -> new ReplicaPlace(UUID.randomUUID(), Path.of("relative")));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                "at most 80 bytes",
                () -> new ReplicaPlace(UUID.randomUUID(), Path.of("/" + "x".repeat(80))));
    }

    @Test
    void namesAnExportThatDoesNotAnswer() {
        replicas.create(spec(SMALL, ISOLATED, 0));

        assertCode(ErrorCode.REPLICA_START_FAILED, "nobody.sock", () -> replicas.start(place));
        assertThat(replicas.status(place).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void givesQemusOwnWordsWhenItDoesNotStart() throws Exception {
        Path broken = script("broken", "echo 'cannot set up guest memory'; exit 1");
        Path disk = Files.write(folder.resolve("disk"), new byte[1 << 20]);
        replicas.create(spec(SMALL, ISOLATED, 0));

        try (BaseServer _ = BaseServer.start(disk, folder.resolve("nobody.sock"))) {
            assertCode(
                    ErrorCode.REPLICA_START_FAILED,
                    "cannot set up guest memory",
                    () -> replicas(broken.toString(), "qemu-img").start(place));
        }
        assertThat(replicas.status(place).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void namesAReplicaThatIsNotThere() {
        assertCode(ErrorCode.NOT_FOUND, "holds no replica", () -> replicas.start(place));
        assertCode(ErrorCode.NOT_FOUND, "holds no replica", () -> replicas.hydrate(place, 0));
        assertCode(ErrorCode.NOT_FOUND, "holds no replica", () -> replicas.isHydrated(place));
        replicas.stop(place, Duration.ZERO);
        replicas.destroy(place);
    }

    @Test
    void refusesAFolderOfAnotherReplica() {
        replicas.create(spec(SMALL, ISOLATED, 0));
        ReplicaPlace other = new ReplicaPlace(UUID.randomUUID(), place.folder());

        assertCode(ErrorCode.ALREADY_EXISTS, "holds replica " + place.id(), () -> replicas.status(other));
        assertCode(ErrorCode.ALREADY_EXISTS, "holds replica " + place.id(), () -> replicas.destroy(other));
        assertThat(replicas.status(place).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void namesADamagedStateFileAndStillRemovesTheReplica() throws IOException {
        replicas.create(spec(SMALL, ISOLATED, 0));
        Path state = place.folder().resolve("replica.json");
        Files.writeString(state, Files.readString(state).replace("\"processors\":1", "\"processors\":9"));

        assertCode(ErrorCode.REPLICA_INVALID, "checksum", () -> replicas.status(place));
        assertCode(ErrorCode.REPLICA_INVALID, "checksum", () -> replicas.start(place));
        replicas.destroy(place);

        assertThat(place.folder()).doesNotExist();
    }
}
