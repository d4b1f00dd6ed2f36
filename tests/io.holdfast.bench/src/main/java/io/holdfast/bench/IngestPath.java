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
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.HistoryStatistics;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.SealedBatch;
import io.holdfast.journal.StoreSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/**
 * The whole path in one process, memory to durable: builder, hashing, compressing and encrypting on all threads, append, group commit. Sealing is
 * done and timed afterwards.
 */
final class IngestPath {

    private static final int IN_FLIGHT_MAX = 8;
    private static final long COMMIT_BYTES = 8L << 20;
    private static final long DISK_BYTES = 8L << 30;

    private final byte[] data;
    private final long totalBytes;
    private final int writeBytes;
    private final Codec codec;
    private final ExecutorService executor;

    IngestPath(byte[] data, long totalBytes, int writeBytes, Codec codec, ExecutorService executor) {
        this.data = data;
        this.totalBytes = totalBytes;
        this.writeBytes = writeBytes;
        this.codec = codec;
        this.executor = executor;
    }

    /**
     * What was measured.
     *
     * @param durable plaintext, until the last byte was durable
     * @param sealBytesPerSecond plaintext, for reading back, checking and indexing afterwards
     * @param storedBytes batches as they went to the store
     * @param metadataShare bytes at rest that are no payload, by what was written
     */
    record Result(IngestParts.Rate durable, double sealBytesPerSecond, long storedBytes, double metadataShare) {}

    Result run(Path directory, MachineKeys keys) throws Exception {
        MachineId machine = new MachineId(new UUID(1, 1));
        try (RecoveryStore store = RecoveryStore.open(directory, StoreSettings.DEFAULT, TimeSource.SYSTEM)) {
            MachineHistory history = store.create(machine);
            HistoryHead head =
                    history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "bench", 0));
            BatchBuilder builder = BatchBuilder.create(
                    keys, BatchSettings.of(codec), BatchStart.after(machine, head, BatchStart.BOOT_UNKNOWN));
            DiskDescription disk = new DiskDescription(0, "bench", DISK_BYTES, 512, 4096);
            builder.add(new StreamRecord.Disks(1, 0, new DiskTable(1, List.of(disk))));

            BlockingQueue<CompletableFuture<SealedBatch>> sealed = new ArrayBlockingQueue<>(IN_FLIGHT_MAX);
            long start = System.nanoTime();
            long startCpu = IngestParts.cpuNanos();
            CompletableFuture<Long> appended = CompletableFuture.supplyAsync(
                    () -> append(store, history, sealed), task -> new Thread(task, "holdfast-bench-commit").start());
            produce(builder, sealed);
            long storedBytes = appended.get();
            IngestParts.Rate durable = IngestParts.Rate.of(totalBytes, start, startCpu);

            long sealStart = System.nanoTime();
            while (store.maintain()) {
                // until nothing waits
            }
            long sealNanos = Math.max(1, System.nanoTime() - sealStart);
            HistoryStatistics statistics = history.statistics();
            return new Result(
                    durable,
                    totalBytes * 1e9 / sealNanos,
                    storedBytes,
                    (double) statistics.metadataBytes() / totalBytes);
        }
    }

    /** Writes go over the disk with a stride, so that neighbours in time are no neighbours in place. */
    private void produce(BatchBuilder builder, BlockingQueue<CompletableFuture<SealedBatch>> sealed)
            throws InterruptedException {
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
            if (!builder.add(write)) {
                sealed.put(builder.sealOn(executor));
                builder.add(write);
            }
        }
        if (!builder.isEmpty()) {
            sealed.put(builder.sealOn(executor));
        }
        sealed.put(CompletableFuture.completedFuture(END));
    }

    private static final SealedBatch END =
            new SealedBatch(ByteBuffer.allocate(0), 0, 0, 0, 0, io.holdfast.journal.ChainDigest.NONE, 0, 0);

    private static long append(
            RecoveryStore store, MachineHistory history, BlockingQueue<CompletableFuture<SealedBatch>> sealed) {
        long stored = 0;
        long waiting = 0;
        while (true) {
            SealedBatch batch = take(sealed);
            if (batch == END) {
                store.commit();
                return stored;
            }
            history.append(batch.bytes());
            stored += batch.storedBytes();
            waiting += batch.storedBytes();
            if (waiting >= COMMIT_BYTES) {
                store.commit();
                waiting = 0;
            }
        }
    }

    private static SealedBatch take(BlockingQueue<CompletableFuture<SealedBatch>> sealed) {
        try {
            return sealed.take().join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a benchmark", e);
        }
    }
}
