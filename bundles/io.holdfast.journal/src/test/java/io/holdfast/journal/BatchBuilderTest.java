package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.RandomStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchBuilderTest {

    private static final int FRAME_BYTES = 64 << 10;
    private static final DiskTable TABLE = HandMade.oneDisk(1, 1L << 40);
    private static final BatchStart START = new BatchStart(
            HandMade.MACHINE,
            new Position(3, 100),
            7,
            ChainDigest.of(HandMade.pattern(32, 9)),
            TABLE,
            5_000,
            new UUID(1, 2));

    private static BatchBuilder builder(Codec codec) {
        return BatchBuilder.create(HandMade.KEYS, BatchSettings.of(codec), START);
    }

    private static StreamRecord.Change write(long sequence, long offset, byte[] data) {
        return new StreamRecord.Change(
                sequence, 6_000, ChangeOrigin.GUEST, 0, offset, data.length, ExtentKind.DATA, ByteBuffer.wrap(data));
    }

    private static BlockHeader header(SealedBatch batch) {
        try {
            return BlockHeader.decode(batch.bytes());
        } catch (DamagedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> extents(SealedBatch batch) {
        BlockHeader header = header(batch);
        List<String> extents = new ArrayList<>();
        for (int index = 0; index < header.extentCount(); index++) {
            long place = header.extentPlace(index);
            extents.add(Extent.offset(place) + "+" + Extent.bytes(place, header.extentSpan(index)) + " "
                    + Extent.kind(place));
        }
        return extents;
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** Several batches of one stream, by the given way of sealing. */
    private static List<SealedBatch> seal(Codec codec, long seed, boolean parallel) throws Exception {
        BatchBuilder builder = BatchBuilder.create(HandMade.KEYS, new BatchSettings(codec, 128 << 10), START);
        RandomStream stream = new RandomStream(seed, 4_000_000, 60_000);
        List<CompletableFuture<SealedBatch>> batches = new ArrayList<>();
        DiskTable table = TABLE;
        long sequence = 100;
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            for (int index = 0; index < 300; index++) {
                StreamRecord next = stream.next(sequence + 1, 6_000 + index, table);
                if (builder.isFull() || !builder.add(next)) {
                    batches.add(
                            parallel ? builder.sealOn(executor) : CompletableFuture.completedFuture(builder.seal()));
                    assertThat(builder.add(next)).isTrue();
                }
                sequence = next instanceof StreamRecord.Proof ? sequence : next.sequence();
                table = next instanceof StreamRecord.Disks disks ? disks.table() : table;
            }
            batches.add(parallel ? builder.sealOn(executor) : CompletableFuture.completedFuture(builder.seal()));
            List<SealedBatch> sealed = new ArrayList<>();
            for (CompletableFuture<SealedBatch> batch : batches) {
                sealed.add(batch.get(30, TimeUnit.SECONDS));
            }
            return sealed;
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void makesTheSameBytesOfTheSameRecordsOnAnyNumberOfThreads(Codec codec) throws Exception {
        List<SealedBatch> one = seal(codec, 5, false);
        List<SealedBatch> other = seal(codec, 5, true);

        assertThat(one).hasSizeGreaterThan(10).hasSameSizeAs(other);
        ChainDigest previous = START.chain();
        for (int index = 0; index < one.size(); index++) {
            assertThat(one.get(index).bytes()).isEqualTo(other.get(index).bytes());
            assertThat(header(one.get(index)).previous()).isEqualTo(previous);
            assertThat(one.get(index).blockNumber()).isEqualTo(8 + index);
            previous = one.get(index).chain();
        }
    }

    /** What was lost on its way is built again, perhaps with other codecs: then under other keys. */
    @Test
    void neverSealsDifferentBytesUnderOneKey() {
        Map<ChainDigest, ByteBuffer> sealedByDigest = new HashMap<>();
        Codec[] codecs = Codec.values();
        for (int choices = 0; choices < 27; choices++) {
            BatchBuilder builder = builder(Codec.NONE);
            int left = choices;
            for (int batch = 0; batch < 3; batch++) {
                byte[] data = new byte[200_000];
                new Random(batch).nextBytes(data);
                System.arraycopy(HandMade.pattern(70_000, batch), 0, data, 0, 70_000);
                builder.add(write(101 + batch, 0, data));
                builder.recode(codecs[left % codecs.length]);
                left /= codecs.length;
                SealedBatch sealed = builder.seal();

                ByteBuffer before = sealedByDigest.putIfAbsent(sealed.chain(), sealed.bytes());
                assertThat(before == null || before.equals(sealed.bytes()))
                        .as("the key derives from the digest; choice %d, batch %d", choices, batch)
                        .isTrue();
            }
        }
        assertThat(sealedByDigest).as("one key for each run of codecs").hasSize(3 + 9 + 27);
    }

    @Test
    void changesTheCodecFromTheBatchAtHandOn() {
        BatchBuilder builder = builder(Codec.LZ4);
        int[] codecIds = new int[3];
        for (int batch = 0; batch < 3; batch++) {
            builder.add(write(101 + batch, 0, HandMade.pattern(10_000, 1)));
            if (batch == 1) {
                builder.recode(Codec.ZSTANDARD);
            }
            codecIds[batch] = header(builder.seal()).codecId();
        }

        assertThat(codecIds).containsExactly(1, 2, 2);
    }

    @Test
    void hasCodecsTriedOnTheBatchAndLeavesItAsItIs() {
        byte[] data = HandMade.pattern(3 * FRAME_BYTES, 1);
        byte[] random = new byte[FRAME_BYTES];
        new Random(1).nextBytes(random);
        Map<Codec, Integer> stored = new EnumMap<>(Codec.class);
        for (byte[] content : new byte[][] {data, random}) {
            BatchBuilder plain = builder(Codec.LZ4);
            plain.add(write(101, 0, content));
            BatchBuilder tried = builder(Codec.LZ4);
            tried.add(write(101, 0, content));

            SealedBatch batch = tried.sealOn(Runnable::run, trial -> {
                        assertThat(trial.plaintextBytes()).isEqualTo(FRAME_BYTES);
                        for (Codec codec : Codec.values()) {
                            stored.put(codec, trial.storedBytes(codec));
                            assertThat(trial.storedBytes(codec)).isEqualTo(stored.get(codec));
                        }
                    })
                    .join();

            assertThat(batch.bytes()).isEqualTo(plain.seal().bytes());
            assertThat(stored.get(Codec.NONE)).isEqualTo(FRAME_BYTES);
            if (content == random) {
                assertThat(stored.values()).containsOnly(FRAME_BYTES);
            } else {
                assertThat(stored.get(Codec.LZ4)).isLessThan(FRAME_BYTES);
                assertThat(stored.get(Codec.ZSTANDARD)).isLessThan(FRAME_BYTES);
            }
        }
    }

    @Test
    void carriesAllKindsOfRecords() {
        BatchBuilder builder = builder(Codec.LZ4);
        List<StreamRecord> notes = List.of(
                new StreamRecord.Proof(99, 6_000, 77),
                new StreamRecord.Gap(101, 6_000, GapCause.SOURCE_CRASHED, "gone"),
                new StreamRecord.Ready(102, 6_001),
                new StreamRecord.Marker(103, 6_002, MarkerKind.GROUP, "before the update"),
                new StreamRecord.Disks(104, 6_003, HandMade.oneDisk(2, 1L << 41)),
                new StreamRecord.Proof(104, 6_004, 78));
        notes.forEach(note -> assertThat(builder.add(note)).isTrue());
        SealedBatch batch = builder.seal();

        assertThat(header(batch).notes())
                .extracting(note -> ((io.holdfast.journal.internal.format.Note.Entry) note).record())
                .isEqualTo(notes);
        assertThat(batch.firstSequence()).isEqualTo(101);
        assertThat(batch.last()).isEqualTo(new Position(3, 104));
        assertThat(batch.lastUtcMillis()).isEqualTo(6_004);
    }

    @Test
    void cutsExtentsAtMebibytes() {
        BatchBuilder builder = builder(Codec.NONE);
        builder.add(write(101, (1 << 20) - 100, HandMade.pattern(300, 1)));
        builder.add(new StreamRecord.Change(
                102,
                6_000,
                ChangeOrigin.COPY,
                0,
                (3 << 20) - 1,
                4L << 20,
                ExtentKind.DISCARD,
                StreamRecord.Change.NO_DATA));

        assertThat(extents(builder.seal()))
                .containsExactly(
                        "1048476+100 DATA",
                        "1048576+200 DATA",
                        "3145727+1 DISCARD",
                        "3145728+3145728 DISCARD",
                        "6291456+1048575 DISCARD");
    }

    /** Frames behind incompressible ones are only probed; those that shrink must still be found. */
    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"LZ4", "ZSTANDARD"})
    void compressesWhatShrinksBetweenWhatDoesNot(Codec codec) {
        int frame = 64 << 10;
        byte[] data = new byte[8 * frame];
        new Random(1).nextBytes(data);
        System.arraycopy(HandMade.pattern(frame, 1), 0, data, 3 * frame, frame);
        System.arraycopy(HandMade.pattern(frame / 2, 2), 0, data, 6 * frame + frame / 2, frame / 2);
        BatchBuilder builder = builder(codec);
        builder.add(write(101, 0, data));

        SealedBatch batch = builder.seal();

        assertThat(batch.storedBytes())
                .as("six frames and a half stay as they are")
                .isBetween(6 * frame + frame / 2, 7 * frame);
    }

    @Test
    void takesBlocksOfZeroesOutOfTheData() {
        BatchBuilder builder = builder(Codec.NONE);
        byte[] data = HandMade.pattern(5 * 4096 + 200, 1);
        java.util.Arrays.fill(data, 100, 100 + 3 * 4096, (byte) 0);

        builder.add(write(101, 4096 - 100, data));

        SealedBatch batch = builder.seal();
        assertThat(extents(batch)).containsExactly("3996+100 DATA", "4096+12288 ZERO", "16384+8292 DATA");
        assertThat(batch.plaintextBytes()).isEqualTo(data.length - 3 * 4096);
    }

    @Test
    void clearsWhatADiskLosesWhenItShrinksOrGoes() {
        BatchBuilder builder = builder(Codec.NONE);
        builder.add(new StreamRecord.Disks(101, 6_000, HandMade.oneDisk(2, (1L << 40) - 5000)));
        builder.add(new StreamRecord.Disks(
                102, 6_000, new DiskTable(3, List.of(new DiskDescription(1, "other", 100, 512, 512)))));

        assertThat(extents(builder.seal()))
                .containsExactly(
                        "1099511622776+5000 DISCARD", "0+1099510579200 DISCARD", "1099510579200+1043576 DISCARD");
    }

    @Test
    void saysWhenABatchHasNoRoomAndChangesNothing() {
        BatchBuilder builder = builder(Codec.LZ4);
        assertThat(builder.add(write(101, 0, HandMade.pattern(1_000_000, 1)))).isTrue();

        assertThat(builder.isFull()).isFalse();
        assertThat(builder.add(write(102, 0, HandMade.pattern(100_000, 1)))).isFalse();
        assertThat(builder.plaintextBytes()).isEqualTo(1_000_000);
        assertThat(builder.add(write(102, 0, HandMade.pattern(48_576, 1)))).isTrue();
        assertThat(builder.isFull()).isTrue();
        assertThat(builder.add(new StreamRecord.Ready(103, 6_000))).isFalse();
        assertThat(builder.seal().last()).isEqualTo(new Position(3, 102));
        assertThat(builder.add(new StreamRecord.Ready(103, 6_000))).isTrue();
    }

    @Test
    void endsABatchBeforeItsTimesGrowTooFarApart() {
        BatchBuilder builder = builder(Codec.LZ4);
        builder.add(new StreamRecord.Ready(101, 10_000));

        assertThat(builder.add(new StreamRecord.Ready(102, 75_535))).isTrue();
        assertThat(builder.add(new StreamRecord.Ready(103, 75_536))).isFalse();
        builder.seal();
        assertThat(builder.add(new StreamRecord.Ready(103, 75_536))).isTrue();
    }

    @Test
    void neverLetsTheClockGoBack() {
        BatchBuilder builder = builder(Codec.LZ4);
        builder.add(new StreamRecord.Ready(101, 4_000));
        builder.add(new StreamRecord.Ready(102, 9_000));
        builder.add(new StreamRecord.Ready(103, 8_000));
        SealedBatch batch = builder.seal();

        assertThat(header(batch).firstUtcMillis()).as("the start's clock").isEqualTo(5_000);
        assertThat(header(batch).notes())
                .extracting(note -> ((io.holdfast.journal.internal.format.Note.Entry) note)
                        .record()
                        .utcMillis())
                .containsExactly(5_000L, 9_000L, 9_000L);
    }

    @Test
    void refusesWhatDoesNotFollowOrIsNotOnTheDisk() {
        BatchBuilder builder = builder(Codec.LZ4);

        refuses(ErrorCode.SEQUENCE_CONFLICT, () -> builder.add(new StreamRecord.Ready(102, 6_000)));
        refuses(ErrorCode.SEQUENCE_CONFLICT, () -> builder.add(new StreamRecord.Ready(100, 6_000)));
        refuses(ErrorCode.SEQUENCE_CONFLICT, () -> builder.add(new StreamRecord.Proof(101, 6_000, 1)));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> builder.add(write(101, (1L << 40) - 1, new byte[2])));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> builder.add(new StreamRecord.Disks(101, 6_000, TABLE)));
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                () -> builder.add(write(101, 0, new byte[BatchBuilder.RECORD_BYTES_MAX + 1])));
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                () -> builder.add(new StreamRecord.Marker(101, 6_000, MarkerKind.GROUP, "x".repeat(201))));
        assertThat(builder.isEmpty()).isTrue();
        refuses(ErrorCode.ILLEGAL_STATE, builder::seal);
    }

    /** Metadata of a batch with 16 writes stays within the goals, index included: 16 bytes a write, 49 a batch. */
    @Test
    void keepsMetadataWithinItsShare() {
        for (int kibibytes : new int[] {4, 8, 64}) {
            BatchBuilder builder = builder(Codec.LZ4);
            byte[] data = new byte[kibibytes << 10];
            new Random(1).nextBytes(data);
            for (int write = 0; write < 16; write++) {
                builder.add(write(101 + write, (long) write * data.length * 3, data));
            }
            SealedBatch batch = builder.seal();
            BlockHeader header = header(batch);
            double index = 16.06 * header.extentCount() + 49;
            double share = (batch.storedBytes() - batch.plaintextBytes() + index) / batch.plaintextBytes();

            assertThat(share)
                    .as("metadata share at %d KiB", kibibytes)
                    .isLessThan(kibibytes == 4 ? 0.025 : kibibytes == 8 ? 0.015 : 0.005);
        }
    }
}
