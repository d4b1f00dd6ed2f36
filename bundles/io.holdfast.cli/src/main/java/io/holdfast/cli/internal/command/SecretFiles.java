package io.holdfast.cli.internal.command;

import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner may read. */
final class SecretFiles {

    private static final int BYTES_MAX = 8 << 20;

    private SecretFiles() {}

    static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    static void write(Path file, byte[] content) {
        NewFiles.write(
                file, content, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    static byte[] read(String option, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(BYTES_MAX + 1);
            if (content.length > BYTES_MAX) {
                throw CliException.usage(option, option + ": " + file + " is longer than any such file");
            }
            return content;
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED, "DISK_ERROR", file.toString(), file + ": cannot be read: " + IoReasons.of(e), e);
        }
    }
}
