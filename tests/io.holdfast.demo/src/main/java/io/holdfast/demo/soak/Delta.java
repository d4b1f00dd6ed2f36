package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What went over the network for a disturbance.
 *
 * @param sentBytes in all
 * @param writtenBytes by the guest in the same time
 */
record Delta(long sentBytes, long writtenBytes) {

    /** Frames and headers, blocks that are written in part and sent whole, and what was on its way when a connection ended. */
    private static final double SHARE_MAX = 1.25;

    private static final long ALWAYS_BYTES = 8L << 20;

    /** Since the start of the agent's process. */
    static Delta of(JsonNode status, long writtenBytes) {
        return new Delta(status.path("sentBytes").asLong(), writtenBytes);
    }

    /** Between two looks at an agent that lived on. */
    static Delta between(JsonNode before, JsonNode after, long writtenBytes) {
        return new Delta(
                after.path("sentBytes").asLong() - before.path("sentBytes").asLong(), writtenBytes);
    }

    /**
     * Whether it is bounded by what the guest wrote and less than all that its disks hold.
     *
     * @param wholeBytes what was sent to protect the machine at first
     */
    boolean isDelta(long wholeBytes) {
        return sentBytes <= ALWAYS_BYTES + SHARE_MAX * writtenBytes && sentBytes < wholeBytes;
    }
}
