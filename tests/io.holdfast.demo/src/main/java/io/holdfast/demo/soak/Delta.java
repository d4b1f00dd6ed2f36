package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What went over the network for a disturbance.
 *
 * @param sentBytes in all
 * @param copiedBytes read from the source because of dirty bitmaps
 * @param writtenBytes by the guest in the same time
 */
record Delta(long sentBytes, long copiedBytes, long writtenBytes) {

    /** A bitmap counts in blocks of 64 KiB; the guest's transactions write less at a time, so each write may cost that much more. */
    private static final int WIDENING = 8;

    private static final long ALWAYS = 4L << 20;

    /** A disk of the guest counts 384 MiB in all; a copy of a quarter is no delta. */
    private static final long COPIED_MAX = 96L << 20;

    /** Since the start of the agent's process. */
    static Delta of(JsonNode status, long writtenBytes) {
        return new Delta(
                status.path("sentBytes").asLong(), status.path("copyBytesTotal").asLong(), writtenBytes);
    }

    /** Between two looks at an agent that lived on. */
    static Delta between(JsonNode before, JsonNode after, long writtenBytes) {
        return new Delta(
                after.path("sentBytes").asLong() - before.path("sentBytes").asLong(),
                after.path("copyBytesTotal").asLong(),
                writtenBytes);
    }

    /** Whether it is bounded by what the guest wrote and not by what its disks hold. */
    boolean isDelta() {
        return sentBytes <= ALWAYS + WIDENING * writtenBytes && copiedBytes <= COPIED_MAX;
    }
}
