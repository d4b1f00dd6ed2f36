package io.holdfast.bench;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.harness.history.IngestProgress;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.IngestPipeline;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * The whole path in one process, memory to durable: builder, hashing, compressing and encrypting on all threads, append, group commit. Sealing is
 * done and timed afterwards.
 */
final class IngestPath {

    private static final int BATCHES_MAX = 32;
    private static final long DISK_BYTES = 8L << 30;

    private final byte[] data;
    private final long totalBytes;
    private final int writeBytes;
    private final BatchSettings settings;
    private final Executor sealers;
    private final Executor writer;

    IngestPath(
            byte[] data, long totalBytes, int writeBytes, BatchSettings settings, Executor sealers, Executor writer) {
        this.data = data;
        this.totalBytes = totalBytes;
        this.writeBytes = writeBytes;
        this.settings = settings;
        this.sealers = sealers;
        this.writer = writer;
    }

    /**
     * What was measured.
     *
     * @param durable plaintext, until the last byte was durable
     * @param sealing what was put off: reading back, checking and indexing, until nothing more waits
     * @param storedBytes batches as they went to the store
     * @param metadataBytes what lies in the store's folder at the end and is no payload; the intake log, of one size for ever, not counted
     */
    record Result(IngestParts.Rate durable, IngestParts.Rate sealing, long storedBytes, long metadataBytes) {}

    Result run(Path directory, MachineKeys keys) throws Exception {
        MachineId machine = new MachineId(new UUID(1, 1));
        try (RecoveryStore store = RecoveryStore.open(directory, StoreSettings.DEFAULT, TimeSource.SYSTEM)) {
            MachineHistory history = store.create(machine);
            HistoryHead head =
                    history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "bench", 0));
            BatchBuilder builder =
                    BatchBuilder.create(keys, settings, BatchStart.after(machine, head, BatchStart.BOOT_UNKNOWN));
            DiskDescription disk = new DiskDescription(0, "bench", DISK_BYTES, 512, 4096);
            builder.add(new StreamRecord.Disks(1, 0, new DiskTable(1, List.of(disk))));

            IngestProgress progress = new IngestProgress();
            IngestPipeline pipeline = new IngestPipeline(
                    store, history, builder, new IngestPipeline.Workers(sealers, writer, progress), BATCHES_MAX);
            IngestParts.Moment start = IngestParts.Moment.now();
            progress.awaitSequence(produce(pipeline, progress));
            IngestParts.Rate durable = IngestParts.Rate.since(start, totalBytes);

            long storedBytes = history.statistics().ciphertextBytes()
                    + history.statistics().metadataBytes();
            branch(history);
            IngestParts.Moment sealStart = IngestParts.Moment.now();
            while (store.maintain()) {
                // until nothing waits
            }
            IngestParts.Rate sealing = IngestParts.Rate.since(sealStart, totalBytes);
            long bytesAtRest = Folders.bytes(directory) - StoreSettings.DEFAULT.intakeBytes();
            long payloadBytes = history.statistics().ciphertextBytes();
            return new Result(durable, sealing, storedBytes, bytesAtRest - payloadBytes);
        }
    }

    /**
     * A branch begins a segment of its own, so that the one before is sealed however little is in it, and its index counts. What reads the history
     * has it moved from the intake log to that segment.
     */
    private static void branch(MachineHistory history) {
        Position head = history.head().position();
        history.openEpoch(
                new EpochRequest(head, new Position(head.epoch(), 1), EpochCause.FAILOVER, "bench", head.epoch()));
        history.openBlockHashes().close();
    }

    /** Writes go over the disk with a stride, so that neighbours in time are no neighbours in place. Returns the last sequence. */
    private long produce(IngestPipeline pipeline, IngestProgress progress) throws InterruptedException {
        long sequence = 1;
        long places = DISK_BYTES / writeBytes;
        for (long done = 0; done < totalBytes; done += writeBytes) {
            sequence++;
            int from = (int) (done % data.length);
            long offset = sequence * 7919 % places * writeBytes;
            StreamRecord write = new StreamRecord.Change(
                    sequence,
                    done >> 20,
                    ChangeOrigin.GUEST,
                    0,
                    offset,
                    writeBytes,
                    ExtentKind.DATA,
                    ByteBuffer.wrap(data, from, writeBytes));
            long seen = progress.commits();
            while (!pipeline.add(write)) {
                progress.awaitCommitAfter(seen);
                seen = progress.commits();
            }
        }
        pipeline.flush();
        return sequence;
    }
}
