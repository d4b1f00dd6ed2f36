package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.internal.format.BlockEncoder;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.CommitSlot;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.IntakeGroup;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.PlaceFile;
import io.holdfast.journal.internal.format.RunSummary;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.format.StoreIdentity;
import io.holdfast.journal.internal.format.StubBlock;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.SequenceRange;
import io.holdfast.journal.internal.retain.Arrivals;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.retain.SequenceSet;
import io.holdfast.journal.internal.store.StoreOpener;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of every format, version 1, as they were first written. They are never made anew: a difference is a change of format, or of a codec
 * behind it, and then gets a version of its own.
 */
class GoldenFormatsTest {

    private static final int RESTS = 60;
    private static final long REST_MILLIS = 600_000;

    private static final UUID STORE = new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    private static final HistoryState STATE = new HistoryState(
            9,
            ChainDigest.of(HandMade.pattern(32, 3)),
            4,
            1_000,
            HandMade.FIRST_UTC_MILLIS,
            10,
            990,
            500,
            600,
            HandMade.oneDisk(2, 123_456_789));

    @TempDir
    private Path folder = Path.of("");

    static Map<String, byte[]> encodings() {
        Map<String, byte[]> all = new TreeMap<>();
        all.put("store", new StoreIdentity(STORE, 1_700_000_000_000L, 64 << 20).encode());
        all.put("commit-slot", new CommitSlot(STORE, 7, 3, 41, 20_480, 0x12345678).encode());
        all.put("checkpoint", checkpoint().encode());
        all.put("pins", pins().encode());
        all.put("standing", standing().encode());
        all.put("ledger", ledger());
        all.put("retention", retention().encode());
        all.put("segments", new PlaceFile("/mnt/large").encode());
        all.put("epoch", epochBlock());
        all.put("intake-group", bytes(IntakeGroup.encode(3, 41, 0x9ABCDEF0, entries())));
        all.put("segment-header", new SegmentHeader(STORE, HandMade.MACHINE, 5, 2, STATE).encode());
        for (Codec codec : Codec.values()) {
            all.put(
                    "batch-" + codec.name().toLowerCase(java.util.Locale.ROOT),
                    bytes(batch(codec, BlockHashAlgorithm.HMAC_SHA256).bytes()));
        }
        all.put(
                "batch-nh-aes",
                bytes(batch(Codec.NONE, BlockHashAlgorithm.NH_AES).bytes()));
        all.put("segment-sealed", sealedSegment());
        all.put("run", mergedRun());
        all.put("stub", stub().encode());
        all.put("segment-cleaned", cleanedSegment());
        all.put("segment-cold", coldSegment());
        return all;
    }

    private static Checkpoint checkpoint() {
        List<Checkpoint.Unsealed> unsealed =
                List.of(new Checkpoint.Unsealed(3, 8_192), new Checkpoint.Unsealed(4, 12_288));
        return new Checkpoint(
                STORE,
                6,
                3,
                40,
                0x0BADCAFE,
                8,
                List.of(new Checkpoint.Machine(HandMade.MACHINE, 5, unsealed, STATE)),
                false);
    }

    private static PinList pins() {
        return new PinList(List.of(new Pin(3, new Position(4, 990), "drill \u00e4 1")), 4);
    }

    private static Standing standing() {
        Standing.Stretch stretch = new Standing.Stretch(1, 6, STORE, 5);
        return new Standing(HistoryStanding.State.MOVED, new UUID(8, 9), 2, 990, "/mnt/usb \u00e4", List.of(stretch));
    }

