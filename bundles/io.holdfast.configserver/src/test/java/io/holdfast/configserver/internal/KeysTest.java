package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.Finding;
import io.holdfast.configserver.KeyControl;
import io.holdfast.configserver.KeysView;
import io.holdfast.configserver.PaperView;
import io.holdfast.model.AuditEntry;
import io.holdfast.model.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {

    private static final Caller OPERATOR = new Caller("olga", Role.OPERATOR, false, "192.0.2.2");
    private static final MachineId MACHINE = new MachineId(new UUID(3, 4));

    private final World world;

    KeysTest(@TempDir Path folder) {
        world = new World(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private KeyControl keys() {
        return world.server().keys();
    }

    private static void refuses(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private List<String> findings() throws IOException {
        String guide =
                Files.readString(Path.of(System.getProperty("holdfast.root"), "docs/operating/jobs-and-errors.md"));
        List<String> codes = world.server().health().check(ADMIN).findings().stream()
                .map(Finding::code)
                .filter(code -> code.startsWith("keys."))
                .toList();
        assertThat(codes).allSatisfy(code -> assertThat(guide).contains("| `" + code + "` |"));
        return codes;
    }

    @Test
    void protectsNothingBeforeAPaperIsConfirmed() throws IOException {
        FakeAgent agent = world.enrol("host-1");
        Files.delete(world.keys.file("recovery"));
        world.keys.restart();

        assertThat(findings()).containsExactly("keys.paper");
        refuses(
                ErrorCode.RECOVERY_KEY_UNCONFIRMED,
                () -> world.server().machines().protect(ADMIN, World.wish("web", agent)));
        PaperView paper = keys().makePaper(ADMIN);
        keys().confirmPaper(ADMIN, paper.lines().get(paper.lineToConfirm() - 1));

        assertThat(findings()).isEmpty();
        assertThat(keys().status(ADMIN).recoveryKey()).isEqualTo(paper.name());
        world.awaitSuccess(world.server().machines().protect(ADMIN, World.wish("web", agent)));
    }

    @Test
    void saysAtOnceWhenTheStoreKeyIsLostAndTakesItBackFromAnExport() throws IOException {
        world.keys.vault().create(MACHINE);
        byte[] export = keys().export(ADMIN, Optional.of("a long passphrase"));
        Files.delete(world.keys.file("store.key"));
        assertThat(findings()).containsExactly("keys.gone");

        world.keys.restart();
        assertThat(findings()).containsExactly("keys.lost");
        assertThat(keys().status(ADMIN).state()).isEqualTo("LOST");
        keys().restore(ADMIN, export, "a long passphrase");

        assertThat(findings()).isEmpty();
        assertThat(keys().status(ADMIN).machines())
                .extracting(KeysView.MachineKey::trouble)
                .containsExactly("");
    }

    @Test
    void recoversFromThePaperWhileItRuns() throws IOException {
        PaperView paper = keys().makePaper(ADMIN);
        keys().confirmPaper(ADMIN, paper.lines().get(paper.lineToConfirm() - 1));
        world.keys.vault().create(MACHINE);
        Files.delete(world.keys.file("store.key"));
        world.keys.restart();

        keys().recover(ADMIN, String.join("\n", paper.lines()), Optional.empty());

        assertThat(findings()).isEmpty();
    }

    @Test
    void waitsForThePassphraseAfterAStart() throws IOException {
        world.keys.vault().create(MACHINE);
        keys().setPassphrase(ADMIN, Optional.of("a long passphrase"));
        world.keys.restart();
        assertThat(findings()).containsExactly("keys.locked");

        refuses(ErrorCode.PASSPHRASE_WRONG, () -> keys().unlock(OPERATOR, "a wrong passphrase"));
        keys().unlock(OPERATOR, "a long passphrase");

        assertThat(findings()).isEmpty();
    }

    @Test
    void namesAMachineWhoseKeysCannotBeOpened() throws IOException {
        world.keys.vault().create(MACHINE);
        world.keys.vault().create(new MachineId(new UUID(5, 6)));
        Files.write(world.keys.file(MACHINE + ".key"), new byte[400]);
        world.keys.restart();

        assertThat(findings()).containsExactly("keys.machine");
    }

    @Test
    void handsKeysToABlindMasterTargetAndTakesThemBack() {
        world.keys.vault().create(MACHINE);
        keys().setHolder(ADMIN, MACHINE, KeyControl.Holder.BLIND);
        assertThat(keys().status(ADMIN).machines())
                .extracting(KeysView.MachineKey::held)
                .containsExactly(false);

        keys().handOver(OPERATOR, MACHINE);
        assertThat(keys().status(ADMIN).machines())
                .extracting(KeysView.MachineKey::held)
                .containsExactly(true);
        keys().takeBack(OPERATOR, MACHINE);

        assertThat(keys().status(ADMIN).machines())
                .containsExactly(new KeysView.MachineKey(
                        MACHINE,
                        keys().status(ADMIN).machines().getFirst().dataKeys(),
                        true,
                        KeyControl.Holder.BLIND,
                        false,
                        ""));
    }

    @Test
    void rotatesKeysAndWritesItDownWithoutASecret() {
        world.keys.vault().create(MACHINE);

        keys().rotate(ADMIN, MACHINE);
        keys().rotateStoreKey(ADMIN, Optional.of("a long passphrase"));
        refuses(ErrorCode.NOT_AUTHORISED, () -> keys().rotate(OPERATOR, MACHINE));
        refuses(ErrorCode.NOT_AUTHORISED, () -> keys().export(OPERATOR, Optional.of("a long passphrase")));

        assertThat(keys().status(ADMIN).machines().getFirst().dataKeys()).hasSize(2);
        List<AuditEntry> audit = world.server().access().audit(ADMIN, Long.MAX_VALUE, 4);
        assertThat(audit)
                .extracting(entry -> entry.action() + " " + entry.outcome())
                .containsExactly(
                        "keys.export NOT_AUTHORISED", "keys.rotate NOT_AUTHORISED", "keys.rotate ok", "keys.rotate ok");
        assertThat(audit.toString()).doesNotContain("passphrase");
    }
}
