package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No plaintext and no hash of plaintext that anybody can make rests in any file of a store or of its keys: what a disk holds cannot be found out
 * by guessing it, either.
 */
class NothingInClearTest {

    private static final int FRAME_BYTES = 64 << 10;
    private static final int BLOCKS = 96;
    private static final String[] DIGESTS = {"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256"};
    private static final int DIGEST_BYTES_KEPT = 8;

    private final KeyPlaces places = new KeyPlaces();
    private final SimulatedFiles files = new SimulatedFiles(5);

    /** Text that shrinks and text that does not, each block of its own. */
    private static byte[] content() {
        byte[] all = new byte[BLOCKS * BlockHash.BLOCK_BYTES];
        new Random(7).nextBytes(all);
        for (int block = 0; block < BLOCKS; block += 2) {
            byte[] words = ("secret of block " + block + ", salary 12345; ")
                    .repeat(200)
                    .getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(words, 0, all, block * BlockHash.BLOCK_BYTES, BlockHash.BLOCK_BYTES);
        }
        return all;
    }

    private MachineKeys keys(KeyVault vault) {
        return vault.create(HandMade.MACHINE);
    }

    private void write(MachineKeys keys, Codec codec) {
        try (RecoveryStore store = RecoveryStore.open(files, RandomHistoryTest.SMALL, StoreDriver.TIME)) {
            MachineHistory history = store.create(HandMade.MACHINE);
            HandMade stream = new HandMade(codec).keys(keys).epoch(history, Position.ORIGIN);
            byte[] content = content();
            stream.disks(HandMade.oneDisk(1, 64 << 20)).ready().to(history);
            for (int at = 0; at < content.length; at += FRAME_BYTES) {
                stream.write(0, at, Arrays.copyOfRange(content, at, at + FRAME_BYTES))
                        .proof()
                        .to(history);
                store.commit();
            }
            history.openBlockHashes().close();
            int steps = 0;
            while (store.maintain() && steps < 200) {
                steps++;
            }
            history.pin(history.head().position(), "kept");
            stream.write(0, 0, Arrays.copyOf(content, 5_000)).proof().to(history);
            store.commit();
        }
    }

    /** What must not be found, by its first bytes. */
    private static Map<Long, String> forbidden() throws Exception {
        Map<Long, String> all = new HashMap<>();
        byte[] content = content();
        for (int length : new int[] {BlockHash.BLOCK_BYTES, FRAME_BYTES}) {
            for (int at = 0; at < content.length; at += length) {
                byte[] piece = Arrays.copyOfRange(content, at, at + length);
                for (String name : DIGESTS) {
                    byte[] digest = MessageDigest.getInstance(name).digest(piece);
                    all.put(word(digest, 0), name + " of " + length + " bytes at " + at);
                }
            }
        }
        for (int at = 0; at < content.length; at += 64) {
            all.put(word(content, at), "content at " + at);
        }
        return all;
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int index = 0; index < DIGEST_BYTES_KEPT; index++) {
            word = word << Byte.SIZE | bytes[at + index] & 0xFF;
        }
        return word;
    }

    private List<byte[]> everything() {
        List<byte[]> all = new ArrayList<>();
        for (SimulatedFiles each : List.of(files, places.node, places.store)) {
            each.paths().forEach(path -> all.add(each.content(path)));
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void noFileHasContentOrAHashOfItThatNeedsNoKey(Codec codec) throws Exception {
        KeyVault vault = places.readyVault();
        write(keys(vault), codec);
        vault.export(Optional.of("a long passphrase"));

        Map<Long, String> forbidden = forbidden();
        List<String> found = new ArrayList<>();
        for (byte[] file : everything()) {
            for (int at = 0; at + DIGEST_BYTES_KEPT <= file.length; at++) {
                String what = forbidden.get(word(file, at));
                if (what != null) {
                    found.add(what + ", at byte " + at);
                }
            }
        }
        assertThat(found).isEmpty();
        assertThat(files.paths()).as("sealed segments").anyMatch(path -> path.endsWith(".seg"));
    }

    /** Short checksums are found by chance; here they are found no more often than that. */
    @ParameterizedTest
    @EnumSource(Codec.class)
    void noFileHasChecksumsOfItsContent(Codec codec) {
        write(keys(places.readyVault()), codec);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        everything().forEach(all::writeBytes);
        byte[] bytes = all.toByteArray();
        Map<Integer, String> forbidden = new HashMap<>();
        byte[] content = content();
        for (int length : new int[] {BlockHash.BLOCK_BYTES, FRAME_BYTES}) {
            for (int at = 0; at < content.length; at += length) {
                for (Checksum checksum : List.of(new CRC32(), new CRC32C())) {
                    checksum.update(content, at, length);
                    int value = (int) checksum.getValue();
                    forbidden.put(value, "at " + at);
                    forbidden.put(Integer.reverseBytes(value), "at " + at);
                }
            }
        }

        long found = 0;
        for (int at = 0; at + Integer.BYTES <= bytes.length; at++) {
            int word = (bytes[at] & 0xFF) << 24
                    | (bytes[at + 1] & 0xFF) << 16
                    | (bytes[at + 2] & 0xFF) << 8
                    | bytes[at + 3] & 0xFF;
            found += forbidden.containsKey(word) ? 1 : 0;
        }
        assertThat(found)
                .as("of %d checksums, each in its place", forbidden.size() / 2)
                .isLessThan(BLOCKS / 8);
    }
}
