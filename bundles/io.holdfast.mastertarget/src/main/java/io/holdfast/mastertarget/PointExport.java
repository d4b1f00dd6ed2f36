package io.holdfast.mastertarget;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A point that is offered over NBD.
 *
 * @param id of the offer
 * @param machine whose point
 * @param position which point
 * @param socket UNIX socket, the same after a restart; each disk is an export named by {@link #exportName}
 * @param disks as they were at the point, in the machine's order
 * @since 1.0
 */
public record PointExport(UUID id, MachineId machine, Position position, Path socket, List<DiskDescription> disks) {

    public PointExport {
        disks = List.copyOf(disks);
    }

    /**
     * The export's name of a disk.
     *
     * @param diskNumber number of the disk
     * @return for example {@code disk0}
     */
    public static String exportName(int diskNumber) {
        return "disk" + diskNumber;
    }
}