    /** Every kind of entry once, signed by nobody. */
    private static byte[] ledger() {
        SimulatedFiles files = new SimulatedFiles(1);
        Sha256 hash = Sha256.of(HandMade.pattern(32, 5));
        FileDigest sealed = new FileDigest(2, 0, 123_456, hash);
        FileDigest cleaned = new FileDigest(2, 1, 23_456, Sha256.of(HandMade.pattern(32, 6)));
        List<SequenceRange> kept = List.of(new SequenceRange(990, 990), new SequenceRange(995, 1_000));
        Ledger ledger = Ledger.begin(
                new Ledger.Owner(files, STORE, Optional.empty(), StoreDriver.TIME),
                new Ledger.Subject(HandMade.MACHINE, 5, "folder"),
                LedgerEntry.Beginning.EARLIER_FORMAT,
                1);
        try {
            files.createDirectory("folder");
            for (LedgerEntry entry : List.of(
                    new LedgerEntry.Sealed(sealed, 10, 19, 981, 1_000, hash, STATE.chain(), true),
                    new LedgerEntry.Retired(List.of(new SequenceRange(1, 989)), List.of(), "a rule", kept),
                    new LedgerEntry.Cleaned(List.of(sealed), List.of(cleaned), "a rule", kept),
                    new LedgerEntry.SetAside(30, 1_200, "does not read back"),
                    new LedgerEntry.SignerChanged(Sha256.of(new byte[32])),
                    new LedgerEntry.KeyRotated(77, "ä"),
                    new LedgerEntry.KeyDestroyed(77),
                    new LedgerEntry.Copied(STORE, 4, 12, hash),
                    new LedgerEntry.Resumed(2, "was cut"),
                    new LedgerEntry.LockSet(604_800_000))) {
                ledger.append(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.content("folder/ledger");
    }

    private static RetentionState retention() {
        RetentionPolicy policy = new RetentionPolicy(86_400_000, 24, 7, 4, 1, 604_800_000, 3_600_000);
        Arrivals arrivals =
                new Arrivals(List.of(new Arrivals.Sample(1_000, 10, 4_096), new Arrivals.Sample(901_000, 990, 70_000)));
        return new RetentionState(
                902_000,
                policy,
                arrivals,
                SequenceSet.of(List.of(new SequenceSet.Range(1, 9), new SequenceSet.Range(11, 989))),
                SequenceSet.between(11, 989),
                Map.of(2L, 4_567L));
    }

    private static StubBlock stub() {
        return new StubBlock(4, 9, 990, 11, STATE.chain());
    }

    private static Note.Opening opening() {
        Epoch epoch = new Epoch(5, new Position(4, 990), 1_001, EpochCause.FAILOVER, "failover 12", 1_700_000_000_000L);
        return new Note.Opening(epoch, 10, 990, HandMade.oneDisk(2, 123_456_789));
    }

    private static byte[] epochBlock() {
        return BlockEncoder.epochBlock(HandMade.MACHINE, 10, opening(), STATE.chain());
    }

    private static List<IntakeGroup.Entry> entries() {
        return List.of(
                new IntakeGroup.Segment(HandMade.MACHINE, 5, 4, 12_288, 9),
                new IntakeGroup.Block(HandMade.MACHINE, 5, ByteBuffer.wrap(epochBlock())));
    }

    private static SealedBatch batch(Codec codec, BlockHashAlgorithm hash) {
        HistoryHead head =
                new HistoryHead(STATE.position(), 9, STATE.chain(), HandMade.oneDisk(2, 64 << 20), 990, 0, List.of());
        return new HandMade(codec, hash)
                .after(head)
                .write(0, 4_000, HandMade.pattern(5_000, 1))
                .empty(0, 1 << 20, 3 << 20, ExtentKind.DISCARD)
                .gap()
                .write(0, 8_192, new byte[8_192])
                .ready()
                .marker("noon")
                .disks(HandMade.oneDisk(3, (64 << 20) - 1_000))
                .proof()
                .seal();
    }

    private static byte[] sealedSegment() {
        SimulatedFiles files = new SimulatedFiles(1);
        RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME);
        take(store, (stream, history) -> {
            for (int batch = 0; batch < 4; batch++) {
                stream.write(0, 4_096L * batch, HandMade.pattern(40_000, batch))
                        .proof()
                        .to(history);
                stream.empty(0, 4L << 20, 8L << 20, ExtentKind.ZERO).to(history);
            }
        });
        return contentOf(files, ".*\\.seg");
    }

    /** Of two segments; what the second has lies over a part of what the first has, written and empty. */
    private static byte[] mergedRun() {
        StoreSettings settings =
                new StoreSettings(1 << 20, 64 << 10, 8 << 20, 20_000, 256 << 10, 256 << 10).withMergeFanIn(2);
        SimulatedFiles files = new SimulatedFiles(1);
        take(RecoveryStore.open(files, settings, StoreDriver.TIME), (stream, history) -> {
            for (int batch = 0; batch < 4; batch++) {
                stream.write(0, 6_000L * batch, HandMade.pattern(40_000, batch))
                        .empty(0, (4L + 2 * batch) << 20, 4L << 20, batch < 2 ? ExtentKind.ZERO : ExtentKind.DISCARD)
                        .to(history);
            }
            stream.proof().to(history);
        });
        return contentOf(files, ".*/0000000001-0000000002\\.run");
    }

    /** A full segment, of which the kept point needs the last frame of one batch, and the present nothing more than what is empty. */
    private static byte[] cleanedSegment() {
        SimulatedFiles files = new SimulatedFiles(1);
        HandClock clock = new HandClock();
        RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, clock);
        take(store, RESTS, () -> clock.pass(REST_MILLIS), (stream, history) -> {
            stream.write(0, 0, noise(4_000)).proof().to(history);
            stream.write(0, 0, noise(2 * 65_536 + 1_000)).proof().to(history);
            stream.write(0, 0, noise(2 * 65_536)).proof().to(history);
            stream.empty(0, 4L << 20, 8L << 20, ExtentKind.ZERO).to(history);
            history.setRetention(new RetentionPolicy(3_600_000, 0, 0, 0, 0, 0, 0));
        });
        return contentOf(files, ".*/0000000001\\.1\\.seg");
    }

    /** Its blocks are coded anew; of the first one only what the second did not overwrite. */
    private static byte[] coldSegment() {
        SimulatedFiles files = new SimulatedFiles(1);
        HandClock clock = new HandClock();
        ResidentKeys keys = _ -> Optional.of(HandMade.KEYS);
        RecoveryStore store = StoreOpener.open(files, RandomHistoryTest.SMALL, clock, Optional.empty(), keys);
        take(store, RESTS, () -> clock.pass(REST_MILLIS), (stream, history) -> {
            stream.write(0, 1_000, text(70_000))
                    .write(0, 100_000, text(30_000))
                    .proof()
                    .to(history);
            stream.write(0, 20_000, text(90_000)).proof().to(history);
            stream.empty(0, 4L << 20, 8L << 20, ExtentKind.ZERO).proof().to(history);
            history.setRetention(
                    new RetentionPolicy(3_600_000, 0, 0, 0, 0, 0, 0).withCold(new ColdTier(3 * 3_600_000, 60)));
        });
        return contentOf(files, ".*/0000000001\\.[0-9]+\\.seg");
    }

    private static void take(RecoveryStore opened, BiConsumer<HandMade, MachineHistory> writes) {
        take(opened, 1, () -> {}, writes);
    }

    /** Has a store take a stream, and rest so many times, each time after so much has passed; then closes it. */
    private static void take(
            RecoveryStore opened, int rests, Runnable passing, BiConsumer<HandMade, MachineHistory> writes) {
        try (RecoveryStore store = opened) {
            MachineHistory history = store.create(HandMade.MACHINE);
            HandMade stream = new HandMade(Codec.LZ4, BlockHashAlgorithm.HMAC_SHA256).epoch(history, Position.ORIGIN);
            stream.disks(HandMade.oneDisk(1, 64 << 20)).ready().to(history);
            writes.accept(stream, history);
            store.commit();
            history.openBlockHashes().close();
            for (int rest = 0; rest < rests; rest++) {
                passing.run();
                while (store.maintain()) {
                    // until nothing is left to do
                }
            }
        }
    }

    private static byte[] contentOf(SimulatedFiles files, String pattern) {
        return files.content(files.paths().stream()
                .filter(path -> path.matches(pattern))
                .findFirst()
                .orElseThrow());
    }

    private static byte[] text(int length) {
        Random random = new Random(length);
        byte[] text = new byte[length];
        for (int at = 0; at < length; at++) {
            text[at] = (byte) ('a' + Integer.bitCount(random.nextInt(256)) * (at % 3));
        }
        return text;
    }

    /** What does not shrink. */
    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }

