package io.holdfast.adapter.kvm.target;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The only class here that syncs and renames. */
final class DurableFiles {

    private DurableFiles() {}

    /** Replaces a small file as a whole; durable on return. */
    static void replace(Path file, String text) {
        Path fresh = fresh(file);
        try {
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            rename(fresh, file);
        } catch (IOException e) {
            throw DiskErrors.of(file, "cannot be written", e);
        }
    }

    /** Where a file is prepared before {@link #publish}. */
    static Path fresh(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** Gives a file prepared under {@link #fresh} its name; durable on return. */
    static void publish(Path file) {
        Path fresh = fresh(file);
        try {
            sync(fresh);
            rename(fresh, file);
        } catch (IOException e) {
            throw DiskErrors.of(file, "cannot be written", e);
        }
    }

    /** Makes the entries of a folder durable. */
    static void syncFolder(Path folder) {
        try {
            force(folder);
        } catch (IOException e) {
            throw DiskErrors.of(folder, "cannot be synced", e);
        }
    }

    /** Whether files beside this one can be written past the page cache; a file system in memory cannot. */
    static boolean takesDirectIo(Path probe) {
        try (FileChannel channel = FileChannel.open(
                probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)) {
            return channel.isOpen();
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        } finally {
            remove(probe);
        }
    }

    /** Removes a file that may be absent. */
    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw DiskErrors.of(file, "cannot be removed", e);
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        force(to.toAbsolutePath().getParent());
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
