package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * One machine's history on its way to another store, in bounded steps. It has no thread; its owner calls {@link #step} until that says false, while
 * both stores go on with their work. It may be given up or broken at any moment: the next one of the same order goes on where this one stopped.
 * What has been copied is not copied again. One thread at a time.
 *
 * @since 1.0
 */
public interface HistoryTransfer extends AutoCloseable {

    /**
     * Does the next step: at most a few MiB are copied, read back or compared.
     *
     * @return true when there is more to do; false when everything is durable in the target and the order is fulfilled
     * @throws HoldfastException with {@link ErrorCode#STORE_DAMAGED} when a segment of the source does not check, or the target does not read back
     *     what was written: what did not check is no part of the target; {@link ErrorCode#SEQUENCE_CONFLICT} when the target has blocks that the
     *     source has not; {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when the target or the source failed;
     *     {@link ErrorCode#NOT_FOUND} when the history was destroyed meanwhile. Everything that was taken over before stays
     */
    boolean step();

    /**
     * Tells how far it is.
     *
     * @return figures of this moment
     */
    TransferProgress progress();

    /** Lets go of files; both stores stay open and as they are. A second call does nothing. */
    @Override
    void close();
}
