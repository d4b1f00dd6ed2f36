package io.holdfast.adapter.kvm.target;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Names of what lies in the folder of a replica. */
record ReplicaFiles(Path folder) {

    /** Every name that a replica leaves, files under preparation included. */
    private static final Pattern OWN = Pattern.compile(
            "(replica\\.json|firmware\\.fd|disk-[0-9]{1,3}\\.qcow2)(\\.new)?"
                    + "|qemu\\.pid|(own|source|source-oob)\\.qmp|console(\\.old)?(\\.log)?|booted|start\\.log|direct\\.probe|run[0-9]+\\.log");

    /** Whether a file of this name is a replica's. */
    static boolean isOwn(Path file) {
        return OWN.matcher(file.getFileName().toString()).matches();
    }

    /** What the replica is; written last at creation, so a folder without it holds no replica. */
    Path state() {
        return folder.resolve("replica.json");
    }

    /** Locked by the running QEMU; holds its process id. */
    Path processId() {
        return folder.resolve("qemu.pid");
    }

    /** The adapter's own monitor. */
    Path monitor() {
        return folder.resolve("own.qmp");
    }

    /** Monitor for whoever protects the replica: commands and events. */
    Path sourceMonitor() {
        return folder.resolve("source.qmp");
    }

    /** Monitor for whoever protects the replica: out-of-band commands. */
    Path sourceOutOfBandMonitor() {
        return folder.resolve("source-oob.qmp");
    }

    Path consoleSocket() {
        return folder.resolve("console");
    }

    Path consoleLog() {
        return folder.resolve("console.log");
    }

    /** What was cut from the front of the console log, or the log of the start before. */
    Path consoleLogOlder() {
        return folder.resolve("console.old.log");
    }

    /** There since the sign of a finished boot was seen in this run. */
    Path booted() {
        return folder.resolve("booted");
    }

    /** What QEMU said when it was started. */
    Path startLog() {
        return folder.resolve("start.log");
    }

    /** Variables of a UEFI firmware. */
    Path firmwareVariables() {
        return folder.resolve("firmware.fd");
    }

    Path overlay(int disk) {
        return folder.resolve("disk-" + disk + ".qcow2");
    }
}
