package io.holdfast.journal;

import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import java.util.List;

/**
 * The newest durable state of a machine's history. It never goes back.
 *
 * @param position the current epoch and the highest durable sequence; {@link Position#ORIGIN} before the first epoch
 * @param blockNumber number of the newest durable block, 0 before the first
 * @param chain digest of that block
 * @param disks the disk table in force
 * @param provenSequence the highest sequence of the current branch that is a recovery point, 0 when there is none
 * @param utcMillis the source's clock at the newest record of the current epoch, 0 when it has none
 * @param lineage every epoch ever opened, oldest first
 * @since 1.0
 */
public record HistoryHead(
        Position position,
        long blockNumber,
        ChainDigest chain,
        DiskTable disks,
        long provenSequence,
        long utcMillis,
        List<Epoch> lineage) {

    /** A history that holds nothing. */
    public static final HistoryHead EMPTY =
            new HistoryHead(Position.ORIGIN, 0, ChainDigest.NONE, DiskTable.NONE, 0, 0, List.of());

    public HistoryHead {
        lineage = List.copyOf(lineage);
    }
}
