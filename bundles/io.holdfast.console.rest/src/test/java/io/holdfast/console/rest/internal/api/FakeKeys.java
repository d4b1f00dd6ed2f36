package io.holdfast.console.rest.internal.api;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.KeyControl;
import io.holdfast.configserver.KeysView;
import io.holdfast.configserver.PaperView;
import io.holdfast.model.Role;
import java.util.List;
import java.util.Optional;

/** Keys that remember what they were asked and do nothing. */
final class FakeKeys implements KeyControl {

    private final FakeControl control;

    FakeKeys(FakeControl control) {
        this.control = control;
    }

    @Override
    public KeysView status(Caller caller) {
        control.note(caller, Role.VIEWER, "keys");
        return new KeysView(
                "OPEN",
                "",
                "0011223344556677",
                true,
                "00112233445566",
                List.of(new KeysView.MachineKey(
                        Samples.MACHINE, List.of("0011223344556677"), true, Holder.BLIND, false, "")));
    }

    @Override
    public PaperView makePaper(Caller caller) {
        control.note(caller, Role.ADMINISTRATOR, "paper");
        return new PaperView("00112233445566", List.of("077T-AW66-AEYJ-2E30"), 3, "text", "html");
    }

    @Override
    public void confirmPaper(Caller caller, String line) {
        control.note(caller, Role.ADMINISTRATOR, "confirm " + line);
    }

    @Override
    public void unlock(Caller caller, String passphrase) {
        control.note(caller, Role.OPERATOR, "unlock " + passphrase);
    }

    @Override
    public void setPassphrase(Caller caller, Optional<String> passphrase) {
        control.note(caller, Role.ADMINISTRATOR, "passphrase " + passphrase);
    }

    @Override
    public void rotateStoreKey(Caller caller, Optional<String> passphrase) {
        control.note(caller, Role.ADMINISTRATOR, "rotate store key " + passphrase);
    }

    @Override
    public byte[] export(Caller caller, Optional<String> passphrase) {
        control.note(caller, Role.ADMINISTRATOR, "export " + passphrase);
        return new byte[] {1, 2, 3};
    }

    @Override
    public void restore(Caller caller, byte[] export, String passphrase) {
        control.note(caller, Role.ADMINISTRATOR, "restore " + export.length + " bytes " + passphrase);
    }

    @Override
    public void recover(Caller caller, String paper, Optional<String> passphrase) {
        control.note(caller, Role.ADMINISTRATOR, "recover " + paper + " " + passphrase);
    }

    @Override
    public void rotate(Caller caller, MachineId machine) {
        control.note(caller, Role.ADMINISTRATOR, "rotate " + machine);
    }

    @Override
    public void setHolder(Caller caller, MachineId machine, Holder holder) {
        control.note(caller, Role.ADMINISTRATOR, "holder " + machine + " " + holder);
    }

    @Override
    public void handOver(Caller caller, MachineId machine) {
        control.note(caller, Role.OPERATOR, "hand over " + machine);
    }

    @Override
    public void takeBack(Caller caller, MachineId machine) {
        control.note(caller, Role.OPERATOR, "take back " + machine);
    }
}
