package io.holdfast.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    private Path parent = Path.of("");

    @Test
    void keepsItsIdentityOverARestart() {
        UUID first;
        try (DataFolder folder = DataFolder.open(parent.resolve("data"), false)) {
            first = folder.node();
        }

        try (DataFolder folder = DataFolder.open(parent.resolve("data"), false)) {
            assertThat(folder.node()).isEqualTo(first);
        }
    }

    @Test
    void refusesASecondHolder() {
        try (DataFolder folder = DataFolder.open(parent.resolve("data"), false)) {
            assertRefused(ErrorCode.DATA_FOLDER_IN_USE, () -> DataFolder.open(folder.path(), false));
        }
    }

    @Test
    void refusesAFolderOfANewerVersion() throws IOException {
        Path data = Files.createDirectory(parent.resolve("data"));
        Files.writeString(data.resolve("node.properties"), "format=99\nnode=" + UUID.randomUUID() + "\nplace=1:1\n");

        assertRefused(ErrorCode.DATA_FOLDER_NEWER, () -> DataFolder.open(data, false));
    }

    @Test
    void refusesACopyUnlessTheOperatorAcceptsIt() throws IOException {
        UUID node;
        Path data = parent.resolve("data");
        try (DataFolder folder = DataFolder.open(data, false)) {
            node = folder.node();
        }
        Path copy = Files.createDirectory(parent.resolve("copy"));
        Files.copy(data.resolve("node.properties"), copy.resolve("node.properties"));

        assertRefused(ErrorCode.DATA_FOLDER_COPIED, () -> DataFolder.open(copy, false));
        try (DataFolder folder = DataFolder.open(copy, true)) {
            assertThat(folder.node()).isEqualTo(node);
        }
        try (DataFolder folder = DataFolder.open(copy, false)) {
            assertThat(folder.node()).isEqualTo(node);
        }
    }

    @Test
    void saysWhenItCannotWrite() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        assertRefused(ErrorCode.DATA_FOLDER_READ_ONLY, () -> DataFolder.open(file.resolve("data"), false));
    }

    @Test
    void releasesTheFolderWhenItRefusesIt() throws IOException {
        Path data = Files.createDirectory(parent.resolve("data"));
        Path identity = data.resolve("node.properties");
        Files.writeString(identity, "format=one\n");

        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> DataFolder.open(data, false));
        Files.delete(identity);
        DataFolder.open(data, false).close();
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
