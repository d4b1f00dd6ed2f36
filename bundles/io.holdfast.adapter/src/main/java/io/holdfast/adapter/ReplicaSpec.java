package io.holdfast.adapter;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Hardware;
import java.util.List;

/**
 * What a replica is to be.
 *
 * @param place where it is kept
 * @param name what people call it
 * @param hardware processors, memory, firmware
 * @param disks in the order in which the guest sees them, the first one boots; at least one, identities differ
 * @param network isolated or mapped
 * @param spaceBytes free space it has to find: for a test a reserve for its own writes, for one that is to be hydrated also the bytes in use
 *     at the point
 * @param bootSign text on the serial console that shows that the guest has booted; empty when it writes none, then its first write to a
 *     disk counts
 * @since 1.0
 */
public record ReplicaSpec(
        ReplicaPlace place,
        String name,
        Hardware hardware,
        List<ReplicaDisk> disks,
        ReplicaNetwork network,
        long spaceBytes,
        String bootSign) {

    public ReplicaSpec {
        disks = List.copyOf(disks);
        long identities = disks.stream().map(ReplicaDisk::identity).distinct().count();
        if (disks.isEmpty() || identities != disks.size()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "replica " + name,
                    disks.size() + " disks with " + identities
                            + " identities; expected at least one disk and each identity once");
        }
        if (spaceBytes < 0) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "replica " + name, spaceBytes + " bytes of space; expected at least 0");
        }
    }
}
