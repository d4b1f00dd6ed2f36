package io.holdfast.mobility.machine;

import io.holdfast.adapter.SourceDisk;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives numbers to disks: a disk keeps its own, a number is never given to another disk. */
final class DiskTables {

    private DiskTables() {}

    /**
     * Describes what a source has now.
     *
     * @param before the table so far
     * @param disksEver numbers given so far
     * @param disks what the source has, in its order
     * @return a table of the same version, changed or not
     */
    static DiskTable describe(DiskTable before, int disksEver, List<SourceDisk> disks) {
        Map<String, Integer> known = new HashMap<>();
        before.disks().forEach(disk -> known.put(disk.identity(), disk.number()));
        int next = disksEver;
        List<DiskDescription> described = new ArrayList<>();
        for (SourceDisk disk : disks) {
            Integer number = known.get(disk.identity());
            if (number == null) {
                number = next;
                next++;
            }
            described.add(new DiskDescription(
                    number, disk.identity(), disk.sizeBytes(), disk.logicalSectorBytes(), disk.physicalSectorBytes()));
        }
        return new DiskTable(before.version(), described);
    }

    static int disksEver(DiskTable table, int before) {
        return table.disks().stream().mapToInt(disk -> disk.number() + 1).reduce(before, Math::max);
    }
}
