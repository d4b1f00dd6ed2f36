package io.holdfast.journal;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import java.util.UUID;

/**
 * Where a run of batches begins: what the first of them has to follow.
 *
 * @param machine whose batches
 * @param head the epoch to write in, and the last sequence that the store has
 * @param blockNumber number of the store's newest block of this machine; the first batch takes the next one
 * @param chain digest of that block
 * @param disks the disk table in force
 * @param utcMillis the source's clock at the newest record of this epoch, 0 when it has none; later records are clamped so that they never go
 *     back
 * @param bootId changes with each start of the source's operating system or hypervisor process; the zero id when unknown
 * @since 1.0
 */
public record BatchStart(
        MachineId machine,
        Position head,
        long blockNumber,
        ChainDigest chain,
        DiskTable disks,
        long utcMillis,
        UUID bootId) {

    /** Stands for a boot id that nobody knows. */
    public static final UUID BOOT_UNKNOWN = new UUID(0, 0);

    /**
     * Begins right after the store's head, as answered by {@link MachineHistory#openEpoch}.
     *
     * @param machine whose batches
     * @param head the head of its history
     * @param bootId see {@link #bootId()}
     * @return the start
     */
    public static BatchStart after(MachineId machine, HistoryHead head, UUID bootId) {
        return new BatchStart(
                machine, head.position(), head.blockNumber(), head.chain(), head.disks(), head.utcMillis(), bootId);
    }
}
