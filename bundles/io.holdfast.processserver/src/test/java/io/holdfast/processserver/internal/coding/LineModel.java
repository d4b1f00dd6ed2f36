package io.holdfast.processserver.internal.coding;

import io.holdfast.journal.Codec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A line in model time: a source that writes at a rate, builders that work side by side, a link that carries one batch after the other, and an answer
 * that takes its time. Its codec is a fixed one or that of a {@link CodecChoice}.
 */
final class LineModel {

    static final int BATCH_BYTES = 1 << 20;
    static final long WINDOW_BYTES = 16L << 20;

    private static final int PIECE_BYTES = 64 << 10;
    private static final double NANOS_A_SECOND = 1e9;

    /** What the codecs make of data: bytes stored and nanoseconds of a builder, for a byte of plaintext. */
    record Data(double lz4Share, double lz4Nanos, double zstandardShare, double zstandardNanos) {

        static final Data DATABASE = new Data(0.42, 11, 0.31, 17);
        static final Data TEXT = new Data(0.66, 15, 0.47, 29);
        static final Data RANDOM = new Data(1.003, 7, 1.003, 7.4);

        double share(Codec codec) {
            return codec == Codec.LZ4 ? lz4Share : zstandardShare;
        }

        double nanos(Codec codec) {
            return codec == Codec.LZ4 ? lz4Nanos : zstandardNanos;
        }
    }

    private record Event(long atNanos, long number, Runnable action) {}

    private static final class Batch {
        private final Data data;
        private final Codec codec;
        private final boolean withTrial;
        private final long storedBytes;
        private long busyNanos;
        private boolean built;

        private Batch(Data data, CodecChoice.Order order) {
            this.data = data;
            this.codec = order.codec();
            this.withTrial = order.withTrial();
            this.storedBytes = (long) (BATCH_BYTES * data.share(codec));
        }
    }

    // what may be changed while it runs
    Supplier<Data> data = () -> Data.DATABASE;
    double writtenBytesPerSecond = Double.POSITIVE_INFINITY;
    double linkBytesPerSecond = 1e9;
    double slowness = 1;
    int builders = 2;
    long answerNanos = 5_000_000;

    /** What sending takes of a builder for a byte of plaintext: network and store on the same processors, after all that is to be built. */
    double sendingNanos;

    long answersTogetherNanos = 1;

    // what it has seen
    long durableBytes;
    long storedBytes;
    int batches;
    int trials;
    final List<Integer> changesAtBatch = new ArrayList<>();
    Codec codec = Codec.LZ4;

    private final Optional<Codec> fixed;
    private final CodecChoice choice;
    private final Random random = new Random(1);
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number));
    private final Deque<Batch> toBuild = new ArrayDeque<>();
    private final Deque<Batch> building = new ArrayDeque<>();
    private final Deque<Batch> toSend = new ArrayDeque<>();
    private long eventNumber;
    private long nowNanos;
    private long heldBytes;
    private int busyBuilders;
    private boolean linkIsBusy;
    private boolean sourceWaits;

    private LineModel(Optional<Codec> fixed, int buildersTold) {
        this.fixed = fixed;
        choice = new CodecChoice(new CodecChoice.Bounds(WINDOW_BYTES, buildersTold));
        after(0, this::write);
    }

    /** A line whose codec is chosen, by a choice that believes in so many builders. */
    static LineModel chosen(int buildersTold) {
        return new LineModel(Optional.empty(), buildersTold);
    }

    static LineModel fixed(Codec codec) {
        return new LineModel(Optional.of(codec), 2);
    }

    Standing standing() {
        return choice.standing();
    }

    void runSeconds(double seconds) {
        long end = nowNanos + (long) (seconds * NANOS_A_SECOND);
        while (!events.isEmpty() && events.element().atNanos <= end) {
            Event next = events.remove();
            nowNanos = next.atNanos;
            next.action.run();
        }
        nowNanos = end;
    }

    private void after(double nanos, Runnable action) {
        events.add(new Event(nowNanos + (long) nanos, eventNumber++, action));
    }

    private void write() {
        if (heldBytes + BATCH_BYTES > WINDOW_BYTES) {
            sourceWaits = true;
            return;
        }
        heldBytes += BATCH_BYTES;
        CodecChoice.Order order = fixed.map(one -> new CodecChoice.Order(one, false))
                .orElseGet(() -> choice.next(nowNanos, BATCH_BYTES, BATCH_BYTES));
        if (order.codec() != codec) {
            changesAtBatch.add(batches);
            codec = order.codec();
        }
        batches++;
        trials += order.withTrial() ? 1 : 0;
        Batch batch = new Batch(data.get(), order);
        toBuild.add(batch);
        building.add(batch);
        build();
        after(BATCH_BYTES * NANOS_A_SECOND / writtenBytesPerSecond, this::write);
    }

    private void build() {
        while (busyBuilders < builders && !toBuild.isEmpty()) {
            Batch batch = toBuild.remove();
            busyBuilders++;
            double unevenness = 0.8 + 0.4 * random.nextDouble();
            batch.busyNanos = (long) (BATCH_BYTES * batch.data.nanos(batch.codec) * slowness * unevenness);
            after(batch.busyNanos, () -> {
                busyBuilders--;
                batch.built = true;
                build();
                send();
            });
        }
    }

    private void send() {
        while (!building.isEmpty() && building.element().built) {
            Batch batch = building.remove();
            if (batch.withTrial) {
                choice.tried(new TriedPiece(
                        PIECE_BYTES, outcome(batch.data, Codec.LZ4), outcome(batch.data, Codec.ZSTANDARD)));
            }
            if (fixed.isEmpty()) {
                choice.built(
                        nowNanos, new CodecChoice.Built(batch.codec, BATCH_BYTES, batch.storedBytes, batch.busyNanos));
            }
            toSend.add(batch);
        }
        carry();
    }

    private TriedPiece.Outcome outcome(Data of, Codec by) {
        double unevenness = 0.8 + 0.4 * random.nextDouble();
        return new TriedPiece.Outcome(
                (int) (PIECE_BYTES * of.share(by)), (long) (PIECE_BYTES * of.nanos(by) * slowness * unevenness));
    }

    private void carry() {
        if (linkIsBusy || toSend.isEmpty() || sendingNanos > 0 && busyBuilders == builders) {
            return;
        }
        linkIsBusy = true;
        Batch batch = toSend.remove();
        if (sendingNanos == 0) {
            transmit(batch);
            return;
        }
        busyBuilders++;
        after(BATCH_BYTES * sendingNanos, () -> {
            busyBuilders--;
            transmit(batch);
            build();
        });
    }

    private void transmit(Batch batch) {
        after(batch.storedBytes * NANOS_A_SECOND / linkBytesPerSecond, () -> {
            linkIsBusy = false;
            long roundsUp = answersTogetherNanos - 1 - (nowNanos + answerNanos - 1) % answersTogetherNanos;
            after(answerNanos + roundsUp, () -> durable(batch));
            carry();
        });
    }

    private void durable(Batch batch) {
        durableBytes += BATCH_BYTES;
        storedBytes += batch.storedBytes;
        heldBytes -= BATCH_BYTES;
        if (fixed.isEmpty()) {
            choice.durable(nowNanos, batch.storedBytes);
        }
        if (sourceWaits) {
            sourceWaits = false;
            write();
        }
    }
}
