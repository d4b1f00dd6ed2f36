package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaSpec;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is durable about a replica.
 *
 * @param spec what it was made from
 * @param directIo whether its folder's file system takes reads and writes past the page cache
 * @param hydratedDisks indexes of disks that need their export no more
 * @param destroying whether its removal has begun
 */
record ReplicaState(ReplicaSpec spec, boolean directIo, Set<Integer> hydratedDisks, boolean destroying) {

    ReplicaState {
        hydratedDisks = Set.copyOf(hydratedDisks);
    }

    boolean hydrated() {
        return hydratedDisks.size() == spec.disks().size();
    }

    long sizeBytes() {
        return spec.disks().stream().mapToLong(ReplicaDisk::sizeBytes).sum();
    }

    long hydratedBytes() {
        return hydratedDisks.stream()
                .mapToLong(disk -> spec.disks().get(disk).sizeBytes())
                .sum();
    }

    ReplicaState withHydrated(int disk) {
        Set<Integer> more = new TreeSet<>(hydratedDisks);
        more.add(disk);
        return new ReplicaState(spec, directIo, more, destroying);
    }

    ReplicaState withDestroying() {
        return new ReplicaState(spec, directIo, hydratedDisks, true);
    }
}
