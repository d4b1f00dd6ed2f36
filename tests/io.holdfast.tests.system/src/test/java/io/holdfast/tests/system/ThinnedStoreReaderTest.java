package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.KeyFile;
import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.ResidentKeys;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.SegmentPlaces;
import io.holdfast.tests.system.RandomStore.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The independent reader and the store agree on a history that was thinned, cleaned and coded anew, whose data key was rotated, and that branched at a
 * point of its thinned part.
 */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class ThinnedStoreReaderTest {

    private static final int POINTS = 100;
    private static final int PINNED_PLACES = 5;
    private static final int PINS_AT_A_PLACE = 9;
    private static final int BITS_FLIPPED = 6;
    private static final int SIGNATURE_AT = 16 + 48;
    private static final long DISK_BYTES = 400_896;
    private static final long STEP_MILLIS = 10 * 60_000;
    private static final long HOUR_MILLIS = RetentionPolicy.HOUR_MILLIS;
    private static final RetentionPolicy POLICY =
            new RetentionPolicy(3 * HOUR_MILLIS, 24, 7, 0, 0, 0, 0).withCold(new ColdTier(7 * HOUR_MILLIS, 60));

    private final long seed = Long.getLong("holdfast.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final MachineId machine = new MachineId(new UUID(random.nextLong(), random.nextLong()));
    private final Clock clock = new Clock();

    private Path folder;
    private RecoveryStore store;
    private RandomStore written;
    private MachineKeys keys;
    private PythonReader reader;
    private long thinnedUpTo;

    /** Goes when it is told to. */
    private static final class Clock implements TimeSource {

        private long millis;

        @Override
        public long utcMillis() {
            return RandomStore.TIME.utcMillis() + millis;
        }

        @Override
        public long monotonicNanos() {
            return millis * 1_000_000;
        }
    }

    /** Signs the ledger with a key of its own. */
    private static final class Signer implements LedgerSigner {

        private final KeyPair pair;

        Signer() throws GeneralSecurityException {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }

        @Override
        public byte[] publicKey() {
            byte[] encoded = pair.getPublic().getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_BYTES, encoded.length);
        }

        @Override
        public byte[] sign(byte[] message) {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(pair.getPrivate());
                signature.update(message);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    @BeforeAll
    void writeThinAndClean(@TempDir Path given) throws Exception {
        folder = given;
        System.out.println("ThinnedStoreReaderTest: -Dholdfast.seed=" + seed);
        Files.createDirectory(folder.resolve("work"));
        reader = new PythonReader(folder.resolve("work"));
        keys = MachineKeys.generate(new SecureRandom());
        ResidentKeys resident = _ -> Optional.of(keys);
        store = RecoveryStore.open(
                SegmentPlaces.files(storeFolder()), RandomStore.SETTINGS, clock, new Signer(), resident);
        written = RandomStore.begin(
                store, machine, new Secrets(keys, BlockHashAlgorithm.HMAC_SHA256), random, DISK_BYTES);
        written.ready();
        writeRounds(8);
        pinSome();
        thinnedUpTo = written.history().head().position().sequence();
        written.history().setRetention(POLICY);
        pass(8 * HOUR_MILLIS);
        written.branch();
        written.ready();
        writeRounds(2);
        pass(HOUR_MILLIS);
        KeyFile.write(keyFile(), machine, keys);
        assertThat(StoreFolders.sealedSegments(storeFolder()))
                .as("segments that were cleaned")
                .anyMatch(file -> file.toString().matches(".*\\.[1-9][0-9]*\\.seg"))
                .as("segments of which blocks were coded anew")
                .anyMatch(ThinnedStoreReaderTest::isCodedAnew);
    }

    private static boolean isCodedAnew(Path segment) {
        try {
            return Files.readString(segment, StandardCharsets.ISO_8859_1).contains("HFX1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    private void writeRounds(int rounds) {
        for (int round = 0; round < rounds; round++) {
            written.write(4 + random.nextInt(4), 20);
            written.prove();
            switch (round % 4) {
                case 0 -> keys = written.rotate();
                case 1 -> written.branch();
                case 2 -> written.breakCapture();
                default -> written.resume();
            }
            pass(HOUR_MILLIS / 2);
        }
        written.write(2, 10);
        written.prove();
    }

    /** Time passes at the source and at the store, which does its work meanwhile. */
    private void pass(long millis) {
        written.pass(millis);
        for (long passed = 0; passed < millis; passed += STEP_MILLIS) {
            clock.millis += STEP_MILLIS;
            written.settle();
        }
    }

    private void pinSome() {
        List<Position> points = RandomStore.everyPoint(written.history());
        for (int place = 0; place < PINNED_PLACES; place++) {
            int from = random.nextInt(points.size() - PINS_AT_A_PLACE);
            points.subList(from, from + PINS_AT_A_PLACE)
                    .forEach(point -> written.history().pin(point, "kept"));
        }
    }

    @Test
    void restoresKeptPointsAsTheStoreReadsThem() throws Exception {
        List<Position> all = RandomStore.everyPoint(written.history());
        List<Position> thinned =
                all.stream().filter(point -> point.sequence() <= thinnedUpTo).toList();
        assertThat(thinned).as("kept points of thinned history").hasSizeGreaterThan(PINS_AT_A_PLACE);
        assertThat((long) thinned.size()).as("most points are retired").isLessThan(thinnedUpTo / 2);
        List<PythonReader.Wish> wishes = new ArrayList<>();
        for (int count = 0; count < POINTS; count++) {
            List<Position> from = count % 2 == 0 ? thinned : all;
            wishes.add(wish(from.get(random.nextInt(from.size())), "image-" + count));
        }

        reader.restore(storeFolder(), keyFile(), machine, wishes).expectSuccess();

        for (PythonReader.Wish wish : wishes) {
            assertSameBytes(wish);
        }
    }

    @Test
    void listsTheSamePointsAndRefusesOneThatWasRetired() throws Exception {
        List<List<String>> expected = RandomStore.everyPoint(written.history()).stream()
                .map(position -> List.of(position.toString()))
                .toList();
        Position retired = anyRetired();

        PythonReader.Result listed = reader.run("points", storeFolder().toString(), "--machine=" + machine, "--each")
                .expectSuccess();
        PythonReader.Result refused = reader.restore(
                storeFolder(),
                keyFile(),
                machine,
                List.of(new PythonReader.Wish(retired, 0, folder.resolve("work/retired"))));

        assertThat(listed.fields("point").stream().map(fields -> fields.subList(0, 1)))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains(retired + " is no point any more");
    }

    @Test
    void findsTheStoreWholeAndEachFlippedBitOfWhatCleaningWrote() throws Exception {
        Path copy = folder.resolve("copy");
        StoreFolders.copy(storeFolder(), copy);
        assertThat(verify(copy).fields("whole")).hasSize(1);
        List<Path> cleaned = StoreFolders.sealedSegments(copy).stream()
                .filter(file -> file.toString().matches(".*\\.[1-9][0-9]*\\.seg"))
                .toList();
        for (int flip = 0; flip < BITS_FLIPPED; flip++) {
            Path file = cleaned.get(random.nextInt(cleaned.size()));
            assertNamesAFlippedBit(copy, file, random.nextInt((int) Files.size(file)));
        }
        Path ledger = file(copy, "ledger");
        assertNamesAFlippedBit(copy, ledger, SIGNATURE_AT + random.nextInt(LedgerSigner.SIGNATURE_BYTES));
        Path retention = file(copy, "retention");
        assertNamesAFlippedBit(copy, retention, random.nextInt((int) Files.size(retention)));
    }

    private void assertNamesAFlippedBit(Path copy, Path file, int at) throws Exception {
        byte[] content = Files.readAllBytes(file);
        byte[] flipped = content.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);

        PythonReader.Result found = verify(copy);

        assertThat(found.exitCode()).as("bit flipped in %s at %d", file, at).isEqualTo(1);
        assertThat(found.errors()).contains(copy.relativize(file) + ": byte ");
        Files.write(file, content);
    }

    private Path file(Path store, String name) {
        return store.resolve("machines/" + machine + ".1").resolve(name);
    }

    @Test
    void readsSegmentsThatRestInAnotherFolder() throws Exception {
        Path copy = folder.resolve("moved");
        StoreFolders.copy(storeFolder(), copy);
        SegmentPlaces.set(copy, folder.resolve("large"));
        try (RecoveryStore moved =
                RecoveryStore.open(SegmentPlaces.files(copy), RandomStore.SETTINGS, clock, new Signer())) {
            while (moved.offload()) {
                // until nothing is left here
            }
        }
        assertThat(StoreFolders.sealedSegments(copy)).isEmpty();
        List<Position> all = RandomStore.everyPoint(written.history());
        List<PythonReader.Wish> wishes = new ArrayList<>();
        for (int count = 0; count < POINTS / 5; count++) {
            wishes.add(wish(all.get(random.nextInt(all.size())), "moved-" + count));
        }

        reader.restore(copy, keyFile(), machine, wishes).expectSuccess();

        for (PythonReader.Wish wish : wishes) {
            assertSameBytes(wish);
        }
        assertThat(verify(copy).fields("whole")).hasSize(1);
        Path object = anyObject();
        Files.delete(object);
        assertThat(verify(copy).errors()).contains(object.getFileName() + ": byte 0: the file is missing");
    }

    private PythonReader.Result verify(Path where) throws Exception {
        return reader.run("verify", where.toString(), "--keys=" + keyFile());
    }

    private Path anyObject() throws IOException {
        try (Stream<Path> objects = Files.list(folder.resolve("large").resolve(machine.toString()))) {
            return objects.min(Path::compareTo).orElseThrow();
        }
    }

    private Position anyRetired() {
        List<Position> kept = RandomStore.everyPoint(written.history());
        long sequence = 2;
        while (isPoint(kept, sequence)) {
            sequence++;
        }
        return new Position(1, sequence);
    }

    private static boolean isPoint(List<Position> points, long sequence) {
        return points.stream().anyMatch(point -> point.sequence() == sequence);
    }

    private PythonReader.Wish wish(Position position, String name) {
        MachineHistory history = written.history();
        try (PointImage image = history.openPoint(position, keys)) {
            List<DiskDescription> disks = image.disks().disks();
            int disk = disks.get(random.nextInt(disks.size())).number();
            return new PythonReader.Wish(position, disk, folder.resolve("work").resolve(name));
        }
    }

    private void assertSameBytes(PythonReader.Wish wish) throws IOException {
        byte[] expected = StoreFolders.read(written.history(), wish.position(), keys, wish.disk());
        assertThat(Arrays.mismatch(Files.readAllBytes(wish.image()), expected))
                .as("first difference of disk %d at %s", wish.disk(), wish.position())
                .isEqualTo(-1);
    }

    private Path storeFolder() {
        return folder.resolve("store");
    }

    private Path keyFile() {
        return folder.resolve("machine.key");
    }
}
