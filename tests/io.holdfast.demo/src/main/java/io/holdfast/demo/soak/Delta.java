package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What went over the network for a disturbance.
 *
 * @param sentBytes in all
 * @param writtenBytes by the guest in the same time
 */
record Delta(long sentBytes, long writtenBytes) {

    /** A bitmap counts in blocks of 64 KiB, and what was not durable before is sent again. */
    private static final int WIDENING = 2;

    private static final long ALWAYS = 8L << 20;

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
        return sentBytes <= ALWAYS + WIDENING * writtenBytes && sentBytes < wholeBytes;
    }
}
