package io.holdfast.journal.internal.ledger;

/**
 * A stretch of sequences.
 *
 * @param first its first, at least 1
 * @param last its last, inclusive
 */
public record SequenceRange(long first, long last) {}
