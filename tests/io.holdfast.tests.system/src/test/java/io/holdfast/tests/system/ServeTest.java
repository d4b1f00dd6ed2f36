package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.TimeSource;
import io.holdfast.harness.appliance.Api;
import io.holdfast.journal.KeyVault;
import io.holdfast.journal.RecoveryPaper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Points are read with programs that know nothing of Holdfast, from a store's folder and a key, without an appliance. */
@Timeout(180)
class ServeTest {

    private static final Duration SERVED_MAX = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private GoldenStore golden;
    private RecoveryPaper paper;

    /** The golden store's keys, which lie in clear, become those of an appliance: sealed for a store key and for paper. */
    @BeforeEach
    void sealTheKeysOfTheGoldenStore() throws Exception {
        golden = GoldenStore.unpack(1, folder);
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Files.copy(golden.keyFile(), keys.resolve(GoldenStore.MACHINE + ".key"));
        KeyVault vault = KeyVault.open(keys, Optional.of(golden.store()), new SecureRandom(), TimeSource.SYSTEM);
        paper = vault.newRecoveryKey();
        vault.confirmRecoveryKey(paper.lines().get(vault.lineToConfirm().orElseThrow() - 1));
    }

    @Test
    void servesAPointWithTheStoresKeyFile() throws Exception {
        serve("--keys", folder.resolve("keys/store.key").toString());
    }

    @Test
    void recoversAStoreFromThePaperAlone() throws Exception {
        DiskFiles.deleteTree(folder.resolve("keys"));
        Path typed = Files.writeString(folder.resolve("typed"), String.join("\n", paper.lines()));

        serve("--paper", typed.toString());
    }

    private void serve(String... with) throws Exception {
        GoldenStore.Expected expected = golden.expected().getFirst();
        Path socket = folder.resolve("s.nbd");
        Path log = folder.resolve("serving.log");
        List<String> command = new ArrayList<>(List.of(
                Nodes.PRODUCT.resolve("bin/holdfastctl").toString(),
                "store",
                "serve",
                golden.store().toString(),
                "--machine",
                GoldenStore.MACHINE.toString(),
                "--point",
                expected.point().toString(),
                "--socket",
                socket.toString()));
        command.addAll(List.of(with));
        Process serving = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Api.await("the socket", SERVED_MAX, () -> Files.exists(socket) || !serving.isAlive());
            OfferedDisk disk = new OfferedDisk(socket, expected.disk());
            Path image = folder.resolve("image.raw");
            disk.copyEveryByte(image);

            assertThat(GoldenStore.sha256(Files.readAllBytes(image))).isEqualTo(expected.sha256());
            assertThat(disk.sizeBytes()).isEqualTo(Files.size(image));
            assertThat(disk.map().getLast().end()).isEqualTo(Files.size(image));
        } finally {
            serving.destroy();
            assertThat(serving.waitFor(SERVED_MAX.toSeconds(), TimeUnit.SECONDS))
                    .as("it ends at an interrupt; it said: %s", Files.readString(log))
                    .isTrue();
        }
        assertThat(socket).as("the socket is taken away").doesNotExist();
    }
}
