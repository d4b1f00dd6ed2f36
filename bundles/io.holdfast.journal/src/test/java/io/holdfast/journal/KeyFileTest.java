package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.testkit.HandMade;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {

    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder = Path.of("");

    private Path file() {
        return folder.resolve("machine.key");
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void givesTheSameKeysEachTime() throws Exception {
        MachineKeys keys = KeyFile.readOrCreate(file(), HandMade.MACHINE, random);

        assertThat(KeyFile.readOrCreate(file(), HandMade.MACHINE, random).keyId())
                .isEqualTo(keys.keyId());
        MachineKeys read = KeyFile.read(file(), HandMade.MACHINE);
        assertThat(read.dataKeys()).usingRecursiveComparison().isEqualTo(keys.dataKeys());
        assertThat(read.hashKey())
                .isEqualTo(keys.hashKey())
                .isNotEqualTo(keys.dataKeys().getFirst());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(Files.list(folder)).as("nothing else is left").containsExactly(file());
    }

    @Test
    void givesAllOfManyCreatorsTheSameKeys() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
            List<Future<MachineKeys>> creators = new ArrayList<>();
            for (int creator = 0; creator < 6; creator++) {
                creators.add(executor.submit(() -> KeyFile.readOrCreate(file(), HandMade.MACHINE, random)));
            }
            Set<Long> ids = new HashSet<>();
            for (Future<MachineKeys> creator : creators) {
                ids.add(creator.get(30, TimeUnit.SECONDS).keyId());
            }
            assertThat(ids).hasSize(1);
        }
    }

    @Test
    void saysWhatIsWrongWithTheFile() throws Exception {
        refuses(ErrorCode.KEY_MISSING, () -> KeyFile.read(file(), HandMade.MACHINE));
        KeyFile.readOrCreate(file(), HandMade.MACHINE, random);

        MachineId other = new MachineId(new UUID(5, 5));
        refuses(ErrorCode.KEY_MISSING, () -> KeyFile.read(file(), other));
        byte[] content = Files.readAllBytes(file());
        content[4] = 9;
        Files.write(file(), content);
        refuses(ErrorCode.VERSION_UNSUPPORTED, () -> KeyFile.read(file(), HandMade.MACHINE));
    }

    @Test
    void noticesEveryFlippedBitAndEveryCut() throws Exception {
        KeyFile.readOrCreate(file(), HandMade.MACHINE, random);
        byte[] content = Files.readAllBytes(file());
        for (int bit = 0; bit < content.length * 8; bit++) {
            byte[] flipped = content.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), flipped);
            assertThatThrownBy(() -> KeyFile.read(file(), HandMade.MACHINE))
                    .as("bit %d", bit)
                    .isInstanceOf(HoldfastException.class);
        }
        for (int length = 0; length < content.length; length++) {
            Files.write(file(), java.util.Arrays.copyOf(content, length));
            refuses(ErrorCode.KEY_MISSING, () -> KeyFile.read(file(), HandMade.MACHINE));
        }
    }

    @Test
    void leavesNothingOfADestroyedKey() {
        KeyFile.readOrCreate(file(), HandMade.MACHINE, random);

        KeyFile.destroy(file());
        KeyFile.destroy(file());

        assertThat(file()).doesNotExist();
        refuses(ErrorCode.KEY_MISSING, () -> KeyFile.read(file(), HandMade.MACHINE));
    }

    @Test
    void showsNoKeyWhenPrinted() {
        assertThat(HandMade.KEYS.toString())
                .isEqualTo("keys " + java.util.HexFormat.of().toHexDigits(HandMade.KEYS.keyId()));
    }
}
