package io.holdfast.adapter;

import io.holdfast.model.Hardware;
import java.util.List;

/**
 * What an adapter found at an address.
 *
 * @param name what people call the machine
 * @param identity of the machine at its source, stable over restarts of the guest; empty when the hypervisor gives none
 * @param instance of the hypervisor's process or run: differs after every start, so that a restart behind our back is seen
 * @param hypervisor product and version, for example {@code QEMU 7.2.22}
 * @param running whether the guest's processors run now
 * @param hardware what a replica needs
 * @param disks writable disks, in the order in which the guest sees them
 * @since 1.0
 */
public record SourceDescription(
        String name,
        String identity,
        String instance,
        String hypervisor,
        boolean running,
        Hardware hardware,
        List<SourceDisk> disks) {

    public SourceDescription {
        disks = List.copyOf(disks);
    }
}
