package io.holdfast.processserver.internal.coding;

import io.holdfast.journal.Codec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What really got through with each codec while more was written than gets through. It knows of everything that expectations leave out, above all of
 * builders and network that share their processors; but only of a codec that was in use a short while ago, for data that shrank as it does now.
 */
final class Throughput {

    /** At each batch so much is kept of what was measured before. */
    private static final double KEPT = 31.0 / 32;

    /** Data that shrinks to so much more, or so much less, is other data. */
    private static final double OTHER_DATA = 1.15;

    /** Of fewer batches a rate is chance. */
    private static final int BATCHES_LEAST = 16;

    /** A batch that is not durable yet. */
    private record OnWay(Codec codec, long plaintextBytes) {}

    /** What was measured with one codec. */
    private static final class Measured {
        private double bytes;
        private double nanos;
        private int batches;
        private long atNanos;
        private double share;
    }

    private final Deque<OnWay> onWay = new ArrayDeque<>();
    private final Map<Codec, Measured> byCodec = new EnumMap<>(Codec.class);
    private boolean wasPressed;
    private long lastDurableNanos;

    void built(Codec codec, long plaintextBytes) {
        onWay.add(new OnWay(codec, plaintextBytes));
    }

    /**
     * The batch that has been on its way for the longest time is durable.
     *
     * @param nowNanos the time
     * @param isPressed whether more is written than gets through, from now on
     * @param share to what the data shrinks now, always by the same codec
     */
    void durable(long nowNanos, boolean isPressed, double share) {
        OnWay batch = onWay.remove();
        if (wasPressed) {
            Measured rate = byCodec.computeIfAbsent(batch.codec(), _ -> new Measured());
            forgetIfPast(rate, nowNanos, share);
            rate.bytes = rate.bytes * KEPT + batch.plaintextBytes();
            rate.nanos = rate.nanos * KEPT + (nowNanos - lastDurableNanos);
            rate.batches++;
            rate.atNanos = nowNanos;
            rate.share = share;
        }
        wasPressed = isPressed;
        lastDurableNanos = nowNanos;
    }

    /**
     * What got through with a codec.
     *
     * @param codec which
     * @param nowNanos the time
     * @param share as in {@link #durable}
     * @return bytes of plaintext a nanosecond; empty when it was not measured of late
     */
    OptionalDouble of(Codec codec, long nowNanos, double share) {
        Measured rate = byCodec.get(codec);
        if (rate == null) {
            return OptionalDouble.empty();
        }
        forgetIfPast(rate, nowNanos, share);
        return rate.batches >= BATCHES_LEAST && rate.nanos > 0
                ? OptionalDouble.of(rate.bytes / rate.nanos)
                : OptionalDouble.empty();
    }

    private static void forgetIfPast(Measured rate, long nowNanos, double share) {
        boolean isOtherData = share > rate.share * OTHER_DATA || share * OTHER_DATA < rate.share;
        if (isOtherData || nowNanos - rate.atNanos > StageRate.MEMORY_NANOS) {
            rate.bytes = 0;
            rate.nanos = 0;
            rate.batches = 0;
        }
    }
}
