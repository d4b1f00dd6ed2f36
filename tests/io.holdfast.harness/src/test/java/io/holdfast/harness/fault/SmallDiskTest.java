package io.holdfast.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDiskTest {

    private static final int MEBIBYTES = 24;
    private static final byte[] SOME = new byte[64 << 10];

    @BeforeEach
    void needsRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    }

    @Test
    void keepsWhatTheFolderHeld(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("kept"), "content");

        try (SmallDisk _ = SmallDisk.under(folder, MEBIBYTES)) {
            assertThat(folder.resolve("kept")).hasContent("content");
            assertThat(folder).isDirectoryNotContaining("glob:**/lost+found");
        }
        assertThat(folder.resolve("kept")).hasContent("content");
    }

    @Test
    void refusesToWriteWhileFullAndTakesItAfter(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = SmallDisk.under(folder, MEBIBYTES)) {
            disk.fill();
            assertThatThrownBy(() -> Files.write(folder.resolve("more"), SOME)).hasMessageContaining("No space left");

            disk.empty();
            Files.write(folder.resolve("more"), SOME);
            assertThat(folder.resolve("more")).hasSize(SOME.length);
        }
    }

    @Test
    void letsWritesHangUntilThawed(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = SmallDisk.under(folder, MEBIBYTES)) {
            disk.freeze();
            CompletableFuture<Path> write = CompletableFuture.supplyAsync(() -> {
                try {
                    return Files.write(folder.resolve("late"), SOME);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> write.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            disk.thaw();
            assertThat(write.get(10, TimeUnit.SECONDS)).hasSize(SOME.length);
        }
    }
}
