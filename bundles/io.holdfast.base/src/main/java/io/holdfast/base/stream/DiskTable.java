package io.holdfast.base.stream;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The disks of a machine from one sequence on, in the order in which the machine sees them.
 *
 * @param version 1 for the machine's first table, one more for each change
 * @param disks at most {@link DiskDescription#DISKS_MAX}, numbers and identities unique
 * @since 1.0
 */
public record DiskTable(int version, List<DiskDescription> disks) {

    /** Before a machine has told its disks. */
    public static final DiskTable NONE = new DiskTable(0, List.of());

    public DiskTable {
        disks = List.copyOf(disks);
        Set<Integer> numbers = new HashSet<>();
        Set<String> identities = new HashSet<>();
        for (DiskDescription disk : disks) {
            if (!numbers.add(disk.number()) || !identities.add(disk.identity())) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "disk table",
                        "disk number " + disk.number() + ", identity '" + disk.identity()
                                + "' appears twice; expected each once");
            }
        }
    }

    /**
     * Finds a disk by its number.
     *
     * @param number as in {@link DiskDescription#number()}
     * @return the disk, or nothing when this table has none of that number
     */
    public Optional<DiskDescription> disk(int number) {
        return disks.stream().filter(disk -> disk.number() == number).findFirst();
    }
}
