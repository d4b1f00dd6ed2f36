package io.holdfast.processserver.internal.coding;

import io.holdfast.journal.Codec;
import java.util.OptionalDouble;

/**
 * Chooses between LZ4 and Zstandard for each batch of one machine's stream, by what happened to the batches before.
 *
 * <p>A line has two stages: <i>building</i> (hash, compress, encrypt) and <i>sending</i> (from there until the master target has made the batch
 * durable, so its store counts as well). A codec lets through the lesser of what can be built with it and of what can be sent, by what it shrinks the
 * data to. While more is written than gets through, the codec is chosen that lets most through; else, of those that keep up, the one that stores
 * least: fewer bytes at rest are worth processor time that nobody waits for.
 *
 * <p>It does not follow every swing. The other codec has to be the better one for {@link #VOTES} batches in a row and by a margin; the last change
 * has to lie {@link #DWELL_BATCHES} batches and {@link #DWELL_NANOS} back; and after one that was made for the sake of speed, bytes are saved again
 * only after {@link #HURRY_NANOS}.
 *
 * <p>Storing without compression is no choice: what was written to the store stays there for months, and a frame that does not shrink is stored as it is
 * anyway.
 *
 * <p>Plain: no clock, no thread, no random. Not thread-safe; time never goes back.
 *
 * @since 1.0
 */
public final class CodecChoice {

    /** The other codec must be the better one for so many batches in a row. */
    static final int VOTES = 8;

    /** So many batches at least between two changes. */
    static final int DWELL_BATCHES = 16;

    /** So long at least between two changes. */
    static final long DWELL_NANOS = 2_000_000_000L;

    /** So long after a change for the sake of speed the slower codec is not taken to save bytes. */
    static final long HURRY_NANOS = 10_000_000_000L;

    /** So long after a change a codec is kept at most until it is measured what gets through with it. */
    static final long MEASURE_NANOS = 10_000_000_000L;

    /** While more is written than gets through, LZ4 is used for some seconds after so long, as only using it shows what expectations leave out. */
    static final long LOOK_NANOS = 60_000_000_000L;

    /** At the most, batches between two trials; the first ones come sooner. */
    static final int TRIAL_BATCHES_MAX = 64;

    /** With so much of the window under way, more is written than gets through. */
    private static final double WINDOW_PRESSED = 0.5;

    /** With so much of the window in it, a stage has a queue. */
    private static final double WINDOW_QUEUE = 0.25;

    /** What keeps up could take so many times what is written: writes come unevenly. */
    private static final double HEADROOM = 1.5;

    /** Zstandard is taken when it lets nearly as much through, and left when LZ4 lets clearly more through: the gap keeps from going to and fro. */
    private static final double NEARLY = 0.95;

    private static final double CLEARLY_LESS = 0.9;

    /** The same gap for what is stored. */
    private static final double DENSER = 0.98;

    private static final double STILL_DENSER = 0.99;

    /** What the sources write is an average over about so long. */
    private static final double DEMAND_NANOS = 2e9;

    private static final double DEMAND_NANOS_LEAST = 1e6;
    private static final double NANOS_A_SECOND = 1e9;

    private final Bounds bounds;
    private final CodecCosts costs = new CodecCosts();
    private final StageRate building;
    private final StageRate sending;
    private final Throughput throughput = new Throughput();

    private long lastBatchNanos;
    private boolean begun;
    private double demandBytes;
    private double demandNanos;
    private int votes;
    private int batchesSinceChange = DWELL_BATCHES;
    private long dwellUntilNanos = Long.MIN_VALUE;
    private long measureUntilNanos = Long.MIN_VALUE;
    private boolean wasPressed;
    private long lookAtNanos;
    private long hurryUntilNanos = Long.MIN_VALUE;
    private int batchesToTrial = 1;
    private int trialBatches = 1;
    private Standing standing = Standing.AT_START;

    /**
     * What bounds a line.
     *
     * @param windowBytes the most that may be under way, in bytes of credit
     * @param builders threads that build batches
     */
    public record Bounds(long windowBytes, int builders) {}

    /**
     * How the next batch is built.
     *
     * @param codec of its frames
     * @param withTrial both codecs are to be tried on a piece of it
     */
    public record Order(Codec codec, boolean withTrial) {}

    /**
     * A batch that was built.
     *
     * @param codec as ordered
     * @param plaintextBytes of data
     * @param storedBytes of the batch
     * @param busyNanos processor time of building it
     */
    public record Built(Codec codec, long plaintextBytes, long storedBytes, long busyNanos) {}

