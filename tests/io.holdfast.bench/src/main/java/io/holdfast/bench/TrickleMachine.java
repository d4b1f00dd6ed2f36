package io.holdfast.bench;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
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
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.SealedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One of many machines: its writes become batches as in a process server, by time and by proofs, and go into its history as in a master target.
 * Writing is done by one thread, {@link #durable} comes from another.
 */
final class TrickleMachine {

    private static final long DISK_BYTES = 1L << 30;
    private static final long BATCH_NANOS = 250_000_000L;
    private static final long PROOF_NANOS = 1_000_000_000L;

    /** A source waits when so many of its writes are not durable yet, or lie in so many batches. */
    private static final int WRITES_MAX = 16;

    private static final int BATCHES_MAX = 4;

    private final MachineHistory history;
    private final BatchBuilder builder;
    private final Random random;
    private final Means means;
    private final ArrayDeque<Sealing> sealing = new ArrayDeque<>();
    private final ArrayDeque<Appended> appended = new ArrayDeque<>();
    private List<Long> open = new ArrayList<>();
    private int underWay;
    private long openSinceNanos;
    private long proofNanos;
    private long sequence;
    private long durableSequence;

    /**
     * What all machines share.
     *
     * @param data that is written, in pieces
     * @param writeBytes length of a write
     * @param sealers hash, compress and encrypt
     * @param appended is called whenever a batch waits for a commit
     * @param figures take what was measured
     */
    record Means(byte[] data, int writeBytes, Executor sealers, Runnable appended, TrickleFigures figures) {}

    /** A batch that is being sealed, and when each of its writes was due. */
    private record Sealing(CompletableFuture<SealedBatch> batch, List<Long> due, long closedNanos) {}

    private record Appended(SealedBatch batch, List<Long> due, long closedNanos) {}

    TrickleMachine(RecoveryStore store, MachineId machine, Random random, Means means) {
        this.random = random;
        this.means = means;
        history = store.create(machine);
        byte[] dataKey = new byte[MachineKeys.KEY_BYTES];
        byte[] hashKey = new byte[MachineKeys.KEY_BYTES];
        random.nextBytes(dataKey);
        random.nextBytes(hashKey);
        BatchStart start = BatchStart.after(
                machine,
                history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "trickle", 0)),
                BatchStart.BOOT_UNKNOWN);
        builder = BatchBuilder.create(
                MachineKeys.of(List.of(dataKey), hashKey), BatchSettings.of(Codec.ZSTANDARD), start);
        DiskDescription disk = new DiskDescription(0, "trickle", DISK_BYTES, 512, 4096);
        builder.add(new StreamRecord.Disks(next(), 0, new DiskTable(1, List.of(disk))));
        builder.add(new StreamRecord.Ready(next(), 0));
        openSinceNanos = System.nanoTime();
        proofNanos = openSinceNanos + random.nextLong(PROOF_NANOS);
    }

    private long next() {
        sequence++;
        return sequence;
    }

    /** Whether a write is taken now; if not, it waits, and counts from when it was due all the same. */
    synchronized boolean hasRoom() {
        return mayClose() && open.size() + underWay < WRITES_MAX;
    }

    private synchronized boolean mayClose() {
        return sealing.size() + appended.size() < BATCHES_MAX;
    }

    /** One write, somewhere. */
    void write(long dueNanos) {
        if (builder.isEmpty()) {
            openSinceNanos = dueNanos;
        }
        int length = means.writeBytes;
        int from = random.nextInt(means.data.length / length) * length;
        long offset = random.nextLong(DISK_BYTES / length) * length;
        StreamRecord change = new StreamRecord.Change(
                next(),
                sequence,
                ChangeOrigin.GUEST,
                0,
                offset,
                length,
                ExtentKind.DATA,
                ByteBuffer.wrap(means.data, from, length));
        if (!builder.add(change)) {
            seal(dueNanos);
            builder.add(change);
        }
        open.add(dueNanos);
    }

    /** Closes the batch when it is old enough, or when a proof is due, which goes into it, if another batch may be under way. */
    void tick(long nowNanos) {
        if (!mayClose()) {
            return;
        }
        boolean proof = nowNanos >= proofNanos;
        if (proof) {
            builder.add(new StreamRecord.Proof(sequence, sequence, 0));
            proofNanos = Math.max(proofNanos + PROOF_NANOS, nowNanos);
        }
        if (proof || !builder.isEmpty() && nowNanos - openSinceNanos >= BATCH_NANOS) {
            seal(nowNanos);
        }
    }

    private void seal(long nowNanos) {
        CompletableFuture<SealedBatch> batch = builder.sealOn(means.sealers);
        synchronized (this) {
            sealing.add(new Sealing(batch, open, nowNanos));
            underWay += open.size();
            open = new ArrayList<>();
        }
        batch.whenComplete((_, _) -> collect());
    }

    /** Appends what is sealed, in order, as far as the store has room before its next commit. */
    private synchronized void collect() {
        while (!sealing.isEmpty() && sealing.peek().batch().isDone()) {
            Sealing next = sealing.element();
            SealedBatch batch = next.batch().join();
            means.appended.run();
            if (!append(batch)) {
                return;
            }
            sealing.remove();
            appended.add(new Appended(batch, next.due(), next.closedNanos()));
        }
    }

    private boolean append(SealedBatch batch) {
        try {
            history.append(batch.bytes());
            return true;
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.OVERLOADED) {
                throw e;
            }
            return false;
        }
    }

    /** A commit has made room. */
    synchronized void roomAgain() {
        if (!sealing.isEmpty()) {
            collect();
        }
    }

    /** Everything up to a sequence is durable. */
    synchronized void durable(long upTo, long nowNanos) {
        durableSequence = upTo;
        while (!appended.isEmpty() && appended.peek().batch().lastSequence() <= upTo) {
            Appended done = appended.remove();
            done.batch().release();
            underWay -= done.due().size();
            means.figures.durable(done.due(), done.closedNanos(), nowNanos);
        }
    }

    /** Closes the last batch. */
    void end() {
        if (!builder.isEmpty()) {
            seal(System.nanoTime());
        }
    }

    /** Whether everything that was written is durable. */
    synchronized boolean isDurable() {
        return durableSequence == sequence;
    }
}
