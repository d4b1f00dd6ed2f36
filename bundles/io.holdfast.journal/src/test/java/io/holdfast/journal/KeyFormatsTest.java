package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.keys.KeyExport;
import io.holdfast.journal.internal.keys.MachineKeyFile;
import io.holdfast.journal.internal.keys.PassphraseCost;
import io.holdfast.journal.internal.keys.RecoveryRecipient;
import io.holdfast.journal.internal.keys.StoreKey;
import io.holdfast.journal.internal.keys.StoreKeyFile;
import io.holdfast.journal.testkit.CountingRandom;
import io.holdfast.journal.testkit.HandMade;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of every key file as they were first written, never made anew; and key files that are not what they should be. */
class KeyFormatsTest {

    private static final MachineId MACHINE = HandMade.MACHINE;
    private static final String PASSPHRASE = "correct horse battery";

    @TempDir
    private Path folder = Path.of("");

    /** One vault with secrets that are the same in every run: keys rotated once, a passphrase set. */
    static Map<String, byte[]> encodings() {
        KeyPlaces places = new KeyPlaces();
        places.random = new CountingRandom();
        KeyVault vault = places.vault();
        RecoveryPaper paper = KeyPlaces.confirm(vault);
        vault.create(MACHINE);
        vault.rotate(MACHINE);
        Map<String, byte[]> all = new TreeMap<>();
        all.put("key-store-clear", places.node.content("store.key"));
        all.put("key-machine-sealed", places.node.content(MACHINE + ".key"));
        all.put("key-recovery", places.node.content("recovery"));
        all.put("key-paper", String.join("\n", paper.lines()).getBytes(StandardCharsets.US_ASCII));
        vault.setPassphrase(Optional.of(PASSPHRASE));
        all.put("key-store-passphrase", places.node.content("store.key"));
        all.put("key-export", vault.export(Optional.empty()));
        return all;
    }

