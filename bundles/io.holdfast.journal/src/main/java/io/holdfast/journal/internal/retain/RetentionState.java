package io.holdfast.journal.internal.retain;

import io.holdfast.base.HoldfastException;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a machine's file {@code retention} says. Body of an {@link Envelope} "HFZ1": u64 clock; policy: u64 full density, u64 markers, u64 lock, u32
 * hourly, daily, weekly, yearly, u64 age of the cold tier, u32 its minutes a day, 4 bytes zero; u32 count of arrivals, retired ranges, ranges to be looked at, segments;
 * arrivals: u64 clock, u64 sequence, u64 bytes; retired ranges: u64 first, u64 last; ranges to be looked at: likewise; segments: u64 number, u64
 * bytes that are needed no more. Immutable.
 *
 * @param clockMillis how long the store has run with this history
 * @param policy what is kept
 * @param arrivals when sequences were received
 * @param retired sequences that are no points any more
 * @param unsurveyed retired sequences of which nobody has worked out yet what they free
 * @param dead how many bytes of a sealed segment nothing needs any more, by its number
 */
public record RetentionState(
        long clockMillis,
        RetentionPolicy policy,
        Arrivals arrivals,
        SequenceSet retired,
        SequenceSet unsurveyed,
        Map<Long, Long> dead) {

    /** Where every history starts. */
    public static final RetentionState START = new RetentionState(
            0, RetentionPolicy.EVERYTHING, Arrivals.NONE, SequenceSet.EMPTY, SequenceSet.EMPTY, Map.of());

    private static final int MAGIC = 0x315A4648;
    private static final int BYTES_MAX = 64 << 20;
    private static final int FIXED_BYTES = 80;
    private static final int SAMPLE_BYTES = 24;
    private static final int PAIR_BYTES = 16;

    public RetentionState {
        dead = Map.copyOf(dead);
    }

    /** The same at another time. */
    public RetentionState at(long clock) {
        return new RetentionState(clock, policy, arrivals, retired, unsurveyed, dead);
    }

    /** The same under another policy. */
    public RetentionState with(RetentionPolicy other) {
        return new RetentionState(clockMillis, other, arrivals, retired, unsurveyed, dead);
    }

    /** The same with a lock no shorter than this; the full-density window is never shorter than the lock. */
    public RetentionState lockedFor(long lockMillis) {
        if (policy.lockMillis() >= lockMillis) {
            return this;
        }
        return with(new RetentionPolicy(
                Math.max(policy.fullDensityMillis(), lockMillis),
                policy.hourly(),
                policy.daily(),
                policy.weekly(),
                policy.yearly(),
                policy.markersMillis(),
                lockMillis,
                policy.cold()));
    }

    /** The same with other arrivals. */
    public RetentionState with(Arrivals more) {
        return new RetentionState(clockMillis, policy, more, retired, unsurveyed, dead);
    }

    /** The same with more retired; what is new has yet to be surveyed. */
    public RetentionState retire(SequenceSet more) {
        SequenceSet fresh = more.without(retired);
        return new RetentionState(clockMillis, policy, arrivals, retired.with(more), unsurveyed.with(fresh), dead);
    }

    /** The same after a survey of some ranges. */
    public RetentionState surveyed(SequenceSet done, Map<Long, Long> deadBytes) {
        return new RetentionState(clockMillis, policy, arrivals, retired, unsurveyed.without(done), deadBytes);
    }

    /**
     * Encodes the file.
     *
     * @return its bytes
     */
    public byte[] encode() {
        int pairs = retired.ranges().size() + unsurveyed.ranges().size() + dead.size();
        ByteBuffer body = ByteBuffer.allocate(
                        FIXED_BYTES + arrivals.samples().size() * SAMPLE_BYTES + pairs * PAIR_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        body.putLong(clockMillis)
                .putLong(policy.fullDensityMillis())
                .putLong(policy.markersMillis())
                .putLong(policy.lockMillis())
                .putInt(policy.hourly())
                .putInt(policy.daily())
                .putInt(policy.weekly())
                .putInt(policy.yearly())
                .putLong(policy.cold().ageMillis())
                .putInt(policy.cold().minutesADay())
                .putInt(0)
                .putInt(arrivals.samples().size())
                .putInt(retired.ranges().size())
                .putInt(unsurveyed.ranges().size())
                .putInt(dead.size());
        for (Arrivals.Sample sample : arrivals.samples()) {
            body.putLong(sample.clockMillis()).putLong(sample.sequence()).putLong(sample.bytes());
        }
        retired.ranges().forEach(range -> body.putLong(range.first()).putLong(range.last()));
        unsurveyed.ranges().forEach(range -> body.putLong(range.first()).putLong(range.last()));
        new TreeMap<>(dead).forEach((number, bytes) -> body.putLong(number).putLong(bytes));
        return Envelope.wrap(MAGIC, body.array());
    }

    /**
     * Decodes the file.
     *
     * @param file all of it
     * @return what it says
     * @throws DamagedException when it is no such file
     */
    public static RetentionState decode(ByteBuffer file) throws DamagedException {
        ByteBuffer body = Envelope.open("a history's retention", file, MAGIC, BYTES_MAX);
        try {
            long clock = body.getLong();
            long fullDensity = body.getLong();
            long markers = body.getLong();
            long lock = body.getLong();
            RetentionPolicy policy = new RetentionPolicy(
                            fullDensity, body.getInt(), body.getInt(), body.getInt(), body.getInt(), markers, lock)
                    .withCold(new ColdTier(body.getLong(), body.getInt()));
            boolean clean = body.getInt() == 0;
            int samples = body.getInt();
            int retired = body.getInt();
            int unsurveyed = body.getInt();
            int segments = body.getInt();
            long left = (long) samples * SAMPLE_BYTES + ((long) retired + unsurveyed + segments) * PAIR_BYTES;
            boolean fits = samples >= 0 && retired >= 0 && unsurveyed >= 0 && segments >= 0;
            if (!clean || !fits || left != body.remaining()) {
                throw DamagedException.damaged("the counts of a history's retention contradict its length");
            }
            return new RetentionState(
                    clock,
                    policy,
                    arrivals(body, samples),
                    ranges(body, retired),
                    ranges(body, unsurveyed),
                    dead(body, segments));
        } catch (BufferUnderflowException | IllegalArgumentException | HoldfastException e) {
            throw DamagedException.damaged("a history's retention is wrong: " + e.getMessage());
        }
    }

    private static Arrivals arrivals(ByteBuffer body, int count) {
        List<Arrivals.Sample> samples = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            samples.add(new Arrivals.Sample(body.getLong(), body.getLong(), body.getLong()));
        }
        return new Arrivals(samples);
    }

    private static SequenceSet ranges(ByteBuffer body, int count) {
        List<SequenceSet.Range> ranges = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            ranges.add(new SequenceSet.Range(body.getLong(), body.getLong()));
        }
        return SequenceSet.of(ranges);
    }

    private static Map<Long, Long> dead(ByteBuffer body, int count) {
        Map<Long, Long> dead = new TreeMap<>();
        for (int index = 0; index < count; index++) {
            dead.put(body.getLong(), body.getLong());
        }
        return dead;
    }
}
