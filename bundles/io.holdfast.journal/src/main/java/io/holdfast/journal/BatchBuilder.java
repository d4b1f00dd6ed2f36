package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.internal.build.StreamBatchBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Turns the records of one machine's stream into batches, each following the one before. Used by one thread; what is sealed on an executor runs
 * beside it.
 *
 * @since 1.0
 */
public interface BatchBuilder {

    /** The most data of one record. */
    int RECORD_BYTES_MAX = 32 << 20;

    /**
     * Makes a builder.
     *
     * @param keys the machine's keys
     * @param settings how batches are built
     * @param start what the first batch follows
     * @return the builder, empty
     */
    static BatchBuilder create(MachineKeys keys, BatchSettings settings, BatchStart start) {
        return new StreamBatchBuilder(keys, settings, start);
    }

    /**
     * Takes the next record. Its data is copied before this returns. Blocks of 4 KiB within it that are all zero become zero extents.
     *
     * @param record its sequence is one more than the last one; of a {@link StreamRecord.Proof} at most the last one
     * @return true when taken; false, with nothing changed, when the batch at hand has no room for it: seal it and add again
     * @throws HoldfastException with {@link ErrorCode#SEQUENCE_CONFLICT} when the sequence does not follow, {@link ErrorCode#INVALID_ARGUMENT}
     *     when the disk or range is not in the disk table, or the record is over a limit; nothing is changed
     */
    boolean add(StreamRecord record);

    /**
     * Tells whether nothing was added since the last seal.
     *
     * @return true when there is nothing to seal
     */
    boolean isEmpty();

    /**
     * Tells whether the batch has reached its size.
     *
     * @return true when it should be sealed before more is added
     */
    boolean isFull();

    /**
     * Tells how much data the batch at hand has.
     *
     * @return bytes, zeroes and discards not counted
     */
    long plaintextBytes();

    /**
     * Takes keys that were rotated. The batch at hand and those after it are sealed with their newest data key; those under way are not changed.
     *
     * @param keys of the same machine, with the same hash key
     * @throws HoldfastException with {@link ErrorCode#INVALID_ARGUMENT} when the hash key is another one; nothing is changed
     */
    void rekey(MachineKeys keys);

    /**
     * Changes how frames are compressed. The batch at hand and those after it are compressed in this way; those under way are not changed. The
     * batches of one history may differ in it at will: each names its own, and its key depends on it.
     *
     * @param codec from now on
     */
    void recode(Codec codec);

    /**
     * Finishes the batch at hand and begins the next. When earlier ones are still being sealed on an executor, this waits for them.
     *
     * @return the batch
     * @throws HoldfastException with {@link ErrorCode#ILLEGAL_STATE} when it is empty
     */
    SealedBatch seal();

    /**
     * Finishes the batch at hand on an executor and begins the next at once, so that several are hashed, compressed and encrypted side by side.
     * The caller bounds how many are under way; each takes about twice its plaintext in memory, which is used again after {@link SealedBatch#release}.
     *
     * @param executor runs the work; may have any number of threads
     * @return completed with the batch; of several, not necessarily in order
     * @throws HoldfastException with {@link ErrorCode#ILLEGAL_STATE} when it is empty
     */
    default CompletableFuture<SealedBatch> sealOn(Executor executor) {
        return sealOn(executor, _ -> {});
    }

    /**
     * As {@link #sealOn(Executor)}, and has codecs tried on a piece of the batch, which stays as it is.
     *
     * @param executor runs the work
     * @param tester called once on the executor before the batch is compressed, unless it has no data; what it throws fails the batch
     * @return as {@link #sealOn(Executor)}
     * @throws HoldfastException as {@link #sealOn(Executor)}
     */
    CompletableFuture<SealedBatch> sealOn(Executor executor, Consumer<CodecTrial> tester);
}
