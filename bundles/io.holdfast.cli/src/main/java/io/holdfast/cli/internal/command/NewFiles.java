package io.holdfast.cli.internal.command;

import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** Files that a command makes: whole and durable, or not at all; one that is there is never replaced. */
final class NewFiles {

    private NewFiles() {}

    /** Says so before anything is done when a file could not be made. */
    static void require(Path file) {
        if (Files.exists(file)) {
            throw CliException.usage(file.toString(), file + ": is there already; expected a new file");
        }
    }

    static void write(Path file, byte[] content, FileAttribute<?>... attributes) {
        require(file);
        boolean made = false;
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            made = true;
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException _) {
            require(file);
        } catch (IOException e) {
            if (made) {
                remove(file);
            }
            throw new CliException(
                    ExitCode.FAILED, "DISK_ERROR", file.toString(), file + ": cannot be written: " + reasonOf(e), e);
        }
    }

    private static String reasonOf(IOException error) {
        return error instanceof NoSuchFileException ? "its folder is not there" : String.valueOf(error.getMessage());
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // what went wrong first is told
        }
    }
}
