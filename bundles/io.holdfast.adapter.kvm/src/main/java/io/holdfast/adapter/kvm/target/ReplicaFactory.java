package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Makes and removes the folder of a replica. */
final class ReplicaFactory {

    private static final Duration IMAGE_LIMIT = Duration.ofSeconds(60);
    private static final int SECTOR_BYTES = 512;

    /** No subclusters ({@code extended_l2}): on such an overlay QEMU 7.2 aborts while it hydrates. */
    private static final String LAYOUT = "cluster_size=64k";

    /** What lies in it is a machine's data, in the clear. */
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private ReplicaFactory() {}

    /** Makes the folder, the overlays and last the state file; durable on return. What a broken attempt has left is made again. */
    static void create(ReplicaSpec spec, Path qemuImg) {
        Path folder = spec.place().folder();
        ReplicaFiles files = new ReplicaFiles(folder);
        try {
            if (!Files.exists(folder)) {
                Files.createDirectory(folder, OWNER_ONLY);
            }
            for (int disk = 0; disk < spec.disks().size(); disk++) {
                overlay(files.overlay(disk), spec.disks().get(disk), qemuImg);
            }
            if (spec.hardware().firmware() == Hardware.Firmware.UEFI) {
                Files.copy(
                        Firmware.find().variables(),
                        DurableFiles.fresh(files.firmwareVariables()),
                        StandardCopyOption.REPLACE_EXISTING);
                DurableFiles.publish(files.firmwareVariables());
            }
        } catch (IOException e) {
            throw DiskErrors.of(folder, "cannot be filled", e);
        }
        boolean direct = DurableFiles.takesDirectIo(folder.resolve("direct.probe"));
        ReplicaStateFile.write(new ReplicaState(spec, direct, Set.of(), false));
        DurableFiles.syncFolder(folder.toAbsolutePath().getParent());
    }

    private static void overlay(Path file, ReplicaDisk disk, Path qemuImg) {
        Path fresh = DurableFiles.fresh(file);
        long sectors = Math.ceilDiv(disk.sizeBytes(), SECTOR_BYTES);
        Tools.Ended ended = Tools.run(
                List.of(
                        qemuImg.toString(),
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        "-o",
                        LAYOUT,
                        fresh.toString(),
                        Long.toString(Math.multiplyExact(sectors, SECTOR_BYTES))),
                file.getParent(),
                IMAGE_LIMIT);
        if (ended.exitCode() != 0) {
            ErrorCode code = DiskErrors.saysFull(ended.output()) ? ErrorCode.DISK_FULL : ErrorCode.DISK_ERROR;
            throw new HoldfastException(code, file.toString(), "cannot be created: " + ended.output());
        }
        DurableFiles.publish(file);
    }

    /** Removes all that a replica leaves, the state file last, and the folder; what else lies in it stays, and then the folder does. */
    static void remove(Path folder) {
        ReplicaFiles files = new ReplicaFiles(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (ReplicaFiles.isOwn(entry) && !entry.equals(files.state())) {
                    Files.deleteIfExists(entry);
                }
            }
            DurableFiles.syncFolder(folder);
            Files.deleteIfExists(files.state());
            Files.delete(folder);
            DurableFiles.syncFolder(folder.toAbsolutePath().getParent());
        } catch (NoSuchFileException | NotDirectoryException _) {
            // nothing is there
        } catch (DirectoryNotEmptyException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR,
                    folder.toString(),
                    "holds files that no replica leaves; remove them by hand",
                    e);
        } catch (IOException e) {
            throw DiskErrors.of(folder, "cannot be removed", e);
        }
    }
}