    /**
     * Makes the choice of a line on which nothing has happened. It begins with LZ4: a stream begins with what has waited for it, most of all
     * with a first copy. Until something is measured LZ4 costs at most a quarter of the rate, on a slow link, where Zstandard could cost half of it,
     * on a slow processor.
     *
     * @param bounds of the line
     */
    public CodecChoice(Bounds bounds) {
        this.bounds = bounds;
        long queue = (long) (bounds.windowBytes() * WINDOW_QUEUE);
        building = new StageRate(queue);
        sending = new StageRate(queue);
    }

    /**
     * A batch is about to be built.
     *
     * @param nowNanos by a monotonic clock
     * @param creditBytes what it takes of the window until it is durable
     * @param plaintextBytes of data
     * @return how to build it
     */
    public Order next(long nowNanos, long creditBytes, long plaintextBytes) {
        passed(nowNanos);
        demandBytes += plaintextBytes;
        building.put(nowNanos, creditBytes);
        batchesSinceChange++;
        boolean isPressed = isPressed();
        if (!isPressed || !wasPressed) {
            lookAtNanos = nowNanos + LOOK_NANOS;
        }
        wasPressed = isPressed;
        decide(nowNanos);
        return new Order(costs.used(), trialIsDue(plaintextBytes));
    }

    /** First at every batch, then twice as seldom each time. */
    private boolean trialIsDue(long plaintextBytes) {
        if (plaintextBytes == 0 || --batchesToTrial > 0) {
            return false;
        }
        batchesToTrial = trialBatches;
        trialBatches = Math.min(2 * trialBatches, TRIAL_BATCHES_MAX);
        return true;
    }

    /**
     * Both codecs were tried on a piece of a batch.
     *
     * @param piece what came of it
     */
    public void tried(TriedPiece piece) {
        costs.tried(piece);
    }

    /**
     * A batch was built and is about to be sent. In the order of {@link #next}.
     *
     * @param nowNanos by a monotonic clock
     * @param batch what came of it
     */
    public void built(long nowNanos, Built batch) {
        sending.put(nowNanos, building.took(nowNanos, batch.busyNanos()));
        throughput.built(batch.codec(), batch.plaintextBytes());
        costs.built(batch.codec(), batch.plaintextBytes(), batch.storedBytes(), batch.busyNanos());
    }

    /**
     * A batch became durable. In the order of {@link #built}.
     *
     * @param nowNanos by a monotonic clock
     * @param storedBytes of the batch
     */
    public void durable(long nowNanos, long storedBytes) {
        sending.took(nowNanos, storedBytes);
        throughput.durable(
                nowNanos, isPressed(), costs.areKnown() ? costs.of(Codec.LZ4).storedBytes() : 1);
    }

    /**
     * Where the choice stands.
     *
     * @return the codec in use and why; immutable
     */
    public Standing standing() {
        return standing;
    }

    private void passed(long nowNanos) {
        long elapsed = begun ? nowNanos - lastBatchNanos : 0;
        begun = true;
        lastBatchNanos = nowNanos;
        double kept = Math.exp(-elapsed / DEMAND_NANOS);
        demandBytes *= kept;
        demandNanos = demandNanos * kept + DEMAND_NANOS * (1 - kept);
    }

    private void decide(long nowNanos) {
        if (!costs.areKnown()) {
            return;
        }
        Standing wanted = judge(nowNanos);
        if (wanted.codec() == costs.used()) {
            votes = 0;
            standing = wanted;
            return;
        }
        votes++;
        if (votes >= VOTES && mayChange(nowNanos, wanted.why())) {
            change(nowNanos, wanted);
        }
    }

    private boolean mayChange(long nowNanos, Standing.Why why) {
        return batchesSinceChange >= DWELL_BATCHES
                && nowNanos >= dwellUntilNanos
                && (!wasPressed
                        || nowNanos >= measureUntilNanos
                        || found(costs.used(), nowNanos).isPresent())
                && (nowNanos >= hurryUntilNanos || why != Standing.Why.KEEPS_UP);
    }

    private void change(long nowNanos, Standing wanted) {
        costs.use(wanted.codec());
        votes = 0;
        batchesSinceChange = 0;
        dwellUntilNanos = nowNanos + DWELL_NANOS;
        measureUntilNanos = nowNanos + MEASURE_NANOS;
        lookAtNanos = nowNanos + LOOK_NANOS;
        if (wanted.why() == Standing.Why.LETS_MORE_THROUGH) {
            hurryUntilNanos = nowNanos + HURRY_NANOS;
        }
        standing = wanted;
    }

