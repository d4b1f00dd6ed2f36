package io.holdfast.blob;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Objects as files of a directory: {@code machine/number}, the number with 20 digits. An object is written under a name of its own, forced, and
 * linked to its final name, which fails when that is taken: so it appears whole, once, and never replaces another. Any number of processes of one
 * host may use the directory; over a network file system only if that keeps hard links atomic.
 *
 * @since 1.0
 */
public final class DirectoryBlobStore implements BlobStore {

    private static final String DRAFT = ".new";
    private static final int NUMBER_DIGITS = 20;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path root;

    /**
     * Opens a directory.
     *
     * @param root where; made when it is missing, its parent must be there
     * @throws HoldfastException with {@link ErrorCode#DISK_ERROR} when it can be neither found nor made
     */
    public DirectoryBlobStore(Path root) {
        this.root = root;
        attempt("directory " + root, () -> {
            if (!Files.isDirectory(root)) {
                Files.createDirectory(root);
            }
            return true;
        });
    }

    private interface Step<T> {

        T run() throws IOException;
    }

    private static <T> T attempt(String object, Step<T> step) {
        try {
            return step.run();
        } catch (IOException e) {
            boolean full = String.valueOf(e.getMessage()).contains("No space left on device");
            throw new HoldfastException(
                    full ? ErrorCode.DISK_FULL : ErrorCode.DISK_ERROR,
                    object,
                    "the medium failed: " + e.getMessage(),
                    e);
        }
    }

    private Path folder(MachineId machine) {
        return root.resolve(machine.toString());
    }

    private Path file(BlobName name) {
        String digits = Long.toString(name.number());
        return folder(name.machine()).resolve("0".repeat(NUMBER_DIGITS - digits.length()) + digits);
    }

    @Override
    public boolean createIfAbsent(BlobName name, BlobContent content) {
        if (content.length() > OBJECT_BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "object " + name,
                    content.length() + " bytes; expected at most " + OBJECT_BYTES_MAX);
        }
        return attempt("object " + name, () -> create(name, content));
    }

    private boolean create(BlobName name, BlobContent content) throws IOException {
        Path file = file(name);
        if (Files.exists(file)) {
            return false;
        }
        makeFolder(name.machine());
        Path draft = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + DRAFT);
        try {
            try (FileChannel channel =
                    FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                write(content, channel);
                channel.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException _) {
            return false;
        } finally {
            Files.deleteIfExists(draft);
        }
        forceDirectory(folder(name.machine()));
        return true;
    }

    private static void write(BlobContent content, FileChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, content.length()));
        for (long at = 0; at < content.length(); at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, content.length() - at));
            content.read(at, chunk);
            chunk.flip();
            while (chunk.hasRemaining()) {
                channel.write(chunk);
            }
        }
    }

    private void makeFolder(MachineId machine) throws IOException {
        Path folder = folder(machine);
        if (!Files.isDirectory(folder)) {
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException _) {
                // another writer was quicker
            }
        }
        forceDirectory(root);
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public OptionalLong size(BlobName name) {
        return attempt("object " + name, () -> {
            try {
                return OptionalLong.of(Files.size(file(name)));
            } catch (NoSuchFileException _) {
                return OptionalLong.empty();
            }
        });
    }

    @Override
    public void read(BlobName name, long offset, ByteBuffer target) {
        int wanted = target.remaining();
        attempt("object " + name, () -> {
            try (FileChannel channel = FileChannel.open(file(name), StandardOpenOption.READ)) {
                if (offset < 0 || offset > channel.size() - wanted) {
                    throw new HoldfastException(
                            ErrorCode.INVALID_ARGUMENT,
                            "object " + name,
                            "range " + offset + "+" + wanted + "; it has " + channel.size() + " bytes");
                }
                long at = offset;
                while (target.hasRemaining()) {
                    int count = channel.read(target, at);
                    if (count < 0) {
                        throw new IOException("the file has shrunk while it was read");
                    }
                    at += count;
                }
                return true;
            } catch (NoSuchFileException _) {
                throw new HoldfastException(ErrorCode.NOT_FOUND, "object " + name, "is not there");
            }
        });
    }

    @Override
    public List<BlobName> list(MachineId machine, long from, int countMax) {
        if (countMax < 1 || countMax > LIST_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "countMax", countMax + " given; expected 1 to " + LIST_MAX);
        }
        return attempt("objects of machine " + machine, () -> {
            List<BlobName> names = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(machine))) {
                for (Path file : files) {
                    long number = numberOf(String.valueOf(file.getFileName()));
                    if (number >= Math.max(1, from)) {
                        names.add(new BlobName(machine, number));
                    }
                }
            } catch (NoSuchFileException _) {
                return List.of();
            }
            Collections.sort(names);
            return List.copyOf(names.subList(0, Math.min(countMax, names.size())));
        });
    }

    /** Reads a file's name; 0 when it is no object, such as a draft that a crash has left. */
    private static long numberOf(String name) {
        if (!name.matches("[0-9]{" + NUMBER_DIGITS + "}") || name.compareTo("0" + Long.MAX_VALUE) > 0) {
            return 0;
        }
        return Long.parseLong(name);
    }

    @Override
    public List<MachineId> machines() {
        return attempt("directory " + root, () -> {
            List<MachineId> machines = new ArrayList<>();
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
                for (Path folder : folders) {
                    try {
                        MachineId machine = MachineId.parse(String.valueOf(folder.getFileName()));
                        if (!list(machine, 1, 1).isEmpty()) {
                            machines.add(machine);
                        }
                    } catch (HoldfastException e) {
                        if (e.code() != ErrorCode.INVALID_ARGUMENT) {
                            throw e;
                        }
                    }
                }
            }
            Collections.sort(machines);
            return List.copyOf(machines);
        });
    }

    @Override
    public void delete(BlobName name) {
        attempt("object " + name, () -> {
            if (Files.deleteIfExists(file(name))) {
                forceDirectory(folder(name.machine()));
            }
            return true;
        });
    }

    @Override
    public void close() {
        // files are open only while they are used
    }
}
