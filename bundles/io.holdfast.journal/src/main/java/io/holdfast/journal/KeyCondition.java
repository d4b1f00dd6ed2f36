package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.keys.MachineKeyFile;
import io.holdfast.journal.internal.keys.MachineRing;
import io.holdfast.journal.internal.keys.RecoveryFile;
import io.holdfast.journal.internal.keys.RecoveryRecipient;
import io.holdfast.journal.internal.keys.StoreKey;
import io.holdfast.journal.internal.keys.StoreKeyHolder;
import java.util.List;
import java.util.Map;

/** What of a vault can be used as it stands, and the named refusal of what cannot. Changes nothing. Guarded by the vault's lock. */
final class KeyCondition {

    private static final String STORE_KEY = "store key";

    private final StoreKeyHolder storeKey;
    private final RecoveryFile recovery;
    private final MachineRing ring;

    KeyCondition(StoreKeyHolder storeKey, RecoveryFile recovery, MachineRing ring) {
        this.storeKey = storeKey;
        this.recovery = recovery;
        this.ring = ring;
    }

    /** A view without secrets, after a look at the files. */
    KeyStatus status() {
        KeyStatus.State state = state();
        List<KeyStatus.Machine> machines = ring.entries().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> view(each.getKey(), each.getValue()))
                .toList();
        return new KeyStatus(
                state,
                state == KeyStatus.State.FOREIGN ? foreign() : storeKey.trouble(),
                storeKey.name(),
                storeKey.hasPassphrase(),
                recovery.recipient().map(RecoveryRecipient::name).orElse(""),
                machines);
    }

    private KeyStatus.State state() {
        if (storeKey.key().isPresent()) {
            return ring.hasSealed() && !ring.hasOpenedSealed() ? KeyStatus.State.FOREIGN : KeyStatus.State.OPEN;
        }
        return storeKey.isLocked() ? KeyStatus.State.LOCKED : KeyStatus.State.LOST;
    }

    private String foreign() {
        return "store key " + storeKey.name() + " opens no machine's keys: it is of another store";
    }

    private static KeyStatus.Machine view(MachineId machine, MachineRing.Entry entry) {
        MachineKeyFile file = entry.file();
        return new KeyStatus.Machine(
                machine,
                file == null ? List.of() : file.keyIds(),
                file != null && file.isSealed(),
                file != null && file.holder() == MachineKeyFile.Holder.BLIND,
                entry.trouble());
    }

    /** The opened keys of a machine, or {@code KEY_MISSING}, {@code KEYS_LOCKED}, {@code KEY_FOREIGN}. */
    MachineKeyFile.Content requireContent(MachineId machine) {
        return ring.content(machine).orElseThrow(() -> unusable(machine));
    }

    private HoldfastException unusable(MachineId machine) {
        MachineRing.Entry entry = ring.entries().get(machine);
        String object = "keys of machine " + machine;
        if (entry == null) {
            return new HoldfastException(ErrorCode.KEY_MISSING, object, "there is no key file");
        }
        return switch (state()) {
            case LOCKED ->
                new HoldfastException(ErrorCode.KEYS_LOCKED, object, "the store key waits for its passphrase");
            case LOST -> new HoldfastException(ErrorCode.KEY_MISSING, object, storeKey.trouble());
            case FOREIGN -> new HoldfastException(ErrorCode.KEY_FOREIGN, object, foreign());
            case OPEN ->
                new HoldfastException(
                        entry.file() == null ? ErrorCode.KEY_MISSING : ErrorCode.KEY_FOREIGN,
                        object,
                        "the key file " + entry.trouble());
        };
    }

    /** The store key, or {@code KEYS_LOCKED}, {@code KEY_MISSING}, {@code KEY_FOREIGN}. */
    StoreKey requireOpen() {
        return switch (state()) {
            case OPEN -> storeKey.key().orElseThrow();
            case LOCKED -> throw new HoldfastException(ErrorCode.KEYS_LOCKED, STORE_KEY, "waits for its passphrase");
            case LOST -> throw new HoldfastException(ErrorCode.KEY_MISSING, STORE_KEY, storeKey.trouble());
            case FOREIGN -> throw new HoldfastException(ErrorCode.KEY_FOREIGN, STORE_KEY, foreign());
        };
    }

    /** Whom keys are sealed for beside the store key, or {@code RECOVERY_KEY_UNCONFIRMED}. */
    RecoveryRecipient requireConfirmed() {
        return recovery.recipient()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.RECOVERY_KEY_UNCONFIRMED,
                        PendingPaper.OBJECT,
                        "nobody has confirmed one; expected its paper to be made, and one line of it typed back"));
    }
}
