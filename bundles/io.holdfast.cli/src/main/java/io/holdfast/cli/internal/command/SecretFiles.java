package io.holdfast.cli.internal.command;

import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that only their owner may read. */
final class SecretFiles {

    private static final int BYTES_MAX = 8 << 20;

    private SecretFiles() {}

    /** Says so before anything is asked for when a file could not be written. */
    static void requireNew(Path file) {
        if (Files.exists(file)) {
            throw CliException.usage(file.toString(), file + ": is there already; expected a new file");
        }
    }

    static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a new file, durable on return. */
    static void write(Path file, byte[] content) {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException _) {
            requireNew(file);
        } catch (IOException e) {
            throw failed(file, "cannot be written: " + e.getMessage(), e);
        }
    }

    static byte[] read(String option, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(BYTES_MAX + 1);
            if (content.length > BYTES_MAX) {
                throw CliException.usage(option, option + ": " + file + " is longer than any such file");
            }
            return content;
        } catch (IOException e) {
            throw failed(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static CliException failed(Path file, String message, IOException cause) {
        return new CliException(ExitCode.FAILED, "DISK_ERROR", file.toString(), file + ": " + message, cause);
    }
}
