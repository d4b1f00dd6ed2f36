package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.StreamRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Takes the records of one machine into its history with every core at work: the caller's thread fills batches; they are hashed, compressed and
 * encrypted side by side on one executor; another appends them in their order and commits them in groups, while the next ones are being sealed.
 * What is under way is bounded by a count of batches, whose memory is used over and over.
 *
 * <p>It has no thread and never waits: with executors that run tasks at once, everything happens within {@link #add} and {@link #flush}, in one
 * order. Invariant: batches reach the history in the order in which they were filled, none behind one that failed. {@link #add} and
 * {@link #flush} are called by one thread.
 *
 * @since 1.0
 */
public final class IngestPipeline {

    /** A commit is due when so much waits for it, although more is about to come. */
    public static final long COMMIT_BYTES = 8L << 20;

    private final RecoveryStore store;
    private final MachineHistory history;
    private final BatchBuilder builder;
    private final Workers workers;
    private final int batchesMax;

    /** Guards what follows. */
    private final Object lock = new Object();

    private final ArrayDeque<CompletableFuture<SealedBatch>> sealing = new ArrayDeque<>();
    private final List<SealedBatch> waiting = new ArrayList<>();
    private long waitingBytes;
    private boolean turnTaken;
    private boolean ended;

    /**
     * Who does the work.
     *
     * @param sealers hashes, compresses and encrypts; any number of threads
     * @param writer appends and commits, and so waits for the disk; not the sealers, or they wait with it
     * @param listener is told what came of it
     */
    public record Workers(Executor sealers, Executor writer, Listener listener) {}

    /** Is told what came of the records, by one thread at a time. */
    public interface Listener {

        /**
         * Everything up to a position is durable, and there is room for more.
         *
         * @param position of the newest durable record; never goes back
         */
        void durable(Position position);

        /**
         * Something failed. What was told to be durable stays so; nothing behind it becomes visible by this pipeline, which takes no more and
         * tells nothing any more.
         *
         * @param reason the first thing that failed
         */
        void failed(HoldfastException reason);
    }

    /**
     * Makes a pipeline with nothing in it.
     *
     * @param store commits
     * @param history takes the batches; nobody else appends to it meanwhile
     * @param builder makes the batches; nobody else uses it any more
     * @param workers do the work
     * @param batchesMax how many batches may be under way, at least 1; each takes about twice its plaintext in memory
     */
    public IngestPipeline(
            RecoveryStore store, MachineHistory history, BatchBuilder builder, Workers workers, int batchesMax) {
        if (batchesMax < 1) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "batchesMax", batchesMax + " given; expected at least 1");
        }
        this.store = store;
        this.history = history;
        this.builder = builder;
        this.workers = workers;
        this.batchesMax = batchesMax;
    }

    /**
     * Takes the next record; its data is copied before this returns.
     *
     * @param streamRecord as for {@link BatchBuilder#add}
     * @return false, with the record not taken, when as many batches are under way as may be: add it again after {@link Listener#durable}
     * @throws HoldfastException as {@link BatchBuilder#add} throws, and with {@link ErrorCode#ILLEGAL_STATE} when the pipeline has failed
     */
    public boolean add(StreamRecord streamRecord) {
        if (!hasRoom()) {
            return false;
        }
        if (!builder.add(streamRecord)) {
            seal();
            return add(streamRecord);
        }
        if (builder.isFull()) {
            seal();
        }
        return true;
    }

    /**
     * Begins to make durable what was added, without waiting for a batch to be full.
     *
     * @throws HoldfastException with {@link ErrorCode#ILLEGAL_STATE} when the pipeline has failed
     */
    public void flush() {
        hasRoom();
        if (!builder.isEmpty()) {
            seal();
        }
    }

    private boolean hasRoom() {
        synchronized (lock) {
            if (ended) {
                throw new HoldfastException(
                        ErrorCode.ILLEGAL_STATE,
                        "ingest of machine " + history.machine(),
                        "has ended after a failure; begin again from the history's head");
            }
            return sealing.size() + waiting.size() < batchesMax;
        }
    }

    private void seal() {
        CompletableFuture<SealedBatch> batch;
        try {
            batch = builder.sealOn(workers.sealers());
        } catch (RejectedExecutionException e) {
            fail(e);
            return;
        }
        synchronized (lock) {
            sealing.add(batch);
        }
        batch.whenComplete((_, _) -> takeTurn());
    }

    /** Appends and commits on the writer, unless it is at it already. */
    private void takeTurn() {
        synchronized (lock) {
            if (turnTaken || ended) {
                return;
            }
            turnTaken = true;
        }
        try {
            workers.writer().execute(this::turn);
        } catch (RejectedExecutionException e) {
            fail(e);
        }
    }

    /** What a turn does next. */
    private enum Step {
        APPEND,
        COMMIT,
        END
    }

    /** Whatever ends a turn is told, or the caller would wait for ever. */
    private void turn() {
        try {
            for (Step step = nextStep(); step != Step.END; step = nextStep()) {
                switch (step) {
                    case APPEND -> append();
                    case COMMIT -> commit();
                    case END -> {}
                }
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** A commit waits for batches that are still being sealed, unless enough wait for it. */
    private Step nextStep() {
        synchronized (lock) {
            CompletableFuture<SealedBatch> next = sealing.peek();
            if (waitingBytes < COMMIT_BYTES && next != null && next.isDone()) {
                return Step.APPEND;
            }
            if (waitingBytes >= COMMIT_BYTES || next == null && !waiting.isEmpty()) {
                return Step.COMMIT;
            }
            turnTaken = false;
            return Step.END;
        }
    }

    private void append() {
        CompletableFuture<SealedBatch> next;
        synchronized (lock) {
            next = sealing.element();
        }
        if (next.isCompletedExceptionally()) {
            commit();
        }
        SealedBatch batch = next.join();
        history.append(batch.bytes());
        synchronized (lock) {
            sealing.remove();
            waiting.add(batch);
            waitingBytes += batch.storedBytes();
        }
    }

    private void commit() {
        List<SealedBatch> committed;
        synchronized (lock) {
            committed = List.copyOf(waiting);
        }
        if (committed.isEmpty()) {
            return;
        }
        store.commit();
        committed.forEach(SealedBatch::release);
        synchronized (lock) {
            waiting.clear();
            waitingBytes = 0;
        }
        workers.listener().durable(committed.getLast().last());
    }

    private void fail(RuntimeException thrown) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            ended = true;
            sealing.clear();
            waiting.clear();
        }
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        workers.listener()
                .failed(
                        cause instanceof HoldfastException named
                                ? named
                                : new HoldfastException(
                                        ErrorCode.INTERNAL,
                                        "ingest of machine " + history.machine(),
                                        "failed: " + cause,
                                        cause));
    }
}
