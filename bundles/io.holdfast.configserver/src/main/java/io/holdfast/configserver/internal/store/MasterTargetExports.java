package io.holdfast.configserver.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.configserver.ExportPort;
import io.holdfast.mastertarget.MasterTargetService;
import io.holdfast.mastertarget.PointExport;
import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The points that the node's own master target offers.
 *
 * @since 1.0
 */
@Component
public final class MasterTargetExports implements ExportPort {

    private final MasterTargetService target;

    /**
     * Binds.
     *
     * @param target the node's master target
     */
    @Activate
    public MasterTargetExports(@Reference MasterTargetService target) {
        this.target = target;
    }

    @Override
    public List<Disk> offer(UUID id, MachineId machine, Position point) {
        PointExport export = target.offer(id, machine, point, true);
        return export.disks().stream()
                .map(disk -> new Disk(
                        disk.number(),
                        disk.identity(),
                        disk.sizeBytes(),
                        disk.logicalSectorBytes(),
                        disk.physicalSectorBytes(),
                        export.socket(),
                        PointExport.exportName(disk.number())))
                .toList();
    }

    @Override
    public void withdraw(UUID id) {
        target.withdraw(id);
    }
}
