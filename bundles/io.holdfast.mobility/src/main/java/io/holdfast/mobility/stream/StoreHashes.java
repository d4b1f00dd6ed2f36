package io.holdfast.mobility.stream;

import io.holdfast.base.hash.BlockHashKey;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Asks the store for the keyed hashes of what it holds. Thread-safe; never blocks.
 */
public interface StoreHashes {

    /** A question under way. Thread-safe. */
    interface Question {

        /**
         * Tells whether the answer will never come, because the session ended; the question is to be asked again.
         *
         * @return true when lost
         */
        boolean isLost();

        /**
         * The answer.
         *
         * @return entries one behind the other, as many as were asked for; nothing as long as they have not come
         */
        Optional<ByteBuffer> answer();
    }

    /**
     * The key of the hashes, and how they are made.
     *
     * @return nothing when there is no session, or when the other side does not hold the key: then nothing can be compared
     */
    Optional<BlockHashKey> key();

    /**
     * Tells what the store has.
     *
     * @return the highest durable sequence; -1 when there is no session
     */
    long durableSequence();

    /**
     * Asks.
     *
     * @param disk number of the disk
     * @param firstBlock number of a block of 4 KiB; of a MiB's first one when {@code perMebibyte}
     * @param count how many entries
     * @param perMebibyte one entry for each MiB instead of one for each block
     * @return the question
     */
    Question ask(int disk, long firstBlock, int count, boolean perMebibyte);
}
