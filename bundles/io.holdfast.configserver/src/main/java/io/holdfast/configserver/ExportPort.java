package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Offers recovery points as Network Block Devices. Thread-safe; each method can be repeated.
 *
 * @since 1.0
 */
public interface ExportPort {

    /**
     * One disk of an offered point.
     *
     * @param number of the disk in the machine's stream
     * @param identity of the disk at its source
     * @param sizeBytes at the point
     * @param logicalSectorBytes as the guest saw it
     * @param physicalSectorBytes as the guest saw it
     * @param socket UNIX socket of the NBD server; the same after a restart
     * @param exportName NBD export name
     */
    record Disk(
            int number,
            String identity,
            long sizeBytes,
            int logicalSectorBytes,
            int physicalSectorBytes,
            Path socket,
            String exportName) {}

    /**
     * Offers a point until it is withdrawn, also after a restart, and keeps it from being retired meanwhile.
     *
     * @param id of the offer; repeated with the same id, the offer that is there is returned
     * @param machine whose point
     * @param point a proven position
     * @return its disks in the machine's order
     * @throws io.holdfast.base.HoldfastException {@code POINT_NOT_FOUND}, {@code POINT_OLDER_THAN_HISTORY}, {@code KEY_MISSING}, {@code
     *     STORE_DAMAGED}
     */
    List<Disk> offer(UUID id, MachineId machine, Position point);

    /**
     * Ends an offer and lets go of its point. Nothing happens when there is none.
     *
     * @param id of the offer
     */
    void withdraw(UUID id);
}
