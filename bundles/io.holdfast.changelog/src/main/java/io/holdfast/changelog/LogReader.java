package io.holdfast.changelog;

import io.holdfast.base.stream.StreamRecord;
import java.util.List;

/**
 * Reads a change log in the order of its sequences, following what is logged while it reads. One thread at a time, which is the one that
 * calls {@link ChangeLog#release}.
 *
 * @since 1.0
 */
public interface LogReader {

    /**
     * Gives the next records that are logged.
     *
     * @param bytesMax when the records' data reach this many bytes no more are added; at least one record is given if there is one
     * @return records in order, possibly none; data buffers are read-only and stay valid
     * @throws io.holdfast.base.HoldfastException {@code LOG_DAMAGED} when the next logged record is not what was written, {@code
     *     DISK_ERROR} when it cannot be read; the reader gives nothing more
     */
    List<StreamRecord> next(long bytesMax);

    /**
     * Tells where the reader stands.
     *
     * @return the sequence of the next numbered record
     */
    long nextSequence();
}
