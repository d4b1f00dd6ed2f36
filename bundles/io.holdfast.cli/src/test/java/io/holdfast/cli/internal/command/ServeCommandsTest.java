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
import io.holdfast.journal.KeyVault;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryPaper;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import io.holdfast.nbd.NbdClient;
import io.holdfast.nbd.NbdClientOptions;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store's folder and a key, and nothing else: its points are read over NBD, its keys are written in clear. */
@Timeout(60)
class ServeCommandsTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));
    private static final int WRITE_BYTES = 50_000;
    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);

    @TempDir
    private Path folder = Path.of("");

    private FakeTerminal terminal = FakeTerminal.script();
    private String paper = "";

    /** The folder of the store as it was before its process closed it: the newest batches lie in the intake log alone. */
    private Path killed() {
        return folder.resolve("killed");
    }

    private Path store() {
        return folder.resolve("store");
    }

    private Path socket() {
        return folder.resolve("s.nbd");
    }

    private static byte[] content() {
        byte[] data = new byte[WRITE_BYTES];
        Arrays.fill(data, (byte) 7);
        return data;
    }

    /** A machine whose key was rotated in the middle, as an appliance leaves it. */
    @BeforeEach
    void writeAStore() throws Exception {
        KeyVault vault =
                KeyVault.open(folder.resolve("keys"), Optional.of(store()), new SecureRandom(), TimeSource.SYSTEM);
        RecoveryPaper made = vault.newRecoveryKey();
        vault.confirmRecoveryKey(made.lines().get(vault.lineToConfirm().orElseThrow() - 1));
        paper = Files.writeString(folder.resolve("paper"), made.text("a test")).toString();
        MachineKeys keys = vault.create(MACHINE);
        try (RecoveryStore store = RecoveryStore.open(store(), SETTINGS, TimeSource.SYSTEM)) {
            MachineHistory history = store.create(MACHINE);
            BatchBuilder builder = BatchBuilder.create(
                    keys,
                    new BatchSettings(Codec.LZ4, 64 << 10),
                    BatchStart.after(
                            MACHINE,
                            history.openEpoch(
                                    new EpochRequest(Position.ORIGIN, Position.ORIGIN, EpochCause.START, "test", 0)),
                            new UUID(5, 6)));
            DiskTable disks = new DiskTable(1, List.of(new DiskDescription(0, "disk-a", 1 << 20, 512, 4096)));
            builder.add(new StreamRecord.Disks(1, 1_000, disks));
            builder.add(new StreamRecord.Ready(2, 1_000));
            write(builder, 3, 0);
            history.append(builder.seal().bytes());
            builder.rekey(vault.rotate(MACHINE));
            write(builder, 4, 100_000);
            builder.add(new StreamRecord.Proof(4, 1_000, 1));
            history.append(builder.seal().bytes());
            store.commit();
            copy(store(), killed());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    /** Every file below a folder, with its content and when it was changed. */
    private static Map<String, List<Object>> contents(Path root) throws IOException {
        Map<String, List<Object>> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Object content = Files.isDirectory(file) ? "folder" : ByteBuffer.wrap(Files.readAllBytes(file));
                all.put(root.relativize(file).toString(), List.of(content, Files.getLastModifiedTime(file)));
            }
        }
        return all;
    }

    private static void write(BatchBuilder builder, long sequence, long offset) {
        builder.add(new StreamRecord.Change(
                sequence,
                1_000,
                ChangeOrigin.GUEST,
                0,
                offset,
                WRITE_BYTES,
                ExtentKind.DATA,
                ByteBuffer.wrap(content())));
    }

    private ExitCode run(String... words) {
        terminal = FakeTerminal.script();
        return new CommandLine(terminal, Map.of("XDG_CONFIG_HOME", "/nonexistent")).run(words);
    }

    private ExitCode serve(String... more) {
        return serve(store(), more);
    }

    private ExitCode serve(Path served, String... more) {
        List<String> words = new ArrayList<>(
                List.of("store", "serve", served.toString(), "--socket", socket().toString(), "--once"));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    /** Serves until one client has read and left. */
    private byte[] readThrough(String... how) throws Exception {
        return readThrough(store(), how);
    }

    private byte[] readThrough(Path store, String... how) throws Exception {
        CompletableFuture<ExitCode> served = CompletableFuture.supplyAsync(() -> serve(store, how));
        while (!Files.exists(socket()) && !served.isDone()) {
            LockSupport.parkNanos(1_000_000);
        }
        ByteBuffer found = ByteBuffer.allocate(1 << 20);
        if (!served.isDone()) {
            try (NbdClient client =
                    NbdClient.connect(UnixDomainSocketAddress.of(socket()), "disk0", NbdClientOptions.DEFAULT)) {
                assertThat(client.readOnly()).isTrue();
                client.read(0, found);
            }
        }
        assertThat(served.get(30, TimeUnit.SECONDS)).as(terminal.complained()).isEqualTo(ExitCode.OK);
        return found.array();
    }

    private void requireContent(byte[] disk) {
        byte[] expected = new byte[1 << 20];
        System.arraycopy(content(), 0, expected, 0, WRITE_BYTES);
        System.arraycopy(content(), 0, expected, 100_000, WRITE_BYTES);
        assertThat(Arrays.mismatch(disk, expected)).isEqualTo(-1);
    }

    @Test
    void servesAPointWithTheStoresKeyFile() throws Exception {
        requireContent(readThrough(
                "--point", "latest", "--keys", folder.resolve("keys/store.key").toString()));
        assertThat(terminal.written()).contains("Offered: position 1:4", "disk0  1048576 bytes  disk-a");
    }

    @Test
    void servesAndListsWhatAKilledProcessHasLeftAndChangesNothingOfIt() throws Exception {
        Map<String, List<Object>> before = contents(killed());
        String key = folder.resolve("keys/store.key").toString();

        requireContent(readThrough(killed(), "--point", "latest", "--keys", key));
        assertThat(run("store", "list", killed().toString()))
                .as(terminal.complained())
                .isEqualTo(ExitCode.OK);

        assertThat(terminal.written()).containsPattern(MACHINE + " +own +1 +4 ");
        assertThat(contents(killed())).isEqualTo(before);
    }

    @Test
    void refusesAStoreThatAProcessWrites() {
        try (RecoveryStore _ = RecoveryStore.open(store(), SETTINGS, TimeSource.SYSTEM)) {
            assertThat(run("store", "list", store().toString())).isEqualTo(ExitCode.REFUSED);
            assertThat(terminal.complained()).contains("DATA_FOLDER_IN_USE", store().toString());
        }
    }

    @Test
    void recoversFromThePaperAlone() throws Exception {
        try (var files = Files.list(folder.resolve("keys"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        requireContent(readThrough("--point", "1:4", "--paper", paper, "--machine", MACHINE.toString()));
    }

    @Test
    void writesKeysInClearThatServeAsWell() throws Exception {
        Path clear = folder.resolve("clear.key");

        assertThat(run(
                        "keys",
                        "unseal",
                        store().toString(),
                        "--machine",
                        MACHINE.toString(),
                        "--out",
                        clear.toString(),
                        "--paper",
                        paper))
                .as(terminal.complained())
                .isEqualTo(ExitCode.OK);

        requireContent(readThrough("--point", "latest", "--keys", clear.toString()));
    }

    @Test
    void verifiesContentWithThePaperAndSaysWhatItCouldNotOpen() throws Exception {
        assertThat(run("store", "verify", store().toString(), "--paper", paper))
                .as(terminal.complained())
                .isEqualTo(ExitCode.OK);
        assertThat(terminal.complained()).isEmpty();

        Path other = folder.resolve("other");
        KeyVault.open(other, Optional.empty(), new SecureRandom(), TimeSource.SYSTEM);
        run(
                "store",
                "verify",
                store().toString(),
                "--keys",
                other.resolve("store.key").toString());
        assertThat(terminal.complained()).contains("content is not checked", MACHINE.toString());
    }

    @Test
    void namesWhatIsWrong() throws Exception {
        String key = folder.resolve("keys/store.key").toString();
        Path other = folder.resolve("other");
        KeyVault.open(other, Optional.empty(), new SecureRandom(), TimeSource.SYSTEM);

        assertThat(serve("--point", "latest")).isEqualTo(ExitCode.USAGE);
        assertThat(serve("--point", "yesterday", "--keys", key)).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.complained()).contains("--point: 'yesterday' given; expected latest, or EPOCH:SEQUENCE");
        assertThat(serve("--point", "1:99", "--keys", key)).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.complained()).contains("POINT_NOT_FOUND");
        assertThat(serve(
                        "--point",
                        "latest",
                        "--keys",
                        other.resolve("store.key").toString()))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.complained()).contains("KEY_FOREIGN", "another store");
        assertThat(serve(
                        "--point", "latest", "--keys", folder.resolve("nothing").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(terminal.complained()).contains("KEY_MISSING");
        String typed = Files.readString(Path.of(paper)).replaceAll("(?m)^3: .", "3: ");
        String wrong = Files.writeString(folder.resolve("wrong"), typed).toString();
        assertThat(serve("--point", "latest", "--paper", wrong)).isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.complained()).contains("line 3 of the recovery key");
    }

    @Test
    void asksForThePassphraseOfASealedKeyFile() throws Exception {
        KeyVault.open(folder.resolve("keys"), Optional.of(store()), new SecureRandom(), TimeSource.SYSTEM)
                .setPassphrase(Optional.of("a long passphrase"));
        String key = folder.resolve("keys/store.key").toString();
        String right = Files.writeString(folder.resolve("right"), "a long passphrase\n")
                .toString();
        String wrong = Files.writeString(folder.resolve("wrong"), "another passphrase\n")
                .toString();

        assertThat(serve("--point", "latest", "--keys", key, "--passphrase-file", wrong))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(terminal.complained()).contains("PASSPHRASE_WRONG");
        requireContent(readThrough("--point", "latest", "--keys", key, "--passphrase-file", right));
    }
}
