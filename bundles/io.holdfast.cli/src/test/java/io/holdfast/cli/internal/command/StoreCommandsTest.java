package io.holdfast.cli.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores as folders: listed, copied, moved and released from the command line, without an appliance. */
class StoreCommandsTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));
    private static final MachineId OTHER = new MachineId(new UUID(3, 4));
    private static final MachineKeys KEYS =
            MachineKeys.of(new byte[MachineKeys.KEY_BYTES], new byte[MachineKeys.KEY_BYTES]);
    private static final int WRITE_BYTES = 50_000;
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);

    @TempDir
    private Path folder = Path.of("");

    private FakeTerminal terminal = FakeTerminal.script();

    private Path source() {
        return folder.resolve("source");
    }

    private Path target() {
        return folder.resolve("target");
    }

    private static RecoveryStore open(Path folder) {
        return RecoveryStore.open(folder, SETTINGS, TimeSource.SYSTEM);
    }

    @BeforeEach
    void makeAStoreOfTwoMachines() {
        try (RecoveryStore store = open(source())) {
            for (MachineId machine : List.of(MACHINE, OTHER)) {
                MachineHistory history = store.create(machine);
                history.openEpoch(new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "test", 0));
                write(history);
                store.commit();
                while (store.maintain()) {
                    // until nothing waits
                }
            }
        }
    }

    private static void write(MachineHistory history) {
        HistoryHead head = history.head();
        BatchBuilder builder = BatchBuilder.create(
                KEYS,
                new BatchSettings(Codec.NONE, 64 << 10),
                BatchStart.after(history.machine(), head, new UUID(5, 6)));
        byte[] data = new byte[WRITE_BYTES];
        Arrays.fill(data, (byte) 7);
        DiskTable disks = new DiskTable(1, List.of(new DiskDescription(0, "disk-0", 1 << 20, 512, 4096)));
        builder.add(new StreamRecord.Disks(1, 1_000, disks));
        builder.add(new StreamRecord.Change(
                2, 1_000, ChangeOrigin.GUEST, 0, 0, WRITE_BYTES, ExtentKind.DATA, ByteBuffer.wrap(data)));
        history.append(builder.seal().bytes());
    }

    private ExitCode run(String... words) {
        terminal = FakeTerminal.script();
        return new CommandLine(terminal, Map.of("XDG_CONFIG_HOME", "/nonexistent")).run(words);
    }

    private void requireReadable(Path store) {
        try (RecoveryStore opened = open(store)) {
            MachineHistory history = opened.find(MACHINE).orElseThrow();
            try (PointImage image = history.openUnproven(history.head().position(), KEYS)) {
                ByteBuffer found = ByteBuffer.allocate(WRITE_BYTES);
                image.read(0, 0, found);
                assertThat(found.array()).containsOnly(7);
            }
        }
    }

    @Test
    void copiesAllHistoriesIntoANewStore() {
        assertThat(run("store", "copy", source().toString(), target().toString()))
                .isEqualTo(ExitCode.OK);

        assertThat(terminal.written()).contains(MACHINE.toString(), OTHER.toString(), "copy", source().toString());
        assertThat(terminal.complained()).contains("machine " + MACHINE + ": copying");
        requireReadable(target());
        assertThat(run("store", "copy", source().toString(), target().toString()))
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void copiesOneHistoryAndTellsProgramsAboutIt() {
        assertThat(run(
                        "store",
                        "copy",
                        source().toString(),
                        target().toString(),
                        "--machine",
                        MACHINE.toString(),
                        "--json"))
                .isEqualTo(ExitCode.OK);

        assertThat(terminal.written())
                .contains("\"machine\" : \"" + MACHINE, "\"state\" : \"COPY\"", "\"sequence\" : 2")
                .doesNotContain(OTHER.toString());
    }

    @Test
    void movesAHistoryAndDestroysTheOldOneWhenAsked() {
        assertThat(run("store", "move", source().toString(), target().toString(), "--machine", MACHINE.toString()))
                .isEqualTo(ExitCode.OK);
        run("store", "list", source().toString());
        assertThat(terminal.written()).containsPattern(MACHINE + " +moved .*" + target());

        assertThat(run("store", "move", source().toString(), target().toString(), "--destroy"))
                .isEqualTo(ExitCode.OK);
        run("store", "list", source().toString());
        assertThat(terminal.written()).isEqualToIgnoringNewLines("This store has no history.");
        run("store", "list", target().toString());
        assertThat(terminal.written()).containsPattern(MACHINE + " +own").containsPattern(OTHER + " +own");
        requireReadable(target());
    }

    @Test
    void hasSegmentsRestInAnotherFolderAndFindsThemThere() {
        Path place = folder.resolve("large");

        assertThat(run("store", "place", source().toString(), place.toString())).isEqualTo(ExitCode.OK);

        assertThat(terminal.written()).contains("rest in " + place);
        requireReadable(source());
        assertThat(run("store", "place", source().toString(), place.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.complained()).contains("ALREADY_EXISTS", place.toString());
    }

    @Test
    void releasesACopy() {
        run("store", "copy", source().toString(), target().toString());

        assertThat(run("store", "release", target().toString(), "--machine", MACHINE.toString()))
                .isEqualTo(ExitCode.OK);

        run("store", "list", target().toString());
        assertThat(terminal.written()).containsPattern(MACHINE + " +own").containsPattern(OTHER + " +copy");
    }

    @Test
    void namesWhatIsNoStoreOrNotThereOrInUse() {
        assertThat(run("store", "list", folder.resolve("nothing").toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.complained()).contains("holds no recovery store", "NOT_FOUND");
        assertThat(folder.resolve("nothing")).doesNotExist();

        assertThat(run("store", "release", source().toString(), "--machine", new UUID(9, 9).toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(run("store", "copy", source().toString(), target().toString(), "--machine", "web-1"))
                .isEqualTo(ExitCode.USAGE);
        try (RecoveryStore held = open(source())) {
            assertThat(held.machines()).hasSize(2);
            assertThat(run("store", "copy", source().toString(), target().toString()))
                    .isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.complained()).contains("DATA_FOLDER_IN_USE");
        }
        assertThat(target()).doesNotExist();
    }

    @Test
    void refusesAnEmptyWordAsAFolder() {
        assertThat(run("store", "copy", source().toString(), "")).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.complained()).contains("TARGET: is empty");
        assertThat(run("store", "list", "")).isEqualTo(ExitCode.USAGE);
        assertThat(run("store", "anchor", source().toString(), "--out", "")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void refusesFoldersOfWhichOneLiesInTheOther() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), source());
        for (Path wrong : List.of(
                source(),
                link,
                source().resolve("copy"),
                link.resolve("machines/copy"),
                source().resolve("../source"))) {
            for (String verb : List.of("copy", "move", "place")) {
                assertThat(run("store", verb, source().toString(), wrong.toString()))
                        .as("%s to %s", verb, wrong)
                        .isEqualTo(ExitCode.USAGE);
                assertThat(terminal.complained()).contains("expected a folder apart from it");
            }
        }
        assertThat(source().resolve("copy")).doesNotExist();
        requireReadable(source());
    }

    @Test
    void makesNothingWhereItHasNothingToDo() throws IOException {
        assertThat(run(
                        "store",
                        "copy",
                        source().toString(),
                        target().toString(),
                        "--machine",
                        new UUID(9, 9).toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(target()).doesNotExist();

        Path home = Files.createDirectory(folder.resolve("home"));
        Files.createFile(home.resolve("letter"));
        assertThat(run("store", "copy", source().toString(), home.toString())).isNotEqualTo(ExitCode.OK);
        assertThat(terminal.complained()).contains("holds 'letter' and no store");
        assertThat(home.resolve("lock")).doesNotExist();
    }

    @Test
    void listsTheOthersWhenOneHistoryCannotBeOpened() throws IOException {
        Files.delete(source().resolve("machines/" + MACHINE + ".1/0000000001.open"));

        assertThat(run("store", "list", source().toString())).isEqualTo(ExitCode.FAILED);

        assertThat(terminal.written()).containsPattern(OTHER + " +own");
        assertThat(terminal.complained()).contains("0000000001.open is missing", "STORE_DAMAGED");
    }

    @Test
    void carriesTheOthersWhenOneHistoryIsRefused() {
        try (RecoveryStore target = open(target())) {
            target.create(MACHINE);
        }

        assertThat(run("store", "copy", source().toString(), target().toString()))
                .isEqualTo(ExitCode.REFUSED);

        assertThat(terminal.complained()).contains(MACHINE.toString(), "ALREADY_EXISTS");
        assertThat(terminal.written()).containsPattern(OTHER + " +copy");
    }
}
