package io.holdfast.journal;

/**
 * The room of a store's medium, and whether batches are taken in.
 *
 * @param usableBytes what may still be written to the medium, the reserve included
 * @param totalBytes the size of the medium
 * @param reserveBytes of what is usable, kept for maintenance; see {@link StoreReserve}
 * @param intakeStopped whether batches are refused, until there is more room
 * @since 1.0
 */
public record StoreRoom(long usableBytes, long totalBytes, long reserveBytes, boolean intakeStopped) {

    /**
     * Tells what batches may take.
     *
     * @return bytes: what is usable without the reserve
     */
    public long intakeBytes() {
        return Math.max(0, usableBytes - reserveBytes);
    }
}
