package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.format.BlockHeader;

/**
 * What a number of segments hold and take, added up.
 *
 * @param plaintext bytes of data taken in
 * @param payload bytes of compressed and sealed data at rest
 * @param rest every other byte at rest
 */
record SegmentBytes(long plaintext, long payload, long rest) {

    static final SegmentBytes NONE = new SegmentBytes(0, 0, 0);

    SegmentBytes plus(Segment segment) {
        return new SegmentBytes(
                plaintext + segment.plaintextBytes(),
                payload + segment.payloadBytes(),
                rest + segment.writtenBytes() - segment.payloadBytes());
    }

    SegmentBytes minus(Segment segment) {
        return new SegmentBytes(
                plaintext - segment.plaintextBytes(),
                payload - segment.payloadBytes(),
                rest - segment.writtenBytes() + segment.payloadBytes());
    }

    /** Adds a block that lies in the intake log alone. */
    SegmentBytes plus(BlockHeader header) {
        int clear = header.headerLength();
        return new SegmentBytes(
                plaintext + header.plaintextLength(), payload + header.blockLength() - clear, rest + clear);
    }
}
