package io.holdfast.harness;

/**
 * A transaction whose {@code COMMIT} line was read on the guest's console: an acknowledged one.
 *
 * @param number of the transaction
 * @param stamp the sequence that had been received when the line was read
 * @param atNanos when it was read, on this process's monotonic clock
 */
public record Commit(int number, long stamp, long atNanos) {}
