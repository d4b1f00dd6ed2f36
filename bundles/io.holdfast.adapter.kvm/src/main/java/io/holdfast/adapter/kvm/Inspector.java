package io.holdfast.adapter.kvm;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.adapter.SourceDescription;
import io.holdfast.adapter.SourceDisk;
import io.holdfast.adapter.kvm.qmp.Qmp;
import io.holdfast.adapter.kvm.qmp.QmpCommand;
import io.holdfast.adapter.kvm.qmp.QmpRefusal;
import io.holdfast.adapter.kvm.unix.SocketFile;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Describes a machine from what QEMU tells.
 *
 * <p><b>Disks.</b> A disk is a block backend that a device of the guest uses, that has a medium, that can be written and whose medium
 * cannot be taken out; firmware flash is none. Its node is the one QEMU shows as inserted: the root under which the guest writes, a throttle
 * or format node, with a name that was given or that QEMU made ({@code #block105}). Filters that QEMU puts in for a job are not shown.
 *
 * <p><b>Identity of a disk.</b> The device's id where somebody gave one ({@code -device …,id=disk0}), else the drive's name ({@code
 * -drive id=…} or made by QEMU, {@code virtio0}), else the device's place in QEMU's object tree; then the serial number, if there is one.
 * The first part is unique within a machine, so that two disks with one serial stay two; the serial notices another disk under an old name.
 *
 * <p><b>Instance.</b> The file of the monitor's socket: QEMU (or what starts it) makes a new one at every start, so inode and birth differ,
 * and no right to look at the process is needed, which may run in another container.
 */
final class Inspector {

    private static final int SECTOR_BYTES = 512;
    private static final long MEBIBYTE = 1 << 20;
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";
    private static final String NAMED_DEVICES = "/machine/peripheral/";

    private final Qmp qmp;
    private final Path monitor;
    private final Deadline deadline;

    private Inspector(Qmp qmp, Path monitor, Deadline deadline) {
        this.qmp = qmp;
        this.monitor = monitor;
        this.deadline = deadline;
    }

    /** What the guest's device of a disk tells. */
    private record Drive(String device, String path, JsonNode inserted) {}

    /** What can be asked each second: enough to see that disks have changed. */
    record Fingerprint(String device, String path, String node, long sizeBytes) {}

    static SourceDescription describe(Qmp qmp, Path monitor, Deadline deadline) {
        Inspector inspector = new Inspector(qmp, monitor, deadline);
        return new SourceDescription(
                inspector.name(),
                inspector.uuid(),
                inspector.instance(),
                "QEMU " + qmp.version(),
                inspector.ask("query-status").path("running").asBoolean(),
                inspector.hardware(),
                inspector.disks());
    }

    static List<Fingerprint> fingerprints(Qmp qmp, Path monitor, Deadline deadline) {
        return new Inspector(qmp, monitor, deadline)
                .drives().stream()
                        .map(drive -> new Fingerprint(drive.device, drive.path, node(drive), size(drive)))
                        .toList();
    }

    private String name() {
        String name = ask("query-name").path("name").asText();
        return name.isEmpty() ? String.valueOf(monitor.getFileName()) : name;
    }

    private String uuid() {
        String uuid = ask("query-uuid").path("UUID").asText();
        return uuid.equals(NO_UUID) ? "" : uuid;
    }

    private String instance() {
        try {
            return SocketFile.identity(monitor);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.MONITOR_NOT_REACHABLE, monitor.toString(), "no file: " + e.getMessage(), e);
        }
    }

    private Hardware hardware() {
        JsonNode memory = ask("query-memory-size-summary");
        long bytes = memory.path("base-memory").asLong()
                + memory.path("plugged-memory").asLong();
        return new Hardware(
                Math.max(1, ask("query-cpus-fast").size()), (int) Math.max(1, bytes / MEBIBYTE), firmware());
    }

    /** UEFI lies in a flash device, or in a file whose name says so. */
    private Hardware.Firmware firmware() {
        String file = property("/machine", "firmware")
                .map(JsonNode::asText)
                .orElse("")
                .toLowerCase(Locale.ROOT);
        boolean hasFlash = property("/machine", "pflash0")
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty())
                .isPresent();
        boolean isUefi = hasFlash || file.contains("ovmf") || file.contains("edk2") || file.contains("efi");
        return isUefi ? Hardware.Firmware.UEFI : Hardware.Firmware.BIOS;
    }

    private List<SourceDisk> disks() {
        List<SourceDisk> disks = new ArrayList<>();
        for (Drive drive : drives()) {
            int logical = sector(drive, "logical_block_size", SECTOR_BYTES);
            disks.add(new SourceDisk(
                    identity(drive), node(drive), size(drive), logical, sector(drive, "physical_block_size", logical)));
        }
        return disks;
    }

    private List<Drive> drives() {
        List<Drive> drives = new ArrayList<>();
        for (JsonNode backend : ask("query-block")) {
            String device = backend.path("qdev").asText();
            JsonNode inserted = backend.path("inserted");
            if (device.isEmpty()
                    || inserted.isMissingNode()
                    || inserted.path("ro").asBoolean()
                    || backend.path("removable").asBoolean()) {
                continue;
            }
            String path = device.startsWith("/") ? device : NAMED_DEVICES + device;
            if (!isFlash(path)) {
                drives.add(new Drive(backend.path("device").asText(), path, inserted));
            }
        }
        return drives;
    }

    private static boolean isFlash(String path) {
        return path.startsWith("/machine/system.flash") || path.startsWith("/machine/virt.flash");
    }

    private String identity(Drive drive) {
        String first = drive.device.isEmpty() ? drive.path : drive.device;
        if (drive.path.startsWith(NAMED_DEVICES)) {
            String below = drive.path.substring(NAMED_DEVICES.length());
            int slash = below.indexOf('/');
            first = slash < 0 ? below : below.substring(0, slash);
        }
        String serial = property(drive.path, "serial").map(JsonNode::asText).orElse("");
        return serial.isEmpty() || serial.equals("null") ? first : first + ":" + serial;
    }

    private int sector(Drive drive, String name, int otherwise) {
        int bytes = property(drive.path, name).map(JsonNode::asInt).orElse(0);
        return bytes > 0 ? bytes : otherwise;
    }

    private static String node(Drive drive) {
        return drive.inserted.path("node-name").asText();
    }

    private static long size(Drive drive) {
        return drive.inserted.path("image").path("virtual-size").asLong();
    }

    /** A property that not every device or version has. */
    private Optional<JsonNode> property(String path, String name) {
        try {
            return Optional.of(
                    qmp.execute(QmpCommand.of("qom-get").with("path", path).with("property", name), deadline.left()));
        } catch (QmpRefusal _) {
            return Optional.empty();
        }
    }

    private JsonNode ask(String command) {
        try {
            return qmp.execute(QmpCommand.of(command), deadline.left());
        } catch (QmpRefusal e) {
            throw e.as(ErrorCode.INTERNAL, monitor.toString());
        }
    }
}
