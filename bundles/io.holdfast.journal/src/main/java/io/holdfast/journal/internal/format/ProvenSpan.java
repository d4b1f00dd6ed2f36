package io.holdfast.journal.internal.format;

/**
 * A stretch of one epoch in which every sequence is a recovery point. 24 bytes little-endian: u64 epoch, u64 first, u64 last.
 *
 * @param epoch which
 * @param first the oldest point; tells spans apart
 * @param last the newest point so far
 */
public record ProvenSpan(long epoch, long first, long last) {

    static final int BYTES = 24;
}
