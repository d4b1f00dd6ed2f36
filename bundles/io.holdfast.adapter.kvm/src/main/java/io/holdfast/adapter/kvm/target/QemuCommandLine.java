package io.holdfast.adapter.kvm.target;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.model.Hardware;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a replica is started. Disk number n is the node {@code disk-n}, an overlay; above it sits the device {@code device-n}, below it, until
 * it is hydrated, the node {@code base-n}, an export of ours.
 *
 * <p>While an export is away, the requests that need it wait. When it answers with an error, or the overlay's own storage fails or is full,
 * QEMU holds the guest ({@code rerror=stop,werror=stop}), and the request is repeated when it goes on. So the guest never sees an error.
 */
final class QemuCommandLine {

    static final String OVERLAY_PREFIX = "disk-";

    /**
     * How long a request waits for an export that went away: 31 years, for never is not to be had. When such a wait ends while the disk
     * hydrates, QEMU (7.2 and later) answers a read that failed as if it had succeeded, with whatever was in the guest's memory.
     */
    private static final long RECONNECT_DELAY_SECONDS = 1_000_000_000;

    /** Disks that find a slot on the machine's own bus; the others sit behind bridges. */
    private static final int OWN_SLOTS = 16;

    private static final int BRIDGE_SLOTS = 30;
    private static final int SERIAL_CHARACTERS_MAX = 20;

    /** Memory for translated code; QEMU takes up to 1 GiB unless told. */
    private static final int TRANSLATION_MEBIBYTES = 256;

    private final ReplicaState state;
    private final ReplicaSpec spec;
    private final ReplicaFiles files;
    private final List<String> line = new ArrayList<>();

    private QemuCommandLine(ReplicaState state) {
        this.state = state;
        this.spec = state.spec();
        this.files = new ReplicaFiles(spec.place().folder());
    }

    /** Writes the command line that starts a replica as a process apart from us. */
    static List<String> of(Path qemu, String accelerator, ReplicaState state) {
        QemuCommandLine command = new QemuCommandLine(state);
        command.add(qemu.toString(), "-nodefaults", "-no-user-config", "-daemonize", "-display", "none");
        command.add("-pidfile", command.files.processId().toString());
        command.machine(accelerator);
        command.monitors();
        command.console();
        for (int disk = 0; disk < command.spec.disks().size(); disk++) {
            command.disk(disk);
        }
        command.network();
        return List.copyOf(command.line);
    }

    static String overlayNode(int disk) {
        return OVERLAY_PREFIX + disk;
    }

    static String baseNode(int disk) {
        return "base-" + disk;
    }

    static String device(int disk) {
        return "device-" + disk;
    }

    private void machine(String accelerator) {
        boolean kvm = accelerator.equals(AcceleratorProbe.KVM);
        Hardware hardware = spec.hardware();
        boolean uefi = hardware.firmware() == Hardware.Firmware.UEFI;
        add("-name", escaped(spec.name()), "-uuid", spec.place().id().toString());
        add("-M", uefi ? "q35,pflash0=firmware-code,pflash1=firmware-variables" : "q35");
        add("-accel", kvm ? "kvm" : "tcg,tb-size=" + TRANSLATION_MEBIBYTES);
        add("-cpu", kvm ? "host" : "max");
        add("-smp", Integer.toString(hardware.processors()));
        add("-m", hardware.memoryMebibytes() + "M");
        add("-rtc", "base=utc", "-vga", "std");
        if (uefi) {
            firmware("firmware-code", Firmware.find().code(), true);
            firmware("firmware-variables", files.firmwareVariables(), false);
        }
    }

    private void firmware(String node, Path file, boolean readOnly) {
        ObjectNode raw = JsonNodeFactory.instance.objectNode();
        raw.put("driver", "raw").put("node-name", node).put("read-only", readOnly);
        raw.putObject("file")
                .put("driver", "file")
                .put("filename", file.toString())
                .put("read-only", readOnly);
        add("-blockdev", raw.toString());
    }

