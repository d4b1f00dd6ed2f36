package io.holdfast.model;

import java.util.List;

/**
 * What an agent found when it looked at a machine.
 *
 * @param name what people call the machine at its source
 * @param identity of the machine at its source, stable over restarts; empty when the hypervisor gives none
 * @param hypervisor product and version, for example {@code QEMU 7.2.22}
 * @param running whether the guest's processors ran at that moment
 * @param hardware what a replica needs
 * @param disks writable disks in the order in which the guest sees them
 * @since 1.0
 */
public record SourceFacts(
        String name, String identity, String hypervisor, boolean running, Hardware hardware, List<MachineDisk> disks) {

    public SourceFacts {
        disks = List.copyOf(disks);
    }

    /**
     * Adds up the disks.
     *
     * @return bytes of all disks together
     */
    public long sizeBytes() {
        return disks.stream().mapToLong(MachineDisk::sizeBytes).reduce(0, Math::addExact);
    }
}
