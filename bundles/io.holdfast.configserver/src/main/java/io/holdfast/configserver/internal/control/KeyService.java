package io.holdfast.configserver.internal.control;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.KeyControl;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.KeysView;
import io.holdfast.configserver.PaperView;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.journal.KeyStatus;
import io.holdfast.journal.RecoveryPaper;
import io.holdfast.model.Role;
import java.util.HexFormat;
import java.util.Optional;

/** The keys of this node, as the control service offers them. */
public final class KeyService implements KeyControl {

    private static final String STORE_KEY = "store key";
    private static final String RECOVERY_KEY = "recovery key";

    private final Gate gate;
    private final KeyPort keys;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param keys of the node
     */
    public KeyService(Gate gate, KeyPort keys) {
        this.gate = gate;
        this.keys = keys;
    }

    @Override
    public KeysView status(Caller caller) {
        gate.look(caller, Role.VIEWER);
        KeyStatus status = keys.vault().status();
        return new KeysView(
                status.state().name(),
                status.detail(),
                status.storeKey(),
                status.passphrase(),
                status.recoveryKey(),
                status.machines().stream().map(this::view).toList());
    }

    private KeysView.MachineKey view(KeyStatus.Machine machine) {
        return new KeysView.MachineKey(
                machine.machine(),
                machine.dataKeys().stream().map(HexFormat.of()::toHexDigits).toList(),
                machine.sealed(),
                machine.blind() ? Holder.BLIND : Holder.RESIDENT,
                keys.holdsKeys(machine.machine()),
                machine.trouble());
    }

    @Override
    public PaperView makePaper(Caller caller) {
        return gate.change(caller, Role.ADMINISTRATOR, new Gate.Change("keys.paper", RECOVERY_KEY, ""), () -> {
            RecoveryPaper paper = keys.vault().newRecoveryKey();
            String owner = "store key " + keys.vault().status().storeKey();
            return new PaperView(
                    paper.name(),
                    paper.lines(),
                    keys.vault().lineToConfirm().orElseThrow(),
                    paper.text(owner),
                    paper.html(owner));
        });
    }

    @Override
    public void confirmPaper(Caller caller, String line) {
        administrate(caller, "keys.confirm", RECOVERY_KEY, () -> keys.vault().confirmRecoveryKey(line));
    }

    @Override
    public void unlock(Caller caller, String passphrase) {
        change(
                caller,
                Role.OPERATOR,
                "keys.unlock",
                STORE_KEY,
                () -> keys.vault().unlock(passphrase));
    }

    @Override
    public void setPassphrase(Caller caller, Optional<String> passphrase) {
        administrate(caller, "keys.passphrase", STORE_KEY, () -> keys.vault().setPassphrase(passphrase));
    }

    @Override
    public void rotateStoreKey(Caller caller, Optional<String> passphrase) {
        administrate(caller, "keys.rotate", STORE_KEY, () -> keys.vault().rotateStoreKey(passphrase));
    }

    @Override
    public byte[] export(Caller caller, Optional<String> passphrase) {
        Gate.Change change = new Gate.Change("keys.export", STORE_KEY, "");
        return gate.change(
                caller, Role.ADMINISTRATOR, change, () -> keys.vault().export(passphrase));
    }

    @Override
    public void restore(Caller caller, byte[] export, String passphrase) {
        administrate(caller, "keys.restore", STORE_KEY, () -> keys.vault().restore(export, passphrase));
    }

    @Override
    public void recover(Caller caller, String paper, Optional<String> passphrase) {
        administrate(
                caller, "keys.recover", STORE_KEY, () -> keys.vault().recover(RecoveryPaper.parse(paper), passphrase));
    }

    @Override
    public void rotate(Caller caller, MachineId machine) {
        administrate(
                caller, "keys.rotate", machine.toString(), () -> keys.vault().rotate(machine));
    }

    @Override
    public void setHolder(Caller caller, MachineId machine, Holder holder) {
        Gate.Change change = new Gate.Change("keys.holder", machine.toString(), "holder=" + holder);
        gate.change(caller, Role.ADMINISTRATOR, change, () -> {
            keys.vault().setBlind(machine, holder == Holder.BLIND);
            keys.takeBack(machine);
            return true;
        });
    }

    @Override
    public void handOver(Caller caller, MachineId machine) {
        change(caller, Role.OPERATOR, "keys.hand-over", machine.toString(), () -> keys.handOver(machine));
    }

    @Override
    public void takeBack(Caller caller, MachineId machine) {
        change(caller, Role.OPERATOR, "keys.take-back", machine.toString(), () -> keys.takeBack(machine));
    }

    private void administrate(Caller caller, String action, String object, Runnable work) {
        change(caller, Role.ADMINISTRATOR, action, object, work);
    }

    private void change(Caller caller, Role role, String action, String object, Runnable work) {
        gate.change(caller, role, new Gate.Change(action, object, ""), () -> {
            work.run();
            return true;
        });
    }
}
