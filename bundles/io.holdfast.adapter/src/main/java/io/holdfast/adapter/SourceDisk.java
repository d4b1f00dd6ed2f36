package io.holdfast.adapter;

/**
 * One disk of a source machine.
 *
 * @param identity stays the same as long as it is the same disk for the guest; unique within the machine even when two disks carry one
 *     serial
 * @param node what the hypervisor calls the active node now; changes with a snapshot
 * @param sizeBytes at least 1
 * @param logicalSectorBytes as the guest sees it
 * @param physicalSectorBytes as the guest sees it
 * @since 1.0
 */
public record SourceDisk(
        String identity, String node, long sizeBytes, int logicalSectorBytes, int physicalSectorBytes) {}
