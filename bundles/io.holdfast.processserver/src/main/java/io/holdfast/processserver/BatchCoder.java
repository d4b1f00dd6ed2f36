package io.holdfast.processserver;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.Codec;
import io.holdfast.journal.CodecTrial;
import io.holdfast.journal.SealedBatch;
import io.holdfast.model.StreamCoding;
import io.holdfast.processserver.internal.coding.CodecChoice;
import io.holdfast.processserver.internal.coding.Standing;
import io.holdfast.processserver.internal.coding.TriedPiece;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Seals the batches of one machine, each with the codec that an operator has set or that suits the line, and measures what comes of it.
 *
 * <p>All methods but {@link #coding} are called in the relay's own turn.
 *
 * @since 1.0
 */
final class BatchCoder {

    private final MachineId machine;
    private final Sealers sealers;
    private final TimeSource time;
    private final CodecSetting setting;
    private final CodecChoice choice;

    /**
     * Processor time that was not told to the choice yet. Of batches side by side it goes to the one that is done first: over a few of them the sums are right,
     * and a task's time is known only after its batch is there.
     */
    private final AtomicLong busyNanos = new AtomicLong();

    private volatile Standing standing;

    /**
     * A batch on its way from the builder to durability.
     *
     * @param codec of its frames
     * @param creditBytes what it takes of the window until it is durable
     * @param batch completed with the batch
     * @param piece set before that when both codecs were tried on a piece of it
     */
    record Coded(
            Codec codec,
            long creditBytes,
            CompletableFuture<SealedBatch> batch,
            AtomicReference<@Nullable TriedPiece> piece) {}

    /**
     * Makes the coder of one stream.
     *
     * @param machine whose
     * @param settings of the relay
     * @param sealers do the work
     * @param time for rates
     */
    BatchCoder(MachineId machine, RelaySettings settings, Sealers sealers, TimeSource time) {
        this.machine = machine;
        this.sealers = sealers;
        this.time = time;
        this.setting = settings.codec();
        choice = new CodecChoice(new CodecChoice.Bounds(settings.windowBytes(), sealers.threads()));
        standing = choice.standing();
    }

    /**
     * Seals what a builder holds.
     *
     * @param builder not empty
     * @param creditBytes what the batch takes of the window until it is durable
     * @return the batch under way
     */
    Coded seal(BatchBuilder builder, long creditBytes) {
        Optional<Codec> fixed = setting.fixed();
        CodecChoice.Order order = fixed.isPresent()
                ? new CodecChoice.Order(fixed.get(), false)
                : choice.next(time.monotonicNanos(), creditBytes, builder.plaintextBytes());
        standing = choice.standing();
        builder.recode(order.codec());
        AtomicReference<@Nullable TriedPiece> piece = new AtomicReference<>();
        Consumer<CodecTrial> tester = order.withTrial() ? trial -> piece.set(tryBoth(trial)) : _ -> {};
        return new Coded(order.codec(), creditBytes, builder.sealOn(this::runMeasured, tester), piece);
    }

    private void runMeasured(Runnable task) {
        sealers.executor().execute(() -> {
            long begun = sealers.processorNanos().getAsLong();
            try {
                task.run();
            } finally {
                busyNanos.addAndGet(sealers.processorNanos().getAsLong() - begun);
            }
        });
    }

    /** What it takes is no part of building a batch. */
    private TriedPiece tryBoth(CodecTrial trial) {
        long begun = sealers.processorNanos().getAsLong();
        TriedPiece piece =
                new TriedPiece(trial.plaintextBytes(), outcome(trial, Codec.LZ4), outcome(trial, Codec.ZSTANDARD));
        busyNanos.addAndGet(begun - sealers.processorNanos().getAsLong());
        return piece;
    }

    private TriedPiece.Outcome outcome(CodecTrial trial, Codec codec) {
        trial.storedBytes(codec);
        long begun = sealers.processorNanos().getAsLong();
        int stored = trial.storedBytes(codec);
        return new TriedPiece.Outcome(stored, sealers.processorNanos().getAsLong() - begun);
    }

    /**
     * Notes that a batch is done and about to be sent. In the order of {@link #seal}.
     *
     * @param coded completed
     */
    void sealed(Coded coded) {
        if (setting.fixed().isPresent()) {
            return;
        }
        TriedPiece piece = coded.piece().get();
        if (piece != null) {
            choice.tried(piece);
        }
        SealedBatch batch = coded.batch().join();
        long busy = busyNanos.getAndSet(0);
        choice.built(
                time.monotonicNanos(),
                new CodecChoice.Built(coded.codec(), batch.plaintextBytes(), batch.storedBytes(), busy));
    }

    /**
     * Notes that a batch became durable. In the order of {@link #sealed}.
     *
     * @param storedBytes of the batch
     */
    void durable(long storedBytes) {
        if (setting.fixed().isEmpty()) {
            choice.durable(time.monotonicNanos(), storedBytes);
        }
    }

    /**
     * How batches are coded now. Any thread.
     *
     * @param asked a machine
     * @return the codec and why; empty when this is another machine's
     */
    Optional<StreamCoding> coding(MachineId asked) {
        if (!asked.equals(machine)) {
            return Optional.empty();
        }
        Standing now = standing;
        return Optional.of(setting.fixed()
                .map(codec -> new StreamCoding(codec.name(), "Set for this node."))
                .orElseGet(() -> new StreamCoding(now.codec().name(), now.reason())));
    }
}
