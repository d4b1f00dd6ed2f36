package io.holdfast.mastertarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.KeyVault;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldKeysTest {

    private static final MachineId RESIDENT = new MachineId(new UUID(1, 1));
    private static final MachineId BLIND = new MachineId(new UUID(2, 2));

    private final KeyVault vault;
    private final HeldKeys held;

    HeldKeysTest(@TempDir Path folder) {
        vault = KeyVault.open(folder.resolve("keys"), Optional.empty(), new SecureRandom(), TimeSource.SYSTEM);
        held = new HeldKeys(vault);
    }

    @BeforeEach
    void makeKeys() {
        String[] lines = vault.newRecoveryKey().lines().toArray(String[]::new);
        vault.confirmRecoveryKey(lines[vault.lineToConfirm().orElseThrow() - 1]);
        vault.create(RESIDENT);
        vault.create(BLIND);
        vault.setBlind(BLIND, true);
    }

    private void refusesTheBlindOne() {
        assertThatThrownBy(() -> held.keysOf(BLIND))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_NOT_HELD));
        assertThat(held.holds(BLIND)).isFalse();
    }

    @Test
    void hasTheKeysOfAResidentMachineAtAnyTime() {
        assertThat(held.keysOf(RESIDENT)).isSameAs(vault.keysOf(RESIDENT));
        assertThat(held.holds(RESIDENT)).isTrue();
    }

    @Test
    void givesTheStoreTheKeysOfResidentMachinesAloneWhateverWasHandedOver() {
        held.handOver(BLIND, vault.keysOf(BLIND));

        assertThat(held.resident(RESIDENT)).containsSame(vault.keysOf(RESIDENT));
        assertThat(held.resident(BLIND)).isEmpty();
        assertThat(held.resident(new MachineId(new UUID(3, 3)))).isEmpty();
    }

    @Test
    void hasTheKeysOfABlindMachineFromHandingOverUntilTheyAreDropped() {
        refusesTheBlindOne();

        held.handOver(BLIND, vault.keysOf(BLIND));
        assertThat(held.keysOf(BLIND)).isSameAs(vault.keysOf(BLIND));
        assertThat(held.holds(BLIND)).isTrue();
        held.drop(BLIND);

        refusesTheBlindOne();
    }

    @Test
    void keepsNothingThatIsHandedOverForAResidentMachine() {
        held.handOver(RESIDENT, vault.keysOf(RESIDENT));

        vault.setBlind(RESIDENT, true);

        assertThat(held.holds(RESIDENT)).isFalse();
    }
}
