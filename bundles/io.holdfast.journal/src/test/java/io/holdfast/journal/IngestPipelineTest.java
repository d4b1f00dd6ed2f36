package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IngestPipelineTest {

    private static final Executor AT_ONCE = Runnable::run;
    private static final int WRITE_BYTES = 16 << 10;

    /** What a pipeline told, and the store behind it. */
    private static final class Bench implements IngestPipeline.Listener, AutoCloseable {

        final SimulatedFiles files;
        final RecoveryStore store;
        final MachineHistory history;
        final List<Long> durable = new ArrayList<>();
        final List<ErrorCode> failures = new ArrayList<>();
        final CountDownLatch done = new CountDownLatch(1);
        private final BatchBuilder builder;
        private long lastWanted = Long.MAX_VALUE;
        private long sequence = 1;

        Bench(BlockHashAlgorithm hash) {
            files = new SimulatedFiles(1);
            store = RecoveryStore.open(files, StoreSettings.DEFAULT, StoreDriver.TIME);
            history = store.create(HandMade.MACHINE);
            HistoryHead head =
                    history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "test", 0));
            BatchStart start = BatchStart.after(HandMade.MACHINE, head, BatchStart.BOOT_UNKNOWN);
            builder = BatchBuilder.create(HandMade.KEYS, new BatchSettings(Codec.LZ4, 64 << 10, hash), start);
            builder.add(new StreamRecord.Disks(1, 0, HandMade.oneDisk(1, 64 << 20)));
        }

        IngestPipeline pipeline(Executor sealers, Executor writer, int batchesMax) {
            return new IngestPipeline(
                    store, history, builder, new IngestPipeline.Workers(sealers, writer, this), batchesMax);
        }

        /** The next write: overlaps earlier ones, a fifth of its blocks is zero. */
        StreamRecord next() {
            byte[] data = HandMade.pattern(WRITE_BYTES, (int) sequence);
            if (sequence % 5 == 0) {
                java.util.Arrays.fill(data, 4096, 8192, (byte) 0);
            }
            long offset = sequence * 40_961 % (60 << 20);
            return new StreamRecord.Change(
                    sequence + 1,
                    sequence,
                    ChangeOrigin.GUEST,
                    0,
                    offset,
                    data.length,
                    ExtentKind.DATA,
                    ByteBuffer.wrap(data));
        }

        boolean addTo(IngestPipeline pipeline) {
            boolean taken = pipeline.add(next());
            sequence += taken ? 1 : 0;
            return taken;
        }

        synchronized void doneAt(long position) {
            lastWanted = position;
        }

        @Override
        public synchronized void durable(Position position) {
            durable.add(position.sequence());
            if (position.sequence() == lastWanted) {
                done.countDown();
            }
        }

        @Override
        public synchronized void failed(HoldfastException reason) {
            failures.add(reason.code());
            done.countDown();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** Keeps tasks until somebody runs them. */
    private static final class ByHand implements Executor {

        final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        @Override
        @SuppressWarnings("null") // the JDK interface says nothing about null; ours does
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void runNewestFirst() {
            while (!tasks.isEmpty()) {
                tasks.removeLast().run();
            }
        }
    }

    /** Takes so many tasks, then none. */
    private static final class Failing implements Executor {

        private int left;

        Failing(int left) {
            this.left = left;
        }

        @Override
        @SuppressWarnings("null") // the JDK interface says nothing about null; ours does
        public void execute(Runnable task) {
            left--;
            if (left < 0) {
                throw new RejectedExecutionException("no more");
            }
            task.run();
        }
    }

    @ParameterizedTest
    @EnumSource(BlockHashAlgorithm.class)
    void makesTheSameHistoryOnAnyNumberOfThreads(BlockHashAlgorithm hash) throws Exception {
        try (Bench one = new Bench(hash);
                Bench other = new Bench(hash);
                ExecutorService sealers = Executors.newFixedThreadPool(3);
                ExecutorService writer = Executors.newSingleThreadExecutor()) {
            IngestPipeline alone = one.pipeline(AT_ONCE, AT_ONCE, 1);
            IngestPipeline together = other.pipeline(sealers, writer, 1_000);
            other.doneAt(401);
            for (int write = 0; write < 400; write++) {
                assertThat(one.addTo(alone)).isTrue();
                assertThat(other.addTo(together)).isTrue();
            }
            alone.flush();
            together.flush();

            assertThat(other.done.await(30, TimeUnit.SECONDS))
                    .as("durable in time")
                    .isTrue();
            assertThat(other.history.head()).isEqualTo(one.history.head());
            assertThat(other.history.head().position().sequence()).isEqualTo(401);
            assertThat(other.durable).isSorted();
            assertThat(other.failures).isEmpty();
        }
    }

    @Test
    void writesTheSameFilesEachTimeWithoutThreads() {
        try (Bench one = new Bench(BlockHashAlgorithm.NH_AES);
                Bench other = new Bench(BlockHashAlgorithm.NH_AES)) {
            for (Bench bench : List.of(one, other)) {
                IngestPipeline pipeline = bench.pipeline(AT_ONCE, AT_ONCE, 4);
                for (int write = 0; write < 50; write++) {
                    bench.addTo(pipeline);
                }
                pipeline.flush();
            }

            assertThat(one.durable)
                    .isEqualTo(other.durable)
                    .hasSizeGreaterThan(10)
                    .endsWith(51L);
            assertThat(one.files.operations()).isEqualTo(other.files.operations());
            String segment = one.files.paths().stream()
                    .filter(path -> path.contains("00001"))
                    .findFirst()
                    .orElse("intake");
            assertThat(one.files.content(segment)).isEqualTo(other.files.content(segment));
        }
    }

    @Test
    void keepsTheOrderWhenLaterBatchesAreSealedFirst() {
        try (Bench bench = new Bench(BlockHashAlgorithm.NH_AES)) {
            ByHand sealers = new ByHand();
            IngestPipeline pipeline = bench.pipeline(sealers, AT_ONCE, 10);
            for (int write = 0; write < 20; write++) {
                bench.addTo(pipeline);
            }
            pipeline.flush();
            assertThat(sealers.tasks).hasSizeGreaterThan(3);

            sealers.runNewestFirst();

            assertThat(bench.history.head().position().sequence()).isEqualTo(21);
            assertThat(bench.durable).endsWith(21L);
        }
    }

    @Test
    void boundsWhatIsUnderWay() {
        try (Bench bench = new Bench(BlockHashAlgorithm.NH_AES)) {
            ByHand writer = new ByHand();
            IngestPipeline pipeline = bench.pipeline(AT_ONCE, writer, 3);
            int taken = 0;
            while (taken < 100 && bench.addTo(pipeline)) {
                taken++;
            }
            assertThat(taken)
                    .as("three batches of four writes, the first with the disk table")
                    .isBetween(11, 12);
            assertThat(bench.durable).isEmpty();

            writer.runNewestFirst();

            assertThat(bench.durable).as("one commit for all three").hasSize(1);
            assertThat(bench.addTo(pipeline)).isTrue();
        }
    }

    @Test
    void keepsWhatWasDurableWhenAWorkerFailsAndTellsItOnce() {
        try (Bench bench = new Bench(BlockHashAlgorithm.NH_AES)) {
            IngestPipeline pipeline = bench.pipeline(new Failing(7), AT_ONCE, 10);
            assertThatThrownBy(() -> {
                        for (int write = 0; write < 100; write++) {
                            bench.addTo(pipeline);
                        }
                    })
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE));

            assertThat(bench.failures).containsExactly(ErrorCode.INTERNAL);
            assertThat(bench.durable).hasSize(3);
            assertThat(bench.history.head().position().sequence()).isEqualTo(bench.durable.getLast());
            assertThatThrownBy(pipeline::flush).isInstanceOf(HoldfastException.class);
            bench.store.commit();
            assertThat(bench.history.head().position().sequence())
                    .as("nothing waits behind it")
                    .isEqualTo(bench.durable.getLast());
            assertThat(bench.failures).hasSize(1);
        }
    }

    @Test
    void tellsThatTheMediumFailed() {
        try (Bench bench = new Bench(BlockHashAlgorithm.NH_AES)) {
            IngestPipeline pipeline = bench.pipeline(AT_ONCE, AT_ONCE, 10);
            for (int write = 0; write < 8; write++) {
                bench.addTo(pipeline);
            }
            long before = bench.durable.getLast();
            bench.files.failForceAt(bench.files.operations() + 1);
            for (int write = 0; write < 5 && bench.failures.isEmpty(); write++) {
                bench.addTo(pipeline);
            }

            assertThat(bench.failures).containsExactly(ErrorCode.DISK_ERROR);
            assertThat(bench.durable.getLast()).isEqualTo(before);
            assertThat(bench.history.head().position().sequence()).isEqualTo(before);
            assertThatThrownBy(pipeline::flush).isInstanceOf(HoldfastException.class);
            assertThat(headAfter(bench.files.afterKill()))
                    .as("what was told stays")
                    .isGreaterThanOrEqualTo(before);
        }
    }

    private static long headAfter(SimulatedFiles files) {
        try (RecoveryStore again = RecoveryStore.open(files, StoreSettings.DEFAULT, StoreDriver.TIME)) {
            return again.find(HandMade.MACHINE).orElseThrow().head().position().sequence();
        }
    }

    /** Memory that was given back is written over by later batches; the history must not have it any more. */
    @Test
    void readsBackWhatItTookAlthoughItsMemoryIsUsedAgain() {
        try (Bench bench = new Bench(BlockHashAlgorithm.NH_AES)) {
            IngestPipeline pipeline = bench.pipeline(AT_ONCE, AT_ONCE, 2);
            StreamRecord.Change first = (StreamRecord.Change) bench.next();
            for (int write = 0; write < 60; write++) {
                bench.addTo(pipeline);
            }
            pipeline.flush();

            byte[] found = new byte[WRITE_BYTES];
            Position position = new Position(bench.history.head().position().epoch(), 2);
            try (PointImage image = bench.history.openUnproven(position, HandMade.KEYS)) {
                image.read(0, first.offset(), ByteBuffer.wrap(found));
            }
            assertThat(found).isEqualTo(first.data().array());
        }
    }
}