    private void monitors() {
        int number = 0;
        for (Path socket : List.of(files.monitor(), files.sourceMonitor(), files.sourceOutOfBandMonitor())) {
            String name = "monitor-" + number++;
            add("-chardev", "socket,id=" + name + ",server=on,wait=off,path=" + escaped(socket.toString()));
            add("-mon", "mode=control,chardev=" + name);
        }
    }

    private void console() {
        add(
                "-chardev",
                "socket,id=console,server=on,wait=off,path="
                        + escaped(files.consoleSocket().toString()) + ",logappend=on,logfile="
                        + escaped(files.consoleLog().toString()));
        add("-serial", "chardev:console");
    }

    private void disk(int number) {
        ReplicaDisk disk = spec.disks().get(number);
        boolean hydrated = state.hydratedDisks().contains(number);
        if (!hydrated) {
            ObjectNode base = JsonNodeFactory.instance.objectNode();
            base.put("driver", "nbd").put("node-name", baseNode(number)).put("read-only", true);
            base.putObject("server")
                    .put("type", "unix")
                    .put("path", disk.baseSocket().toString());
            base.put("export", disk.exportName()).put("reconnect-delay", RECONNECT_DELAY_SECONDS);
            add("-blockdev", base.toString());
        }
        ObjectNode overlay = JsonNodeFactory.instance.objectNode();
        overlay.put("driver", "qcow2").put("node-name", overlayNode(number)).put("discard", "unmap");
        overlay.set(
                "backing",
                hydrated ? JsonNodeFactory.instance.nullNode() : JsonNodeFactory.instance.textNode(baseNode(number)));
        overlay.putObject("cache").put("direct", state.directIo());
        ObjectNode file = overlay.putObject("file");
        file.put("driver", "file")
                .put("filename", files.overlay(number).toString())
                .put("discard", "unmap");
        file.putObject("cache").put("direct", state.directIo());
        add("-blockdev", overlay.toString());
        device(number, disk);
    }

    private void device(int number, ReplicaDisk disk) {
        int beyond = number - OWN_SLOTS;
        String bus = "";
        if (beyond >= 0) {
            int bridge = beyond / BRIDGE_SLOTS;
            if (beyond % BRIDGE_SLOTS == 0) {
                add("-device", "pcie-pci-bridge,id=bridge-" + bridge);
            }
            bus = ",bus=bridge-" + bridge + ",addr=0x" + Integer.toHexString(1 + beyond % BRIDGE_SLOTS);
        }
        add(
                "-device",
                "virtio-blk-pci,id=" + device(number) + ",drive=" + overlayNode(number) + ",serial="
                        + serial(disk.identity())
                        + ",logical_block_size=" + disk.logicalSectorBytes()
                        + ",physical_block_size=" + disk.physicalSectorBytes()
                        + ",rerror=stop,werror=stop" + (number == 0 ? ",bootindex=1" : "") + bus);
    }

    private void network() {
        if (spec.network() instanceof ReplicaNetwork.Mapped mapped) {
            String way = switch (mapped.kind()) {
                case BRIDGE -> "bridge,id=network,br=" + mapped.name();
                case TAP -> "tap,id=network,script=no,downscript=no,ifname=" + mapped.name();
            };
            add("-netdev", way, "-device", "virtio-net-pci,netdev=network,romfile=,mac=" + mapped.macAddress());
        } else {
            add("-nic", "none");
        }
    }

    /** What a guest can read as a serial: the first letters and digits of an identity. */
    static String serial(String identity) {
        String plain = identity.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.substring(0, Math.min(plain.length(), SERIAL_CHARACTERS_MAX));
    }

    private static String escaped(String value) {
        return value.replace(",", ",,");
    }

    private void add(String... words) {
        line.addAll(List.of(words));
    }
}
