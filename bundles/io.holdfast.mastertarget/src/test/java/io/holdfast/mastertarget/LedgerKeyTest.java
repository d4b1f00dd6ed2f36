package io.holdfast.mastertarget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifyReport;
import io.holdfast.journal.file.DirectoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key that signs ledgers: made once, kept, and understood by other implementations. */
class LedgerKeyTest {

    private static final byte[] MESSAGE = "a tree head".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder = Path.of("");

    private Path file() {
        return folder.resolve("keys").resolve("ledger-signer.pem");
    }

    private LedgerKey open() {
        return LedgerKey.open(file(), new SecureRandom());
    }

    @Test
    void isMadeOnceForItsOwnerAlone() throws IOException {
        LedgerKey first = open();

        assertThat(open().publicKey()).isEqualTo(first.publicKey());
        assertThat(open().sign(MESSAGE)).isEqualTo(first.sign(MESSAGE));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(folder.resolve("keys")).isDirectoryContaining(path -> path.equals(file()));
    }

    @Test
    void signsAsTheJdkWouldWithTheSameFile() throws Exception {
        byte[] signed = open().sign(MESSAGE);
        String pem = Files.readString(file());
        byte[] encoded = Base64.getDecoder().decode(pem.lines().toList().get(1));
        PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(MESSAGE);

        assertThat(signature.sign()).isEqualTo(signed);
    }

    @Test
    void namesAFileThatIsNoKey() throws IOException {
        Files.createDirectory(folder.resolve("keys"));
        Files.writeString(file(), "nothing");

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING));
    }

    @Test
    void signsLedgersThatVerifyWithoutIt() {
        LedgerKey signer = open();
        StoreSettings settings = new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);
        Path store = folder.resolve("store");
        try (RecoveryStore opened = RecoveryStore.open(DirectoryFiles.at(store), settings, TimeSource.SYSTEM, signer)) {
            MachineHistory history = opened.create(new MachineId(new UUID(1, 2)));
            openEpoch(history);
            append(history);
            opened.commit();
            openEpoch(history);
        }
        try (RecoveryStore opened = RecoveryStore.open(DirectoryFiles.at(store), settings, TimeSource.SYSTEM, signer)) {
            while (opened.maintain()) {
                // until what is full is sealed
            }
        }

        VerifyReport report = StoreVerifier.verify(store, StoreVerifier.Means.none(TimeSource.SYSTEM));

        assertThat(report.findings()).isEmpty();
        assertThat(report.machines()).singleElement().satisfies(machine -> {
            assertThat(machine.ledgerEntries()).isEqualTo(2);
            assertThat(machine.signer()).contains(Sha256.of(signer.publicKey()));
        });
    }

    /** History goes back to its beginning each time, so that the segment before is full. */
    private static void openEpoch(MachineHistory history) {
        Position head = history.head().position();
        history.openEpoch(new EpochRequest(head, Position.ORIGIN, EpochCause.START, "test", 0));
    }

    private static void append(MachineHistory history) {
        MachineKeys keys = MachineKeys.generate(new SecureRandom());
        BatchStart start = BatchStart.after(history.machine(), history.head(), new UUID(5, 6));
        BatchBuilder builder = BatchBuilder.create(keys, new BatchSettings(Codec.NONE, 64 << 10), start);
        builder.add(new StreamRecord.Disks(1, 1_000, new DiskTable(1, List.of())));
        history.append(builder.seal().bytes());
    }
}
