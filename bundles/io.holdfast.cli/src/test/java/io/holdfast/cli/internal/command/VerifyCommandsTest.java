package io.holdfast.cli.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of stores, verified from the command line. */
class VerifyCommandsTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);

    @TempDir
    private Path folder = Path.of("");

    private FakeTerminal terminal = FakeTerminal.script();

    private RecoveryStore open() {
        return RecoveryStore.open(folder.resolve("store"), SETTINGS, TimeSource.SYSTEM);
    }

    private static void openEpoch(MachineHistory history) {
        Position head = history.head().position();
        history.openEpoch(new EpochRequest(head, head, EpochCause.START, "test", 0));
    }

    @BeforeEach
    void makeAStore() {
        try (RecoveryStore store = open()) {
            openEpoch(store.create(MACHINE));
        }
    }

    private ExitCode run(String... words) {
        terminal = FakeTerminal.script();
        return new CommandLine(terminal, Map.of("XDG_CONFIG_HOME", "/nonexistent")).run(words);
    }

    private String store() {
        return folder.resolve("store").toString();
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".open"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void callsAnIntactStoreIntact() {
        assertThat(run("store", "verify", store())).isEqualTo(ExitCode.OK);
        assertThat(terminal.written()).contains(MACHINE + "  intact", "Intact: ");

        assertThat(run("store", "verify", store(), "--json")).isEqualTo(ExitCode.OK);
        assertThat(terminal.written()).contains("\"intact\" : true", "\"machine\" : \"" + MACHINE);
    }

    @Test
    void namesTheFirstBadByteAndFails() throws IOException {
        byte[] content = Files.readAllBytes(segment());
        content[4096 + 100] ^= 4;
        Files.write(segment(), content);

        assertThat(run("store", "verify", store())).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.written())
                .contains("Damaged: machines/" + MACHINE + ".1/0000000001.open at byte 4096: ", MACHINE + "  damaged");
        assertThat(run("store", "anchor", store())).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.complained()).contains("STORE_DAMAGED");
    }

    @Test
    void comparesWithAnAnchorThatWasKept() {
        String file = folder.resolve("kept").toString();
        String old = folder.resolve("old").toString();
        assertThat(run("store", "anchor", store(), "--out", old)).isEqualTo(ExitCode.OK);
        try (RecoveryStore store = open()) {
            openEpoch(store.find(MACHINE).orElseThrow());
        }
        assertThat(run("store", "verify", store(), "--anchor", old)).isEqualTo(ExitCode.OK);
        assertThat(run("store", "anchor", store(), "--out", file)).isEqualTo(ExitCode.OK);
        assertThat(run("store", "anchor", store(), "--out", file))
                .as("an anchor is never replaced")
                .isEqualTo(ExitCode.USAGE);

        try (RecoveryStore store = open()) {
            store.find(MACHINE).orElseThrow().destroy();
            openEpoch(store.create(MACHINE));
        }
        assertThat(run("store", "verify", store(), "--anchor", file)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.written()).contains("the anchor has seen incarnation 1");
    }

    @Test
    void keysOfNoMachineOfTheStoreAreAnError() throws IOException {
        Path noKeys = Files.writeString(folder.resolve("letter"), "Dear Sir");

        assertThat(run("store", "verify", store(), "--keys", noKeys.toString())).isEqualTo(ExitCode.FAILED);

        assertThat(terminal.written()).contains("Intact: ");
        assertThat(terminal.complained()).contains("content is not checked", "letter", "KEY_MISSING");
    }

    @Test
    void saysWhereTheStoreOfADataFolderIs() throws IOException {
        for (String verb : List.of("list", "verify", "anchor")) {
            assertThat(run("store", verb, folder.toString())).as(verb).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.complained()).contains("expected " + folder.resolve("store"));
        }
        assertThat(run("store", "copy", store(), folder.resolve("copy").toString()))
                .isEqualTo(ExitCode.OK);
        assertThat(folder.resolve("lock")).doesNotExist();
        Path letter = Files.writeString(folder.resolve("letter"), "Dear Sir");
        for (String verb : List.of("list", "verify")) {
            assertThat(run("store", verb, letter.toString())).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.complained()).containsPattern("is no (folder|directory)");
        }
        assertThat(run(
                        "store",
                        "verify",
                        store(),
                        "--anchor",
                        folder.resolve("nothing").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(terminal.complained()).contains("nothing: cannot be read: is not there");
    }

    @Test
    void refusesWhatIsNoStoreAndWhatIsInUse() throws IOException {
        assertThat(run("store", "verify", folder.resolve("nothing").toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(folder.resolve("nothing")).doesNotExist();
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(run("store", "verify", empty.toString())).isEqualTo(ExitCode.REFUSED);
        try (RecoveryStore held = open()) {
            assertThat(held.machines()).hasSize(1);
            assertThat(run("store", "verify", store())).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.complained()).contains("DATA_FOLDER_IN_USE");
        }
    }
}