    private static byte[] golden(String name) {
        try (InputStream in = GoldenFormatsTest.class.getResourceAsStream("/vectors/v1/" + name + ".hex")) {
            if (in == null) {
                throw new AssertionError("no golden bytes for " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(text.replaceAll("#.*|\\s", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> names() {
        return encodings().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void encodesToTheGoldenBytes(String name) {
        assertThat(HexFormat.of().formatHex(encodings().getOrDefault(name, new byte[0])))
                .isEqualTo(HexFormat.of().formatHex(golden(name)));
    }

    @Test
    void decodesTheGoldenBytes() throws Exception {
        assertThat(StoreIdentity.decode(ByteBuffer.wrap(golden("store"))))
                .isEqualTo(new StoreIdentity(STORE, 1_700_000_000_000L, 64 << 20));
        assertThat(CommitSlot.decode(ByteBuffer.wrap(golden("commit-slot"))))
                .isEqualTo(new CommitSlot(STORE, 7, 3, 41, 20_480, 0x12345678));
        assertThat(Checkpoint.decode(ByteBuffer.wrap(golden("checkpoint")))).isEqualTo(checkpoint());
        assertThat(PinList.decode(ByteBuffer.wrap(golden("pins")))).isEqualTo(pins());
        assertThat(PlaceFile.decode(ByteBuffer.wrap(golden("segments")))).isEqualTo(new PlaceFile("/mnt/large"));
        assertThat(RetentionState.decode(ByteBuffer.wrap(golden("retention")))).isEqualTo(retention());
        assertThat(Standing.decode(ByteBuffer.wrap(golden("standing")))).isEqualTo(standing());
        assertThat(SegmentHeader.decode(ByteBuffer.wrap(golden("segment-header"))))
                .isEqualTo(new SegmentHeader(STORE, HandMade.MACHINE, 5, 2, STATE));
        assertThat(BlockHeader.adopt(golden("epoch")).notes()).containsExactly(opening());
        byte[] run = golden("run");
        SegmentSummary.Section at = SegmentSummary.decodeTail(
                ByteBuffer.wrap(run, run.length - SegmentSummary.TAIL_BYTES, SegmentSummary.TAIL_BYTES)
                        .slice(),
                run.length);
        RunSummary summary = RunSummary.decode(ByteBuffer.wrap(run, (int) at.offset(), at.bytes()));
        assertThat(summary.entries().count()).isEqualTo(4);
        assertThat(summary.wide().count()).isEqualTo(2);
        assertThat(StubBlock.decode(ByteBuffer.wrap(golden("stub")))).isEqualTo(stub());
        byte[] group = golden("intake-group");
        int length = IntakeGroup.length(ByteBuffer.wrap(group), 3, group.length);
        assertThat(IntakeGroup.decode(ByteBuffer.wrap(group, 0, length)).entries())
                .isEqualTo(entries());
    }

    @Test
    void readsTheGoldenLedger() throws Exception {
        SimulatedFiles files = new SimulatedFiles(1);
        files.createDirectory("folder");
        files.open("folder/ledger", OpenMode.NEW).close();
        files.overwrite("folder/ledger", golden("ledger"));
        Ledger.Owner owner = new Ledger.Owner(files, STORE, Optional.empty(), StoreDriver.TIME);

        Ledger.Opened opened = Ledger.open(owner, new Ledger.Subject(HandMade.MACHINE, 5, "folder"));

        assertThat(opened.stop()).isEmpty();
        assertThat(opened.ledger().size()).isEqualTo(11);
        assertThat(opened.ledger().retired()).isEqualTo(SequenceSet.between(1, 989));
        assertThat(opened.ledger().current(2)).map(FileDigest::generation).hasValue(1);
    }

    @Test
    void readsKeysOfTheGoldenFile() throws Exception {
        Path file = folder.resolve("machine.key");
        Files.write(file, golden("keyfile"));

        MachineKeys keys = KeyFile.read(file, HandMade.MACHINE);

        assertThat(keys.keyId()).isEqualTo(HandMade.KEYS.keyId());
        assertThat(keys.hashKey()).isEqualTo(HandMade.KEYS.hashKey());
    }
}
