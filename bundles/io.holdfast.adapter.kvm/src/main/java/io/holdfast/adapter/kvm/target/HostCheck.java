package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Looks whether this host can carry a replica. Changes nothing. */
final class HostCheck {

    /** The most processors that the emulated machine takes. */
    private static final int PROCESSORS_MAX = 255;

    /** The most disks of one replica. */
    private static final int DISKS_MAX = 256;

    /** What QEMU needs beside the guest's memory: itself, translated code, graphics memory. */
    private static final long MEMORY_OVERHEAD_MEBIBYTES = 256;

    /** What a replica needs on disk beside what was asked for: tables of its overlays, logs. */
    private static final long SPACE_OVERHEAD_BYTES = 16L << 20;

    private static final Path NETWORKS = Path.of("/sys/class/net");
    private static final List<Path> BRIDGE_RULES =
            List.of(Path.of("/etc/qemu/bridge.conf"), Path.of("/etc/qemu-kvm/bridge.conf"));
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private HostCheck() {}

    /** Checks everything about a wish that does not need QEMU; throws as {@code TargetAdapter.check} says. */
    static void check(ReplicaSpec spec) {
        checkHardware(spec);
        checkNetwork(spec.network());
        checkSpace(spec);
        checkMemory(spec);
    }

    /** Throws {@code OUT_OF_MEMORY} when the host has too little to start it now. */
    static void checkMemory(ReplicaSpec spec) {
        long needed = spec.hardware().memoryMebibytes() + MEMORY_OVERHEAD_MEBIBYTES;
        long available = availableMebibytes();
        if (available < needed) {
            throw new HoldfastException(
                    ErrorCode.OUT_OF_MEMORY,
                    "replica " + spec.name(),
                    available + " MiB of memory are available on this host; expected at least " + needed);
        }
    }

    private static void checkHardware(ReplicaSpec spec) {
        Hardware hardware = spec.hardware();
        if (hardware.processors() < 1 || hardware.processors() > PROCESSORS_MAX) {
            throw wrong(spec, hardware.processors() + " processors; expected 1 to " + PROCESSORS_MAX);
        }
        if (hardware.memoryMebibytes() < 1) {
            throw wrong(spec, hardware.memoryMebibytes() + " MiB of memory; expected at least 1");
        }
        if (spec.disks().size() > DISKS_MAX) {
            throw wrong(spec, spec.disks().size() + " disks; expected at most " + DISKS_MAX);
        }
        if (hardware.firmware() == Hardware.Firmware.UEFI) {
            Firmware.find();
        }
    }

    private static void checkNetwork(ReplicaNetwork network) {
        if (network instanceof ReplicaNetwork.Mapped mapped) {
            Path device = NETWORKS.resolve(mapped.name());
            boolean bridge = mapped.kind() == ReplicaNetwork.Kind.BRIDGE;
            if (!Files.exists(device.resolve(bridge ? "bridge" : "tun_flags"))) {
                throw missing(mapped, "this host has no such interface; expected one listed in " + NETWORKS);
            }
            if (bridge && BRIDGE_RULES.stream().noneMatch(rules -> allows(rules, mapped.name()))) {
                throw missing(
                        mapped,
                        "QEMU's bridge helper does not allow it; add 'allow " + mapped.name() + "' to one of "
                                + BRIDGE_RULES);
            }
        }
    }

    private static HoldfastException missing(ReplicaNetwork.Mapped mapped, String found) {
        return new HoldfastException(
                ErrorCode.NOT_FOUND, mapped.kind().name().toLowerCase(Locale.ROOT) + " " + mapped.name(), found);
    }

    /** Whether rules of the bridge helper let a bridge be used; rules that include others are taken at their word. */
    static boolean allows(Path rules, String bridge) {
        try {
            return Files.isReadable(rules)
                    && Files.readAllLines(rules).stream()
                            .map(line -> line.strip().split("\\s+"))
                            .anyMatch(words -> words[0].equals("include")
                                    || words.length == 2
                                            && words[0].equals("allow")
                                            && (words[1].equals("all") || words[1].equals(bridge)));
        } catch (IOException _) {
            return false;
        }
    }

    private static void checkSpace(ReplicaSpec spec) {
        Path folder = spec.place().folder();
        Path above = folder.getParent();
        try {
            if (above == null || !Files.isDirectory(above)) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        folder.toString(),
                        "the folder above it does not exist; expected that it does");
            }
            long usable = Files.getFileStore(above).getUsableSpace();
            long needed = Math.addExact(spec.spaceBytes(), SPACE_OVERHEAD_BYTES);
            if (usable < needed) {
                throw new HoldfastException(
                        ErrorCode.DISK_FULL, above.toString(), usable + " bytes are free; expected at least " + needed);
            }
        } catch (IOException e) {
            throw DiskErrors.of(above, "its free space cannot be read", e);
        }
    }

    private static long availableMebibytes() {
        try {
            for (String line : Files.readAllLines(MEMORY)) {
                String[] words = line.split("\\s+");
                if (words.length >= 2 && words[0].equals("MemAvailable:")) {
                    return Long.parseLong(words[1]) / 1024;
                }
            }
        } catch (IOException | NumberFormatException _) {
            // a host that does not tell cannot be checked; QEMU fails by itself then
        }
        return Long.MAX_VALUE;
    }

    private static HoldfastException wrong(ReplicaSpec spec, String found) {
        return new HoldfastException(ErrorCode.INVALID_ARGUMENT, "replica " + spec.name(), found);
    }
}
