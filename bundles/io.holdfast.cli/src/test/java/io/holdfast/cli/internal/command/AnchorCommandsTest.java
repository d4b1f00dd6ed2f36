package io.holdfast.cli.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Anchors of a running appliance: what it says is checked against what was kept. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnchorCommandsTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));
    private static final MachineKeys KEYS = MachineKeys.generate(new SecureRandom());
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);

    private final Path configuration;
    private final DocumentedAppliance appliance;

    @TempDir
    private Path folder = Path.of("");

    private FakeTerminal terminal = FakeTerminal.script();
    private @Nullable RecoveryStore opened;

    AnchorCommandsTest(@TempDir Path configuration) throws IOException {
        this.configuration = configuration;
        appliance = new DocumentedAppliance(new TestCertificates(configuration).server("server"), 0);
    }

    @BeforeAll
    void signIn() throws IOException {
        Path password = Files.writeString(configuration.resolve("password"), "correct horse battery\n");
        assertThat(run("login", "--server", appliance.url(), "--password-file", password.toString()))
                .as(terminal.complained())
                .isEqualTo(ExitCode.OK);
    }

    @BeforeEach
    void makeAStoreWithALedger() {
        appliance.forget();
        opened = RecoveryStore.open(folder.resolve("store"), SETTINGS, TimeSource.SYSTEM);
        store().create(MACHINE);
        grow();
    }

    @AfterEach
    void closeStore() {
        store().close();
    }

    @AfterAll
    void stop() {
        appliance.close();
    }

    private RecoveryStore store() {
        RecoveryStore present = opened;
        if (present == null) {
            throw new IllegalStateException("no store was opened");
        }
        return present;
    }

    private ExitCode run(String... words) {
        terminal = FakeTerminal.script();
        return new CommandLine(terminal, Map.of("XDG_CONFIG_HOME", configuration.toString())).run(words);
    }

    /** A history that goes back to its beginning fills its segment; the sealed one gets an entry. */
    private void grow() {
        MachineHistory history = store().find(MACHINE).orElseThrow();
        for (int times = 0; times < 2; times++) {
            Position head = history.head().position();
            history.openEpoch(new EpochRequest(head, Position.ORIGIN, EpochCause.START, "test", 0));
            BatchStart start = BatchStart.after(MACHINE, history.head(), new UUID(5, 6));
            BatchBuilder builder = BatchBuilder.create(KEYS, new BatchSettings(Codec.NONE, 64 << 10), start);
            builder.add(new StreamRecord.Disks(
                    start.head().sequence() + 1,
                    1_000,
                    new DiskTable(start.disks().version() + 1, List.of())));
            history.append(builder.seal().bytes());
            store().commit();
            history.openUnproven(history.head().position(), KEYS).close(); // takes it out of the intake log
        }
        while (store().maintain()) {
            // until what is full is sealed
        }
    }

    private void answerWith(Anchor present, List<Map<String, Object>> differences) {
        Map<String, Object> view = Map.of(
                "storeId", present.storeId().toString(),
                "utcMillis", present.utcMillis(),
                "machines", List.of(),
                "text", present.toText());
        appliance.plan("getAnchor", 200, appliance.example("Anchor", view));
        appliance.plan(
                "compareAnchor",
                200,
                appliance.example(
                        "AnchorComparison",
                        Map.of("same", differences.isEmpty(), "differences", differences, "present", view)));
    }

    private String exported(String name) {
        answerWith(store().anchor(Optional.empty()), List.of());
        String file = folder.resolve(name).toString();
        assertThat(run("anchors", "export", file)).as(terminal.complained()).isEqualTo(ExitCode.OK);
        appliance.forget();
        return file;
    }

    @Test
    void provesThatTheStoreGrewOutOfWhatWasKept() {
        String kept = exported("kept");
        grow();
        answerWith(store().anchor(Optional.of(VerifyCommands.read(Path.of(kept)))), List.of());

        assertThat(run("anchors", "compare", kept)).as(terminal.complained()).isEqualTo(ExitCode.OK);

        assertThat(terminal.written())
                .contains("grew out of it, proved here", "The store holds all that the anchor has seen.");
        assertThat(appliance.complaints()).isEmpty();
    }

    @Test
    void doesNotBelieveAnApplianceThatOnlySaysSo() {
        String kept = exported("kept");
        grow();
        answerWith(store().anchor(Optional.empty()), List.of());

        assertThat(run("anchors", "compare", kept)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.written()).contains("gave no proof that its ledger grew out of this one");

        store().find(MACHINE).orElseThrow().destroy();
        appliance.forget();
        answerWith(store().anchor(Optional.empty()), List.of());
        assertThat(run("anchors", "compare", kept, "--json")).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.written()).contains("\"same\" : false", "gave no head of it");
    }

    @Test
    void namesWhatTheApplianceFoundDifferent() {
        String kept = exported("kept");
        Anchor before = VerifyCommands.read(Path.of(kept));
        answerWith(
                store().anchor(Optional.of(before)),
                List.of(Map.of(
                        "machine",
                        MACHINE.toString(),
                        "name",
                        "web-1",
                        "kind",
                        "REWRITTEN",
                        "detail",
                        "block 3 is another one")));

        assertThat(run("anchors", "compare", kept)).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.written()).contains(MACHINE.toString(), "DIFFERS: block 3 is another one");

        String next = folder.resolve("next").toString();
        assertThat(run("anchors", "export", next, "--since", kept)).isEqualTo(ExitCode.FAILED);
        assertThat(folder.resolve("next")).doesNotExist();
    }

    @Test
    void exportsAnAnchorThatProvesItsGrowthAndReplacesNone() {
        String kept = exported("kept");
        grow();
        answerWith(store().anchor(Optional.of(VerifyCommands.read(Path.of(kept)))), List.of());
        String next = folder.resolve("next").toString();

        assertThat(run("anchors", "export", next, "--since", kept)).isEqualTo(ExitCode.OK);
        assertThat(run("anchors", "export", next)).as("never replaced").isEqualTo(ExitCode.USAGE);

        Anchor before = VerifyCommands.read(Path.of(kept));
        assertThat(VerifyCommands.read(Path.of(next))
                        .head(MACHINE)
                        .orElseThrow()
                        .grewOutOf(before.heads().getFirst()))
                .isTrue();
    }

    @Test
    void refusesAFileThatIsNoAnchor() throws IOException {
        String nothing = Files.writeString(folder.resolve("nothing"), "nothing").toString();

        assertThat(run("anchors", "compare", nothing)).isNotEqualTo(ExitCode.OK);
        assertThat(run("anchors", "compare", folder.resolve("missing").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(appliance.calls()).noneMatch(call -> call.startsWith("compareAnchor"));
    }
}
