package io.holdfast.harness.history;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.IngestPipeline;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Feeds one machine's history into a store as fast as it takes it, by every core, while another thread moves, seals and merges what has arrived. Every
 * sequence up to the last {@link #prove} is a recovery point. Used by one thread.
 */
public final class HistoryFeed implements AutoCloseable {

    private static final int BATCHES_MAX = 16;
    private static final long WAIT_MILLIS_MAX = 120_000;
    private static final long IDLE_MILLIS = 20;

    private final RecoveryStore store;
    private final ExecutorService sealers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final Thread maintenance;
    private final IngestProgress progress = new IngestProgress();
    private final IngestPipeline pipeline;
    private long sequence;
    private volatile boolean closing;

    /**
     * Starts a history.
     *
     * @param store takes it
     * @param machine new in the store
     * @param keys the machine's keys
     * @param disks its disks
     */
    public HistoryFeed(RecoveryStore store, MachineId machine, MachineKeys keys, DiskTable disks) {
        this.store = store;
        MachineHistory history = store.create(machine);
        BatchStart start = BatchStart.after(
                machine,
                history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "feed", 0)),
                BatchStart.BOOT_UNKNOWN);
        pipeline = new IngestPipeline(
                store,
                history,
                BatchBuilder.create(keys, BatchSettings.of(Codec.LZ4), start),
                new IngestPipeline.Workers(sealers, writer, progress),
                BATCHES_MAX);
        maintenance = Thread.ofPlatform().name("maintenance").start(this::maintain);
        add(new StreamRecord.Disks(next(), 0, disks));
        add(new StreamRecord.Ready(next(), 0));
    }

    private long next() {
        sequence++;
        return sequence;
    }

    /** The newest sequence given so far; it stands for its time as well, in milliseconds. */
    public long sequence() {
        return sequence;
    }

    /** Writes data; it is copied before this returns. */
    public void write(int disk, long offset, ByteBuffer data) {
        change(disk, offset, data.remaining(), ExtentKind.DATA, data);
    }

    /** Writes zeroes without data. */
    public void zero(int disk, long offset, long length) {
        change(disk, offset, length, ExtentKind.ZERO, StreamRecord.Change.NO_DATA);
    }

    private void change(int disk, long offset, long length, ExtentKind kind, ByteBuffer data) {
        long number = next();
        add(new StreamRecord.Change(number, number, ChangeOrigin.GUEST, disk, offset, length, kind, data));
    }

    /** Makes every sequence so far a recovery point. */
    public void prove() {
        add(new StreamRecord.Proof(sequence, sequence, 0));
    }

    private void add(StreamRecord streamRecord) {
        long seen = progress.commits();
        while (!pipeline.add(streamRecord)) {
            progress.awaitCommitAfter(seen);
            seen = progress.commits();
        }
    }

    /** Waits until all is durable, sealed and merged. */
    public void finish() throws InterruptedException {
        pipeline.flush();
        progress.awaitSequence(sequence);
        endMaintenance();
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    private void maintain() {
        while (!closing) {
            if (!store.maintain()) {
                try {
                    TimeUnit.MILLISECONDS.sleep(IDLE_MILLIS);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private void endMaintenance() throws InterruptedException {
        closing = true;
        maintenance.join(WAIT_MILLIS_MAX);
    }

    @Override
    public void close() {
        closing = true;
        sealers.shutdownNow();
        writer.shutdownNow();
    }
}
