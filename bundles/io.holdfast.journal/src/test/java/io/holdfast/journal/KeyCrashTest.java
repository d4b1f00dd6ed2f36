package io.holdfast.journal;

import static io.holdfast.journal.testkit.HandMade.MACHINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.testkit.CrashChoice;
import io.holdfast.journal.testkit.SimulatedCrash;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Power fails at every file operation of each change of keys; every combination of what was not forced is what the next start finds. */
class KeyCrashTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** A vault with one machine, and what is to be there after any crash. */
    private static final class Play {

        final SimulatedFiles files = new SimulatedFiles(1);
        final KeyVault vault = open(files);
        RecoveryPaper paper = KeyPlaces.confirm(vault);
        final List<Long> ids = vault.create(MACHINE).keyIds();
        boolean ended;
    }

    private static KeyVault open(SimulatedFiles files) {
        return KeyVault.open(
                List.of(new KeyVault.Place(files, "node"), new KeyVault.Place(files, "keys")),
                RANDOM,
                StoreDriver.TIME,
                KeyPlaces.CHEAP);
    }

    private static void enumerate(Consumer<Play> change, BiConsumer<Play, SimulatedFiles> check) {
        int states = 0;
        boolean ended = false;
        for (int operation = 1; !ended; operation++) {
            Play play = new Play();
            play.files.crashAt(play.files.operations() + operation);
            try {
                change.accept(play);
                ended = true;
                play.ended = true;
            } catch (SimulatedCrash _) {
                // judged below
            }
            for (CrashChoice choice : choices(play.files.unforced())) {
                states++;
                try {
                    check.accept(play, play.files.outcome(choice));
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("power lost at operation " + operation + ", found " + choice, e);
                }
            }
        }
        assertThat(states).isGreaterThan(10);
    }

    private static List<CrashChoice> choices(List<Long> unforced) {
        List<CrashChoice> choices = new ArrayList<>();
        for (int bits = 0; bits < 1 << Math.min(6, unforced.size()); bits++) {
            Set<Long> kept = new HashSet<>();
            for (int index = 0; index < unforced.size(); index++) {
                if ((bits & 1 << index) != 0) {
                    kept.add(unforced.get(index));
                }
            }
            choices.add(new CrashChoice(kept, CrashChoice.NOTHING_TORN));
        }
        unforced.forEach(torn -> choices.add(new CrashChoice(Set.of(), torn)));
        return choices;
    }

    private static void hasItsKeys(Play play, SimulatedFiles found) {
        KeyVault vault = open(found);
        assertThat(vault.status().state()).isEqualTo(KeyStatus.State.OPEN);
        assertThat(vault.keysOf(MACHINE).keyIds()).containsAll(play.ids);
        found.remove("node/store.key");
        KeyVault lost = open(found);
        lost.recover(play.paper, Optional.empty());
        assertThat(lost.keysOf(MACHINE).keyIds()).containsAll(play.ids);
    }

    @Test
    void losesNoKeyInTheRotationOfADataKey() {
        enumerate(play -> play.vault.rotate(MACHINE), (play, found) -> {
            hasItsKeys(play, found);
            if (play.ended) {
                assertThat(open(found).status().machines().getFirst().dataKeys())
                        .hasSize(2);
            }
        });
    }

    @Test
    void losesNoKeyInTheRotationOfTheStoreKey() {
        enumerate(play -> play.vault.rotateStoreKey(Optional.empty()), KeyCrashTest::hasItsKeys);
    }

    @Test
    void losesNoKeyWhenTheStoreKeyIsSealedAnew() {
        enumerate(play -> play.vault.setPassphrase(Optional.empty()), KeyCrashTest::hasItsKeys);
    }

    @Test
    void losesNoKeyWhenAnotherPaperIsConfirmed() {
        enumerate(
                play -> {
                    RecoveryPaper next = play.vault.newRecoveryKey();
                    String line = next.lines().get(play.vault.lineToConfirm().orElseThrow() - 1);
                    try {
                        play.vault.confirmRecoveryKey(line);
                    } finally {
                        if (play.vault.lineToConfirm().isEmpty()) {
                            play.paper = next;
                        }
                    }
                },
                (play, found) -> {
                    KeyVault vault = open(found);
                    assertThat(vault.keysOf(MACHINE).keyIds()).isEqualTo(play.ids);
                    if (vault.status().recoveryKey().equals(play.paper.name())) {
                        hasItsKeys(play, found);
                    } else {
                        assertThat(play.ended).isFalse();
                    }
                });
    }

    @Test
    void endsADestructionThatIsRepeated() {
        enumerate(play -> play.vault.destroy(MACHINE), (play, found) -> {
            KeyVault vault = open(found);
            boolean there = !vault.status().machines().isEmpty();
            assertThat(there && play.ended).isFalse();
            vault.destroy(MACHINE);
            assertThat(found.paths()).noneMatch(path -> path.contains(MACHINE.toString()));
        });
    }

    @Test
    void isRecoveredAfterACrashInTheRecovery() {
        enumerate(
                play -> {
                    play.files.remove("node/store.key");
                    play.files.remove("node/" + MACHINE + ".key");
                    open(play.files).recover(play.paper, Optional.empty());
                },
                (play, found) -> {
                    KeyVault vault = open(found);
                    if (vault.status().state() != KeyStatus.State.OPEN) {
                        assertThat(play.ended).isFalse();
                        vault.recover(play.paper, Optional.empty());
                    }
                    assertThat(vault.keysOf(MACHINE).keyIds()).isEqualTo(play.ids);
                });
    }

    @Test
    void givesNoKeyThatIsNotDurable() {
        MachineId other = new MachineId(new UUID(7, 7));
        enumerate(play -> play.vault.create(other), (play, found) -> {
            hasItsKeys(play, found);
            KeyVault vault = open(found);
            if (play.ended) {
                assertThat(vault.keysOf(other).keyIds())
                        .isEqualTo(play.vault.keysOf(other).keyIds());
            } else {
                try {
                    assertThat(vault.keysOf(other).keyIds()).hasSize(1);
                } catch (HoldfastException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING);
                }
            }
        });
    }
}
