package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.harness.ProcessTools;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifyReport;
import io.holdfast.tests.system.RandomStore.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recovery store on a file system that is mounted for reading, as a disk that was taken out of a lost appliance is. */
@Timeout(120)
class ReadOnlyStoreTest {

    private static final Duration COMMAND_MAX = Duration.ofSeconds(60);
    private static final long DISK_BYTES = 200_704;

    @TempDir
    private Path folder;

    private Path store;

    @BeforeEach
    void writeAndMountForReading() throws IOException {
        store = folder.resolve("store");
        MachineId machine = new MachineId(new UUID(1, 2));
        Secrets secrets =
                new Secrets(StoreFolders.newKeys(folder.resolve("machine.key"), machine), BlockHashAlgorithm.NH_AES);
        try (RecoveryStore open = RecoveryStore.open(store, RandomStore.SETTINGS, RandomStore.TIME)) {
            RandomStore written = RandomStore.begin(open, machine, secrets, new Random(1), DISK_BYTES);
            written.write(4, 20);
        }
        run("mount", "--bind", store.toString(), store.toString());
        run("mount", "-o", "remount,bind,ro", store.toString());
    }

    @AfterEach
    void unmount() throws IOException {
        run("umount", store.toString());
    }

    private static void run(String... command) throws IOException {
        ProcessTools.run(COMMAND_MAX, new ArrayList<>(List.of(command))).orThrow(command[0]);
    }

    @Test
    void isNotOpenedAndSaysWhy() {
        assertThatThrownBy(() -> RecoveryStore.open(store, RandomStore.SETTINGS, RandomStore.TIME))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_READ_ONLY))
                .hasMessageContainingAll("recovery store " + store, "cannot be written", "or a copy of the folder");
        assertThatThrownBy(() -> RecoveryStore.open(store.resolve("new"), RandomStore.SETTINGS, RandomStore.TIME))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_READ_ONLY));
    }

    @Test
    void isVerified() {
        VerifyReport report = StoreVerifier.verify(store, StoreVerifier.Means.none(RandomStore.TIME));

        assertThat(report.intact()).isTrue();
        assertThat(report.machines()).hasSize(1);
    }
}
