package io.holdfast.journal;

import static io.holdfast.journal.testkit.HandMade.MACHINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyVaultTest {

    private static final String PASSPHRASE = "correct horse battery";
    private static final String FILE = MACHINE + ".key";
    private static final String STORE_FILE = KeyFile.FOLDER + "/" + FILE;

    private final KeyPlaces places = new KeyPlaces();

    @TempDir
    private Path folder = Path.of("");

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void makesNoKeysBeforeAPaperIsConfirmed() {
        KeyVault vault = places.vault();

        refuses(ErrorCode.RECOVERY_KEY_UNCONFIRMED, vault::requireReady);
        refuses(ErrorCode.RECOVERY_KEY_UNCONFIRMED, () -> vault.create(MACHINE));
        vault.newRecoveryKey();
        refuses(ErrorCode.RECOVERY_KEY_UNCONFIRMED, () -> vault.create(MACHINE));

        assertThat(places.node.paths()).containsExactly("store.key");
        KeyPlaces.confirm(vault);
        assertThat(vault.create(MACHINE).keyIds()).hasSize(1);
    }

    @Test
    void confirmsOnlyTheLineThatWasAskedForOfThePaperThatWasMadeLast() {
        KeyVault vault = places.vault();
        RecoveryPaper first = vault.newRecoveryKey();
        RecoveryPaper second = vault.newRecoveryKey();
        int line = vault.lineToConfirm().orElseThrow();

        refuses(
                ErrorCode.INVALID_ARGUMENT,
                () -> vault.confirmRecoveryKey(first.lines().get(line - 1)));
        refuses(
                ErrorCode.INVALID_ARGUMENT,
                () -> vault.confirmRecoveryKey(second.lines().get(line == 2 ? 2 : 1)));
        vault.confirmRecoveryKey(line + ": " + second.lines().get(line - 1).toLowerCase(Locale.ROOT));

        assertThat(vault.status().recoveryKey()).isEqualTo(second.name());
        refuses(
                ErrorCode.ILLEGAL_STATE,
                () -> vault.confirmRecoveryKey(second.lines().get(line - 1)));
    }

    @Test
    void givesTheSameKeysAfterARestart() {
        MachineKeys keys = places.readyVault().create(MACHINE);

        KeyVault again = places.vault();

        assertThat(again.keysOf(MACHINE).keyIds()).isEqualTo(keys.keyIds());
        assertThat(again.create(MACHINE).hashKey()).isEqualTo(keys.hashKey());
        assertThat(again.keysOf(MACHINE).dataKeys()).usingRecursiveComparison().isEqualTo(keys.dataKeys());
        refuses(ErrorCode.KEY_MISSING, () -> again.keysOf(new MachineId(new UUID(5, 5))));
    }

    @Test
    void leavesNoMachinesKeyInClear() {
        MachineKeys keys = places.readyVault().create(MACHINE);

        for (SimulatedFiles files : List.of(places.node, places.store)) {
            for (String path : files.paths()) {
                String content = HexFormat.of().formatHex(files.content(path));
                assertThat(content)
                        .as(path)
                        .doesNotContain(HexFormat.of().formatHex(keys.hashKey()))
                        .doesNotContain(HexFormat.of().formatHex(keys.dataKeys().getFirst()));
            }
        }
        assertThat(places.store.paths()).as("beside the journal").doesNotContain("keys/store.key");
    }

    @Test
    void rotatesADataKeyAndKeepsTheOldOne() {
        KeyVault vault = places.readyVault();
        MachineKeys first = vault.create(MACHINE);

        MachineKeys rotated = vault.rotate(MACHINE);

        assertThat(rotated.keyIds()).hasSize(2).startsWith(first.keyId());
        assertThat(rotated.hashKey()).isEqualTo(first.hashKey());
        assertThat(vault.keysOf(MACHINE)).isSameAs(rotated);
        assertThat(places.vault().keysOf(MACHINE).keyIds()).isEqualTo(rotated.keyIds());
    }

    @Test
    void rotatesTheStoreKeyWithoutChangingTheMachinesKeys() {
        KeyVault vault = places.readyVault();
        MachineKeys keys = vault.create(MACHINE);
        byte[] oldStoreKey = places.node.content("store.key");

        vault.rotateStoreKey(Optional.of(PASSPHRASE));

        KeyVault again = places.vault();
        assertThat(again.status().state()).isEqualTo(KeyStatus.State.LOCKED);
        again.unlock(PASSPHRASE);
        assertThat(again.keysOf(MACHINE).keyIds()).isEqualTo(keys.keyIds());
        places.node.replace("store.key", oldStoreKey);
        assertThat(places.vault().status().state())
                .as("the old store key opens nothing")
                .isEqualTo(KeyStatus.State.FOREIGN);
    }

    @Test
    void waitsForThePassphraseAndSlowsDownWhoeverGuesses() {
        KeyVault vault = places.readyVault();
        vault.create(MACHINE);
        vault.setPassphrase(Optional.of(PASSPHRASE));

        KeyVault locked = places.vault();
        refuses(ErrorCode.KEYS_LOCKED, () -> locked.keysOf(MACHINE));
        refuses(ErrorCode.KEYS_LOCKED, () -> locked.create(new MachineId(new UUID(5, 5))));
        for (int attempt = 0; attempt < 3; attempt++) {
            refuses(ErrorCode.PASSPHRASE_WRONG, () -> locked.unlock("something else"));
        }
        refuses(ErrorCode.OVERLOADED, () -> locked.unlock(PASSPHRASE));
        refuses(ErrorCode.OVERLOADED, () -> places.vault().unlock(PASSPHRASE));
        places.utcMillis += 1_000;
        refuses(ErrorCode.PASSPHRASE_WRONG, () -> locked.unlock("something else"));
        places.utcMillis += 1_000;
        refuses(ErrorCode.OVERLOADED, () -> locked.unlock(PASSPHRASE));
        places.utcMillis += 1_000;
        locked.unlock(PASSPHRASE);

        assertThat(locked.status().state()).isEqualTo(KeyStatus.State.OPEN);
        assertThat(locked.keysOf(MACHINE).keyIds()).hasSize(1);
        refuses(ErrorCode.PASSPHRASE_WRONG, () -> places.vault().unlock("something else"));
    }

    @Test
    void countsAnAttemptThatAKillEnded() {
        KeyVault vault = places.readyVault();
        vault.setPassphrase(Optional.of(PASSPHRASE));
        for (int attempt = 0; attempt < 3; attempt++) {
            SimulatedFiles before = places.node;
            before.crashAt(before.operations() + 6);
            try {
                places.vault().unlock("something else");
            } catch (RuntimeException | Error _) {
                // the process ended, or it was told that it was wrong
            }
            places.node = before.afterKill();
        }

        refuses(ErrorCode.OVERLOADED, () -> places.vault().unlock(PASSPHRASE));
    }

    @Test
    void takesNoShortPassphraseAndNoneWhereOneIs() {
        KeyVault vault = places.readyVault();

        refuses(ErrorCode.INVALID_ARGUMENT, () -> vault.setPassphrase(Optional.of("short")));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> vault.export(Optional.empty()));
        vault.setPassphrase(Optional.of(PASSPHRASE));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> vault.rotateStoreKey(Optional.empty()));
        vault.setPassphrase(Optional.empty());

        assertThat(places.vault().status().state()).isEqualTo(KeyStatus.State.OPEN);
    }

    @Test
    void recoversFromThePaperAlone() {
        KeyVault vault = places.vault();
        String paper = KeyPlaces.confirm(vault).text("store in Oslo");
        MachineKeys keys = vault.create(MACHINE);
        vault.rotate(MACHINE);
        List<Long> ids = vault.keysOf(MACHINE).keyIds();
        places.node = new SimulatedFiles(3);

        KeyVault found = places.vault();
        assertThat(found.status().state()).isEqualTo(KeyStatus.State.LOST);
        assertThat(found.status().detail()).contains("store.key is not there");
        refuses(ErrorCode.KEY_MISSING, () -> found.keysOf(MACHINE));
        refuses(ErrorCode.KEY_MISSING, found::requireReady);
        found.recover(RecoveryPaper.parse(paper), Optional.empty());

        assertThat(found.keysOf(MACHINE).keyIds()).isEqualTo(ids);
        assertThat(found.keysOf(MACHINE).hashKey()).isEqualTo(keys.hashKey());
        assertThat(places.vault().keysOf(MACHINE).keyIds()).isEqualTo(ids);
        assertThat(places.node.paths()).contains(FILE, "recovery", "store.key");
    }

    @Test
    void opensAMachineWithTheKeyFolderOrTheOneBesideTheJournalAlone() {
        MachineKeys keys = places.readyVault().create(MACHINE);
        places.store = new SimulatedFiles(3);

        assertThat(places.vault().keysOf(MACHINE).keyIds()).isEqualTo(keys.keyIds());
        assertThat(places.store.paths()).as("made again").contains(STORE_FILE);
        places.node.remove(FILE);
        assertThat(places.vault().keysOf(MACHINE).keyIds()).isEqualTo(keys.keyIds());
        places.node.replace(FILE, new byte[300]);
        assertThat(places.vault().keysOf(MACHINE).keyIds()).isEqualTo(keys.keyIds());
    }

    @Test
    void namesKeysOfAnotherStore() {
        KeyPlaces other = new KeyPlaces();
        RecoveryPaper otherPaper = KeyPlaces.confirm(other.vault());
        other.vault().create(MACHINE);
        places.readyVault().create(MACHINE);
        places.node.replace("store.key", other.node.content("store.key"));

        KeyVault vault = places.vault();

        assertThat(vault.status().state()).isEqualTo(KeyStatus.State.FOREIGN);
        assertThat(vault.status().detail()).contains("another store");
        refuses(ErrorCode.KEY_FOREIGN, () -> vault.keysOf(MACHINE));
        refuses(ErrorCode.KEY_FOREIGN, vault::requireReady);
        refuses(ErrorCode.KEY_FOREIGN, () -> vault.recover(otherPaper, Optional.empty()));
        byte[] export = other.vault().export(Optional.of(PASSPHRASE));
        refuses(ErrorCode.KEY_FOREIGN, () -> vault.restore(export, PASSPHRASE));
        assertThat(vault.status().state()).isEqualTo(KeyStatus.State.FOREIGN);
    }

    @Test
    void isRestoredFromAnExport() {
        KeyVault vault = places.readyVault();
        MachineKeys keys = vault.create(MACHINE);
        byte[] export = vault.export(Optional.of(PASSPHRASE));
        places.node = new SimulatedFiles(3);
        places.store = new SimulatedFiles(4);

        KeyVault found = places.vault();
        refuses(ErrorCode.PASSPHRASE_WRONG, () -> found.restore(export, "something else"));
        refuses(ErrorCode.INVALID_ARGUMENT, () -> found.restore(new byte[30], PASSPHRASE));
        found.restore(export, PASSPHRASE);

        assertThat(found.keysOf(MACHINE).keyIds()).isEqualTo(keys.keyIds());
        assertThat(found.status().recoveryKey()).isNotEmpty();
        assertThat(places.vault().status().state()).as("in clear, as it was").isEqualTo(KeyStatus.State.OPEN);
    }

    @Test
    void keepsNewerKeysThanThoseOfAnExport() {
        KeyVault vault = places.readyVault();
        vault.create(MACHINE);
        byte[] export = vault.export(Optional.of(PASSPHRASE));
        MachineKeys rotated = vault.rotate(MACHINE);

        vault.restore(export, PASSPHRASE);

        assertThat(vault.keysOf(MACHINE).keyIds()).isEqualTo(rotated.keyIds());
    }

    @Test
    void leavesNothingOfADestroyedKey() {
        KeyVault vault = places.vault();
        RecoveryPaper paper = KeyPlaces.confirm(vault);
        vault.create(MACHINE);
        byte[] sealed = places.node.content(FILE);
        places.node.replace(FILE + ".new", sealed);

        vault.destroy(MACHINE);
        vault.destroy(MACHINE);

        assertThat(places.node.paths()).doesNotContain(FILE, FILE + ".new");
        assertThat(places.store.paths()).doesNotContain(STORE_FILE);
        refuses(ErrorCode.KEY_MISSING, () -> vault.keysOf(MACHINE));
        refuses(ErrorCode.KEY_MISSING, () -> places.vault().keysOf(MACHINE));
        refuses(ErrorCode.KEY_FOREIGN, () -> places.vault().recover(paper, Optional.empty()));
    }

    @Test
    void overwritesADestroyedKeyInPlace() throws Exception {
        KeyVault vault = KeyVault.open(folder.resolve("keys"), Optional.empty(), new SecureRandom(), places);
        KeyPlaces.confirm(vault);
        vault.create(MACHINE);
        Path file = folder.resolve("keys").resolve(FILE);
        Path sameBytes = Files.createLink(folder.resolve("link"), file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys"))))
                .isEqualTo("rwx------");

        vault.destroy(MACHINE);

        assertThat(file).doesNotExist();
        assertThat(Files.readAllBytes(sameBytes)).containsOnly(0);
    }

    @Test
    void sealsKeysOfAnEarlierVersionOnceThereIsAPaper() {
        places.node.replace(FILE, GoldenKeys.bytes("keyfile"));

        KeyVault vault = places.vault();
        assertThat(vault.keysOf(MACHINE).keyId()).isEqualTo(HandMade.KEYS.keyId());
        assertThat(vault.status().machines()).singleElement().matches(machine -> !machine.sealed());
        KeyPlaces.confirm(vault);

        assertThat(vault.status().machines()).singleElement().matches(KeyStatus.Machine::sealed);
        assertThat(vault.keysOf(MACHINE).keyId()).isEqualTo(HandMade.KEYS.keyId());
        assertThat(places.vault().keysOf(MACHINE).hashKey()).isEqualTo(HandMade.KEYS.hashKey());
        assertThat(places.store.paths()).contains(STORE_FILE);
    }

    @Test
    void remembersWhereKeysMayBeUsed() {
        KeyVault vault = places.readyVault();
        vault.create(MACHINE);
        assertThat(vault.isBlind(MACHINE)).isFalse();

        vault.setBlind(MACHINE, true);
        vault.rotate(MACHINE);

        assertThat(places.vault().isBlind(MACHINE)).isTrue();
    }

    @Test
    void saysWhenTheStoreKeyHasGoneWhileItRuns() {
        KeyVault vault = places.readyVault();
        vault.create(MACHINE);
        assertThat(vault.status().detail()).isEmpty();

        places.node.remove("store.key");

        assertThat(vault.status().detail()).contains("has gone");
        vault.setPassphrase(Optional.empty());
        assertThat(places.vault().keysOf(MACHINE).keyIds()).hasSize(1);
    }
}
