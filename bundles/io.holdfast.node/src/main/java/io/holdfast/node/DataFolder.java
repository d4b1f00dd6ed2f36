package io.holdfast.node;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;

/**
 * The folder that holds everything a node keeps. At most one process has it; it knows its own format, and notices that it is a copy.
 *
 * <p>{@code node.properties} holds {@code format} (a number, raised when an older Holdfast could no longer read the folder), {@code node} (the
 * node's id) and {@code place} (device and inode of the folder when it was last opened). A folder whose place differs was copied or restored:
 * two nodes of one identity would fight over the same machines, so it is opened only when the operator says that the other one is gone.
 *
 * @since 1.0
 */
final class DataFolder implements AutoCloseable {

    /** What this version writes and the newest it reads. */
    static final int FORMAT = 1;

    /** What the first files of catalog, log and framework need; a node without it would end in the middle of its start. */
    private static final long ROOM_BYTES_LEAST = 16L << 20;

    private static final String IDENTITY_FILE = "node.properties";
    private static final String LOCK_FILE = "lock";

    private final Path path;
    private final UUID node;
    private final FileChannel lockChannel;

    private DataFolder(Path path, UUID node, FileChannel lockChannel) {
        this.path = path;
        this.node = node;
        this.lockChannel = lockChannel;
    }

    /**
     * Takes hold of the folder, creating it (mode 0700) when it is not there.
     *
     * @param path where
     * @param acceptCopy whether the operator says that this folder may be used although it was copied or moved
     * @return the hold, exclusive until closed or until the process ends
     * @throws HoldfastException {@code DATA_FOLDER_IN_USE}, {@code DATA_FOLDER_READ_ONLY}, {@code DATA_FOLDER_NEWER}, {@code
     *     DATA_FOLDER_COPIED} or {@code DISK_FULL}; the folder is as it was
     */
    static DataFolder open(Path path, boolean acceptCopy) {
        Path folder = path.toAbsolutePath().normalize();
        createFolder(folder);
        FileChannel channel = lock(folder);
        try {
            requireRoom(folder);
            UUID node = readOrCreateIdentity(folder, acceptCopy);
            return new DataFolder(folder, node, channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw readOnly(folder, e);
        } catch (HoldfastException e) {
            closeQuietly(channel);
            throw e;
        }
    }

    /**
     * Where it is.
     *
     * @return an absolute path
     */
    Path path() {
        return path;
    }

    /**
     * The identity of the node, made when the folder was created.
     *
     * @return never the same for two folders, unless one was copied
     */
    UUID node() {
        return node;
    }

    /** Lets go. Idempotent. */
    @Override
    public void close() {
        closeQuietly(lockChannel);
    }

    private static void createFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw readOnly(folder, e);
        }
    }

    private static FileChannel lock(Path folder) {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    folder.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw readOnly(folder, e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException | IOException _) {
            // held by this or another process: said below
        }
        closeQuietly(channel);
        throw new HoldfastException(
                ErrorCode.DATA_FOLDER_IN_USE,
                "data folder " + folder,
                "another Holdfast runs on it; stop that one, or start this one with another --data folder");
    }

    private static void requireRoom(Path folder) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < ROOM_BYTES_LEAST) {
            throw new HoldfastException(
                    ErrorCode.DISK_FULL,
                    "data folder " + folder,
                    free + " bytes are free; a start needs at least " + ROOM_BYTES_LEAST);
        }
    }

    private static UUID readOrCreateIdentity(Path folder, boolean acceptCopy) throws IOException {
        Path file = folder.resolve(IDENTITY_FILE);
        String place = placeOf(folder);
        if (!Files.exists(file)) {
            UUID node = UUID.randomUUID();
            write(file, node, place);
            return node;
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        UUID node = checkedNode(folder, properties);
        if (!place.equals(properties.getProperty("place"))) {
            if (!acceptCopy) {
                throw new HoldfastException(
                        ErrorCode.DATA_FOLDER_COPIED,
                        "data folder " + folder,
                        "it was copied or moved from another place; if the Holdfast it comes from will never run again, start with"
                                + " --accept-copy, otherwise use another --data folder");
            }
            write(file, node, place);
        } else if (!Files.isWritable(file)) {
            throw new IOException(file + " is not writable");
        }
        return node;
    }

    private static UUID checkedNode(Path folder, Properties properties) {
        String format = properties.getProperty("format", "");
        try {
            int number = Integer.parseInt(format);
            if (number > FORMAT) {
                throw new HoldfastException(
                        ErrorCode.DATA_FOLDER_NEWER,
                        "data folder " + folder,
                        "its format is " + number + ", written by a newer Holdfast; this one reads up to " + FORMAT);
            }
            return UUID.fromString(properties.getProperty("node", ""));
        } catch (IllegalArgumentException e) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    folder.resolve(IDENTITY_FILE).toString(),
                    "format '" + format + "' and node '" + properties.getProperty("node", "")
                            + "' cannot be read; expected a number and a UUID; restore the file from a backup",
                    e);
        }
    }

    private static void write(Path file, UUID node, String place) throws IOException {
        Properties properties = new Properties();
        properties.putAll(Map.of("format", Integer.toString(FORMAT), "node", node.toString(), "place", place));
        Path next = file.resolveSibling(IDENTITY_FILE + ".next");
        try (OutputStream out = Files.newOutputStream(next)) {
            properties.store(out, "Identity of this Holdfast node");
        }
        force(next);
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system of " + file + " cannot rename atomically", e);
        }
        force(file.toAbsolutePath().getParent());
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String placeOf(Path folder) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(folder, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        return attributes.get("dev") + ":" + attributes.get("ino");
    }

    private static HoldfastException readOnly(Path folder, IOException cause) {
        return new HoldfastException(
                ErrorCode.DATA_FOLDER_READ_ONLY,
                "data folder " + folder,
                "cannot be written (" + cause.getMessage() + "); expected a folder that this user may write",
                cause);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // only the lock goes with it, and it goes in any case
        }
    }
}
