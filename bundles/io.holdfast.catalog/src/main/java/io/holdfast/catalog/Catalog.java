package io.holdfast.catalog;

import java.util.function.Function;

/**
 * Where control state is kept. Thread-safe.
 *
 * @since 1.0
 */
public interface Catalog extends AutoCloseable {

    /**
     * Looks. Several readers and a writer may be at work at once; a reader sees what was committed.
     *
     * @param work what to read; may be run again from its start, changes nothing
     * @param <T> of the answer
     * @return what the work returns
     * @throws io.holdfast.base.HoldfastException as {@link #write}
     */
    <T> T read(Function<CatalogTransaction, T> work);

    /**
     * Changes. One writer is at work at a time, so what it reads stays true until it ends. When the work throws, nothing is changed.
     *
     * @param work what to do; may be run again from its start, so it has no effect elsewhere
     * @param <T> of the answer
     * @return what the work returns; its changes are durable
     * @throws io.holdfast.base.HoldfastException {@code DISK_FULL} or {@code DISK_ERROR} when the storage fails, {@code OVERLOADED} when
     *     no connection or lock was to be had in time, {@code ALREADY_EXISTS} when a row of that key is there; nothing was changed
     */
    <T> T write(Function<CatalogTransaction, T> work);

    /** Lets go. Idempotent; work under way ends first. */
    @Override
    void close();
}
