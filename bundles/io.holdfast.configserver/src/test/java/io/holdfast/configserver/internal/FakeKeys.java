package io.holdfast.configserver.internal;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.KeyPort;
import io.holdfast.journal.KeyVault;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A vault in a folder, and a master target that remembers which keys it was handed. */
final class FakeKeys implements KeyPort {

    final Set<MachineId> handedOver = new HashSet<>();
    private final Path folder;
    private final TimeSource time;
    private KeyVault vault;

    /** Keys whose paper is confirmed. */
    FakeKeys(Path folder, TimeSource time) {
        this.folder = folder;
        this.time = time;
        vault = open();
        List<String> lines = vault.newRecoveryKey().lines();
        vault.confirmRecoveryKey(lines.get(vault.lineToConfirm().orElseThrow() - 1));
    }

    private KeyVault open() {
        return KeyVault.open(folder.resolve("keys"), Optional.empty(), new SecureRandom(), time);
    }

    /** The node starts again. */
    void restart() {
        vault = open();
        handedOver.clear();
    }

    Path file(String name) {
        return folder.resolve("keys").resolve(name);
    }

    @Override
    public KeyVault vault() {
        return vault;
    }

    @Override
    public void handOver(MachineId machine) {
        vault.keysOf(machine);
        handedOver.add(machine);
    }

    @Override
    public void takeBack(MachineId machine) {
        handedOver.remove(machine);
    }

    @Override
    public boolean holdsKeys(MachineId machine) {
        return handedOver.contains(machine) || !vault.isBlind(machine);
    }
}
