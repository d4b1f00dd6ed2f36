package io.holdfast.mobility.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.adapter.DiskReader;
import io.holdfast.base.TimeSource;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.mobility.copy.CopyJob.Step;
import io.holdfast.mobility.stream.Sequencer;
import io.holdfast.mobility.stream.StoreHashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CopyJobTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final BlockHashKey KEY = new BlockHashKey(BlockHashAlgorithm.DEFAULT, new byte[32]);

    private final Sequencer sequencer = new Sequencer(TimeSource.SYSTEM, 256 << 20);
    private final FakeStore store = new FakeStore();
    /** Longer than one window of 64 MiB, and no multiple of a block. */
    private final byte[] source = new byte[67 * MEBIBYTE + 5_000];

    private final List<DiskReader.Range> dirty = new ArrayList<>();
    private long readBytes;

    CopyJobTest() {
        sequencer.open(1);
        fill(new Random(1), 0, 3 * MEBIBYTE);
        fill(new Random(2), 40 * MEBIBYTE, MEBIBYTE);
        fill(new Random(3), source.length - 9_000, 9_000);
    }

    @Test
    void theFirstCopySendsEverythingButZeroes() throws IOException {
        run(plan(CopyKind.INITIAL));

        assertThat(image(new byte[source.length])).isEqualTo(source);
        assertThat(copied(ExtentKind.ZERO)).isZero();
        assertThat(copied(ExtentKind.DATA)).isBetween(4L * MEBIBYTE + 9_000, 4L * MEBIBYTE + 9_000 + 8_192);
        assertThat(store.questions).isEmpty();
    }

    @Test
    void aScanSendsNothingButDifferentBlocksAndComparesWithLittleTraffic() throws IOException {
        store.content = source.clone();
        Random random = new Random(4);
        int different = 0;
        for (int i = 0; i < 50; i++) {
            int at = random.nextInt(source.length / 4096) * 4096;
            if (store.content[at] == source[at]) {
                source[at] ^= 1;
                different++;
            }
        }
        byte[] before = store.content.clone();

        run(plan(CopyKind.SCAN));

        assertThat(image(before)).isEqualTo(source);
        assertThat(copied(ExtentKind.DATA) + copied(ExtentKind.ZERO)).isLessThanOrEqualTo(different * 4096L);
        assertThat(store.hashBytes).isLessThan(source.length * 3L / 1000);
    }

    @Test
    void aScanOfEqualDisksSendsNothingAndAsksOnlyForSummaries() throws IOException {
        store.content = source.clone();

        run(plan(CopyKind.SCAN));

        assertThat(sequencer.highestGiven()).isZero();
        assertThat(store.questions).hasSize(2).allMatch(Asked::perMebibyte);
        assertThat(store.hashBytes).isEqualTo(68 * 12);
    }

    @Test
    void knownZeroesAreNotReadAndStillReplaceWhatTheStoreHas() throws IOException {
        store.content = source.clone();
        byte[] before = store.content.clone();
        Arrays.fill(source, 40 * MEBIBYTE, 41 * MEBIBYTE, (byte) 0);
        dirty.add(new DiskReader.Range(0, 40L * MEBIBYTE, false));
        dirty.add(new DiskReader.Range(40L * MEBIBYTE, MEBIBYTE, true));
        dirty.add(new DiskReader.Range(41L * MEBIBYTE, source.length - 41L * MEBIBYTE, false));

        run(plan(CopyKind.SCAN));

        assertThat(image(before)).isEqualTo(source);
        assertThat(copied(ExtentKind.DATA)).isZero();
        assertThat(copied(ExtentKind.ZERO)).isEqualTo(MEBIBYTE);
        assertThat(readBytes).isEqualTo(source.length - MEBIBYTE);
    }

    @Test
    void aDeltaReadsOnlyWhatTheBitmapsNameAndSendsOnlyWhatDiffers() throws IOException {
        store.content = source.clone();
        byte[] before = store.content.clone();
        source[5_000] ^= 1;
        source[66 * MEBIBYTE] ^= 1;
        dirty.add(new DiskReader.Range(0, 32_768, false));
        dirty.add(new DiskReader.Range(66L * MEBIBYTE, 4_096, false));

        run(plan(CopyKind.BITMAP));

        assertThat(image(before)).isEqualTo(source);
        assertThat(copied(ExtentKind.DATA)).isEqualTo(8_192);
        assertThat(readBytes).isEqualTo(32_768 + 4_096);
    }

    @Test
    void withoutTheKeyEverythingThatWasLookedAtIsSent() throws IOException {
        store.keyed = false;
        dirty.add(new DiskReader.Range(0, 32_768, false));

        run(plan(CopyKind.BITMAP));

        assertThat(copied(ExtentKind.DATA)).isEqualTo(32_768);
        assertThat(store.questions).isEmpty();
    }

    @Test
    void nothingIsComparedBeforeTheStoreHasEverythingUpToTheGap() throws IOException {
        store.content = source.clone();
        store.durable = 6;
        CopyJob job = job(new CopyPlan(1, CopyKind.SCAN, List.of(disk()), List.of(), List.of(), 7, Long.MAX_VALUE));

        for (int i = 0; i < 100; i++) {
            assertThat(job.step()).isEqualTo(Step.WAIT);
        }
        assertThat(store.questions).isEmpty();
        store.durable = 7;
        finish(job);

        assertThat(store.questions).isNotEmpty();
    }

    @Test
    void questionsThatWereLostAreAskedAgainOnceTheStoreIsThere() throws IOException {
        store.content = source.clone();
        byte[] before = store.content.clone();
        source[0] ^= 1;
        store.losing = 3;
        CopyJob job = job(plan(CopyKind.SCAN));
        for (int i = 0; i < 300; i++) {
            job.step();
            store.durable = i % 7 == 0 ? 0 : -1;
        }
        store.durable = 0;
        finish(job);

        assertThat(image(before)).isEqualTo(source);
    }

    @Test
    void unknownBlocksAreSent() throws IOException {
        store.content = source.clone();
        store.unknownBlock = 3;

        run(plan(CopyKind.SCAN));

        assertThat(copied(ExtentKind.DATA)).isEqualTo(4_096);
    }

    @Test
    void mendingReadsAndSendsTheLostRangesAloneWhateverTheyHold() throws IOException {
        store.content = source.clone();
        List<DiskRange> lost = List.of(
                new DiskRange(0, 8_192 + 512, 1_024),
                new DiskRange(0, MEBIBYTE - 4_096, 8_192),
                new DiskRange(0, 66L * MEBIBYTE, 4_096),
                new DiskRange(0, source.length - 10, 1_000),
                new DiskRange(9, 0, 4_096));
        CopyJob job = job(new CopyPlan(1, CopyKind.MEND, List.of(disk()), List.of(), lost, 0, Long.MAX_VALUE));

        finish(job);

        long tail = source.length % 4_096;
        assertThat(readBytes).as("whole blocks").isEqualTo(4_096 + 8_192 + 4_096 + tail);
        assertThat(copied(ExtentKind.DATA)).isEqualTo(4_096 + 8_192 + tail);
        assertThat(copied(ExtentKind.ZERO)).as("a block of zeroes is sent too").isEqualTo(4_096);
        assertThat(image(store.content)).isEqualTo(source);
        assertThat(store.questions).isEmpty();
    }

    @Test
    void endsWithItsCapture() throws IOException {
        CopyJob job = job(plan(CopyKind.INITIAL));
        for (int i = 0; i < 10; i++) {
            job.step();
        }
        sequencer.seal();
        Step step = job.step();
        for (int i = 0; i < 200 && step != Step.OVER; i++) {
            step = job.step();
        }

        assertThat(step).isEqualTo(Step.OVER);
    }

    @Test
    void waitsWhileTooMuchIsOnItsWay() throws IOException {
        CopyJob job = job(new CopyPlan(1, CopyKind.INITIAL, List.of(disk()), List.of(), List.of(), 0, MEBIBYTE));
        Step step = job.step();
        for (int i = 0; i < 100; i++) {
            step = job.step();
        }

        assertThat(step).isEqualTo(Step.WAIT);
        assertThat(copied(ExtentKind.DATA)).isEqualTo(MEBIBYTE);
        for (int i = 0; i < 1_000 && step != Step.DONE; i++) {
            sequencer.durable(sequencer.highestGiven(), 0);
            step = job.step();
        }
        assertThat(step).isEqualTo(Step.DONE);
        assertThat(job.doneBytes()).isEqualTo(source.length);
    }

    private void fill(Random random, int offset, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, source, offset, length);
    }

    private DiskDescription disk() {
        return new DiskDescription(0, "a", source.length, 512, 512);
    }

    private CopyPlan plan(CopyKind kind) {
        return new CopyPlan(
                1,
                kind,
                List.of(disk()),
                kind == CopyKind.BITMAP ? List.of("b") : List.of(),
                List.of(),
                0,
                Long.MAX_VALUE);
    }

    private CopyJob job(CopyPlan plan) {
        return new CopyJob(plan, sequencer, store, (_, _) -> new FakeReader());
    }

    private void run(CopyPlan plan) throws IOException {
        finish(job(plan));
    }

    private static void finish(CopyJob job) throws IOException {
        Step step = job.step();
        for (int i = 0; i < 10_000 && step != Step.DONE; i++) {
            step = job.step();
        }
        assertThat(step).isEqualTo(Step.DONE);
        job.close();
    }

    private byte[] image(byte[] before) {
        byte[] image = before.clone();
        for (StreamRecord.Change change : changes()) {
            int from = Math.toIntExact(change.offset());
            int length = Math.toIntExact(change.length());
            if (change.kind() == ExtentKind.DATA) {
                change.data().duplicate().get(image, from, length);
            } else {
                Arrays.fill(image, from, from + length, (byte) 0);
            }
        }
        return image;
    }

    private long copied(ExtentKind kind) {
        return changes().stream()
                .filter(change -> change.kind() == kind)
                .mapToLong(StreamRecord.Change::length)
                .sum();
    }

    private List<StreamRecord.Change> changes() {
        List<StreamRecord.Change> changes = new ArrayList<>();
        for (StreamRecord entry : sequencer.unlogged(Long.MAX_VALUE).records()) {
            StreamRecord.Change change = (StreamRecord.Change) entry;
            assertThat(change.origin()).isEqualTo(ChangeOrigin.COPY);
            changes.add(change);
        }
        return changes;
    }

    private final class FakeReader implements DiskReader {

        @Override
        public long sizeBytes() {
            return source.length;
        }

        @Override
        public List<Range> dirty(long offset, long length) {
            List<Range> all = dirty.isEmpty() ? List.of(new Range(0, source.length, false)) : dirty;
            return all.stream()
                    .map(range -> clipped(range, offset, offset + length))
                    .filter(range -> range.length() > 0)
                    .toList();
        }

        private Range clipped(Range range, long from, long to) {
            long begin = Math.max(range.offset(), from);
            return new Range(begin, Math.min(range.offset() + range.length(), to) - begin, range.zero());
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            readBytes += target.remaining();
            target.put(source, Math.toIntExact(offset), target.remaining());
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private record Asked(long firstBlock, int count, boolean perMebibyte, boolean isLost, Optional<ByteBuffer> answer)
            implements StoreHashes.Question {}

    private static final class FakeStore implements StoreHashes {
        private final List<Asked> questions = new ArrayList<>();
        private byte[] content = {};
        private long durable;
        private long hashBytes;
        private boolean keyed = true;
        private int losing;
        private int unknownBlock = -1;

        @Override
        public Optional<BlockHashKey> key() {
            return keyed ? Optional.of(KEY) : Optional.empty();
        }

        @Override
        public long durableSequence() {
            return durable;
        }

        @Override
        public StoreHashes.Question ask(int disk, long firstBlock, int count, boolean perMebibyte) {
            boolean lost = losing > 0;
            losing = Math.max(0, losing - 1);
            Asked question = new Asked(
                    firstBlock,
                    count,
                    perMebibyte,
                    lost,
                    lost ? Optional.empty() : Optional.of(answer(disk, firstBlock, count, perMebibyte)));
            questions.add(question);
            hashBytes += lost ? 0 : (long) count * HashForms.BYTES;
            return question;
        }

        private ByteBuffer answer(int disk, long firstBlock, int count, boolean perMebibyte) {
            ByteBuffer answer = ByteBuffer.allocate(count * HashForms.BYTES);
            for (int i = 0; i < count; i++) {
                if (perMebibyte) {
                    ByteBuffer blocks = ByteBuffer.allocate(HashForms.BLOCKS_PER_MEBIBYTE * HashForms.BYTES);
                    long first = firstBlock + (long) i * HashForms.BLOCKS_PER_MEBIBYTE;
                    for (int block = 0; block < HashForms.BLOCKS_PER_MEBIBYTE; block++) {
                        entry(disk, first + block, blocks);
                    }
                    boolean unknown = unknownBlock >= first && unknownBlock < first + HashForms.BLOCKS_PER_MEBIBYTE;
                    answer.put(unknown ? unknown() : HashForms.summarise(blocks.flip()));
                } else {
                    entry(disk, firstBlock + i, answer);
                }
            }
            return answer.flip();
        }

        private static ByteBuffer unknown() {
            byte[] entry = new byte[HashForms.BYTES];
            Arrays.fill(entry, (byte) 0xFF);
            return ByteBuffer.wrap(entry);
        }

        private void entry(int disk, long block, ByteBuffer target) {
            long from = block * HashForms.BLOCK_BYTES;
            if (from >= content.length) {
                return;
            }
            if (block == unknownBlock) {
                target.put(unknown());
                return;
            }
            int length = (int) Math.min(HashForms.BLOCK_BYTES, content.length - from);
            new BlockHasher(KEY)
                    .entry(
                            disk,
                            block,
                            ByteBuffer.wrap(content, (int) from, length).slice(),
                            target);
        }
    }
}