    static Stream<String> names() {
        return encodings().keySet().stream();
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private Path sealed() {
        return folder.resolve("keys").resolve(MACHINE + ".key");
    }

    private Path file(String name, byte[] content) throws Exception {
        return Files.write(folder.resolve(name), content);
    }

    /** A store's folder with the golden sealed keys. */
    @BeforeEach
    void placeGoldenKeys() throws Exception {
        Files.createDirectory(folder.resolve("keys"));
        Files.write(sealed(), GoldenKeys.bytes("key-machine-sealed"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void encodesToTheGoldenBytes(String name) {
        assertThat(HexFormat.of().formatHex(encodings().getOrDefault(name, new byte[0])))
                .isEqualTo(HexFormat.of().formatHex(GoldenKeys.bytes(name)));
    }

    @Test
    void opensTheGoldenKeysWithEachOfTheirKeys() throws Exception {
        RecoveryPaper paper = RecoveryPaper.parse(new String(GoldenKeys.bytes("key-paper"), StandardCharsets.US_ASCII));

        MachineKeys byPaper = KeyFile.open(paper, folder, MACHINE);
        MachineKeys byFile =
                KeyFile.open(file("store.key", GoldenKeys.bytes("key-store-clear")), Optional.empty(), folder, MACHINE);
        MachineKeys byPassphrase = KeyFile.open(
                file("sealed.key", GoldenKeys.bytes("key-store-passphrase")), Optional.of(PASSPHRASE), folder, MACHINE);
        MachineKeys byExport = KeyFile.open(
                file("export", GoldenKeys.bytes("key-export")),
                Optional.of(PASSPHRASE),
                folder.resolve("nothing"),
                MACHINE);

        assertThat(byPaper.keyIds()).hasSize(2);
        for (MachineKeys keys : new MachineKeys[] {byFile, byPassphrase, byExport}) {
            assertThat(keys.keyIds()).isEqualTo(byPaper.keyIds());
            assertThat(keys.hashKey()).isEqualTo(byPaper.hashKey());
        }
    }

    @Test
    void namesWhatDoesNotOpenAMachinesKeys() throws Exception {
        KeyPlaces other = new KeyPlaces();
        RecoveryPaper otherPaper = KeyPlaces.confirm(other.vault());
        Path foreign = file("foreign.key", other.node.content("store.key"));
        Path sealedStoreKey = file("sealed.key", GoldenKeys.bytes("key-store-passphrase"));
        MachineId another = new MachineId(new UUID(5, 5));

        refuses(ErrorCode.KEY_FOREIGN, () -> KeyFile.open(foreign, Optional.empty(), folder, MACHINE));
        refuses(ErrorCode.KEY_FOREIGN, () -> KeyFile.open(otherPaper, folder, MACHINE));
        refuses(ErrorCode.KEYS_LOCKED, () -> KeyFile.open(sealedStoreKey, Optional.empty(), folder, MACHINE));
        refuses(ErrorCode.PASSPHRASE_WRONG, () -> KeyFile.open(sealedStoreKey, Optional.of("no"), folder, MACHINE));
        refuses(ErrorCode.KEY_MISSING, () -> KeyFile.open(otherPaper, folder, another));
        refuses(ErrorCode.KEY_MISSING, () -> KeyFile.open(sealed(), Optional.empty(), folder, MACHINE));
        refuses(ErrorCode.KEY_MISSING, () -> KeyFile.read(folder.resolve("nothing"), MACHINE));
    }

    @Test
    void writesKeysInClearForItsOwnerAlone() throws Exception {
        Path clear = folder.resolve("clear.key");
        MachineKeys keys = HandMade.KEYS.rotated(new SecureRandom());

        KeyFile.write(clear, MACHINE, keys);

        MachineKeys read = KeyFile.read(clear, MACHINE);
        assertThat(read.keyIds()).isEqualTo(keys.keyIds());
        assertThat(read.hashKey()).isEqualTo(keys.hashKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(clear)))
                .isEqualTo("rw-------");
        refuses(ErrorCode.KEY_FOREIGN, () -> KeyFile.read(clear, new MachineId(new UUID(5, 5))));
        refuses(ErrorCode.ALREADY_EXISTS, () -> KeyFile.write(clear, MACHINE, keys));
    }

    @Test
    void noticesEveryFlippedBitAndEveryCutOfSealedKeys() {
        damagesAreNoticed(GoldenKeys.bytes("key-machine-sealed"), MachineKeyFile::decode);
    }

    @Test
    void noticesEveryFlippedBitAndEveryCutOfTheOtherFiles() {
        damagesAreNoticed(GoldenKeys.bytes("key-store-clear"), StoreKeyFile::decode);
        damagesAreNoticed(GoldenKeys.bytes("key-store-passphrase"), StoreKeyFile::decode);
        damagesAreNoticed(GoldenKeys.bytes("key-recovery"), RecoveryRecipient::decode);
        damagesAreNoticed(GoldenKeys.bytes("key-export"), KeyExport::decode);
    }

    private interface Decoder {

        Object decode(byte[] content) throws DamagedException;
    }

    private static void damagesAreNoticed(byte[] content, Decoder decoder) {
        for (int bit = 0; bit < content.length * 8; bit++) {
            byte[] flipped = content.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> decoder.decode(flipped)).as("bit %d", bit).isInstanceOf(DamagedException.class);
        }
        for (int length = 0; length < content.length; length++) {
            byte[] cut = Arrays.copyOf(content, length);
            assertThatThrownBy(() -> decoder.decode(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void refusesAPassphraseThatWouldCostTooMuchMemory() throws Exception {
        byte[] file = StoreKeyFile.encodeSealed(
                StoreKey.generate(new CountingRandom()), PASSPHRASE, new PassphraseCost(8, 1, 1), new CountingRandom());
        file[16 + 23] = 0x7F;
        CRC32C crc = new CRC32C();
        crc.update(file, 4, file.length - 4);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) crc.getValue());
        Path costly = file("costly", file);

        refuses(ErrorCode.KEY_MISSING, () -> KeyFile.open(costly, Optional.of(PASSPHRASE), folder, MACHINE));
    }
}