    /** Which codec would be the right one now, and why. */
    private Standing judge(long nowNanos) {
        boolean isDense = costs.used() == Codec.ZSTANDARD;
        boolean isPressed = wasPressed;
        double demand = demandBytes / Math.max(DEMAND_NANOS_LEAST, demandNanos);
        Standing.Figures figures = isPressed ? corrected(expected(nowNanos, 0), nowNanos) : expected(nowNanos, demand);
        if (figures.denseShare() > figures.fastShare() * (isDense ? STILL_DENSER : DENSER)) {
            return new Standing(Codec.LZ4, Standing.Why.STORES_AS_LITTLE, figures);
        }
        if (isPressed && figures.denseRate() < figures.fastRate() * (isDense ? CLEARLY_LESS : NEARLY)) {
            return new Standing(Codec.LZ4, Standing.Why.LETS_MORE_THROUGH, figures);
        }
        if (isPressed
                && isDense
                && nowNanos >= lookAtNanos
                && found(Codec.LZ4, nowNanos).isEmpty()) {
            return new Standing(Codec.LZ4, Standing.Why.IS_TRIED, figures);
        }
        if (isPressed) {
            Standing.Why why = figures.sendingLimits() ? Standing.Why.SENDING_LIMITS : Standing.Why.NEARLY_AS_FAST;
            return new Standing(Codec.ZSTANDARD, why, figures);
        }
        double enough = Math.min(HEADROOM * demand * NANOS_A_SECOND, NEARLY * figures.fastRate());
        return isDense || figures.denseRate() >= enough
                ? new Standing(Codec.ZSTANDARD, Standing.Why.KEEPS_UP, figures)
                : new Standing(Codec.LZ4, Standing.Why.ONLY_FAST_KEEPS_UP, figures);
    }

    /** What got through with a codec of late, in bytes a nanosecond. */
    private OptionalDouble found(Codec codec, long nowNanos) {
        return throughput.of(codec, nowNanos, costs.of(Codec.LZ4).storedBytes());
    }

    /** More is written than gets through: whoever writes has to wait, or soon will. */
    private boolean isPressed() {
        return building.queuedBytes() + sending.queuedBytes() >= bounds.windowBytes() * WINDOW_PRESSED;
    }

    /** What each codec should let through; what gets through now without a queue is the least that can be sent. */
    private Standing.Figures expected(long nowNanos, double carried) {
        CodecCosts.Cost fast = costs.of(Codec.LZ4);
        CodecCosts.Cost dense = costs.of(Codec.ZSTANDARD);
        double builders = Math.min(building.rate(nowNanos, bounds.builders()), bounds.builders());
        double sent = Math.max(
                sending.rate(nowNanos, Double.POSITIVE_INFINITY),
                carried * costs.of(costs.used()).storedBytes());
        double denseSent = sent / dense.storedBytes();
        double denseBuilt = builders / dense.busyNanos();
        return new Standing.Figures(
                fast.storedBytes(),
                dense.storedBytes(),
                Math.min(builders / fast.busyNanos(), sent / fast.storedBytes()) * NANOS_A_SECOND,
                Math.min(denseBuilt, denseSent) * NANOS_A_SECOND,
                sent * NANOS_A_SECOND,
                denseSent <= denseBuilt);
    }

    /**
     * What was found by using a codec counts more than what is expected of it; of one that was not in use of late, expectations count as far as they
     * hold for the other.
     */
    private Standing.Figures corrected(Standing.Figures expected, long nowNanos) {
        boolean isDense = costs.used() == Codec.ZSTANDARD;
        OptionalDouble fast = found(Codec.LZ4, nowNanos);
        OptionalDouble dense = found(Codec.ZSTANDARD, nowNanos);
        OptionalDouble used = isDense ? dense : fast;
        if (used.isEmpty()) {
            return expected;
        }
        double share = used.getAsDouble() * NANOS_A_SECOND / (isDense ? expected.denseRate() : expected.fastRate());
        return new Standing.Figures(
                expected.fastShare(),
                expected.denseShare(),
                fast.isPresent() ? fast.getAsDouble() * NANOS_A_SECOND : expected.fastRate() * share,
                dense.isPresent() ? dense.getAsDouble() * NANOS_A_SECOND : expected.denseRate() * share,
                expected.sentRate(),
                expected.sendingLimits());
    }
}
