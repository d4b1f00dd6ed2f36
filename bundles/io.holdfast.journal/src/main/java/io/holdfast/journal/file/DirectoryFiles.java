package io.holdfast.journal.file;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file port on a directory of the host. A thread that may be inside it must not be interrupted: the JDK would close the file under everybody.
 *
 * @since 1.0
 */
public final class DirectoryFiles implements StoreFiles {

    private final Path root;
    private final FileAttribute<?>[] modeOfFiles;

    /** Found once: to find it the system's table of mounts is read, to ask it takes a microsecond. */
    private volatile @Nullable FileStore medium;

    private DirectoryFiles(Path root, FileAttribute<?>... modeOfFiles) {
        this.root = root;
        this.modeOfFiles = modeOfFiles;
    }

    /**
     * Opens the port, and makes the directory when it is missing.
     *
     * @param root the store's directory; its parent must be there
     * @return the port
     * @throws HoldfastException with {@link ErrorCode#DATA_FOLDER_READ_ONLY} or {@link ErrorCode#DISK_ERROR} when the directory can be neither
     *     found nor made
     */
    public static DirectoryFiles at(Path root) {
        try {
            if (!Files.isDirectory(root)) {
                Files.createDirectory(root);
            }
            return new DirectoryFiles(root);
        } catch (AccessDeniedException e) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_READ_ONLY, "directory " + root, "cannot be made: " + e.getMessage(), e);
        } catch (IOException e) {
            if (isReadOnly(root.toAbsolutePath().getParent())) {
                throw new HoldfastException(
                        ErrorCode.DATA_FOLDER_READ_ONLY, "directory " + root, "cannot be made: " + e.getMessage(), e);
            }
            throw new HoldfastException(ErrorCode.DISK_ERROR, "directory " + root, "cannot be made: " + reasonOf(e), e);
        }
    }

    private static String reasonOf(IOException error) {
        return switch (error) {
            case FileAlreadyExistsException _ -> "a file of that name is there";
            case NoSuchFileException _ -> "its parent is not there";
            default -> String.valueOf(error.getMessage());
        };
    }

    /**
     * Opens the port on a directory that nobody else may look into: its mode is 0700, that of the files made in it 0600.
     *
     * @param root the directory, made when it is missing; its parent must be there
     * @return the port
     * @throws HoldfastException as {@link #at}
     */
    public static DirectoryFiles privateAt(Path root) {
        at(root);
        try {
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_READ_ONLY,
                    "directory " + root,
                    "cannot be closed to others: " + e.getMessage(),
                    e);
        }
        return new DirectoryFiles(
                root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private Path resolve(String path) {
        return path.isEmpty() ? root : root.resolve(path);
    }

    private interface Change<T> {

        T make() throws IOException;
    }

    /** The JDK has no type of its own for a medium that cannot be written, only the system's text, which follows the language. */
    private <T> T change(String path, Change<T> change) throws IOException {
        try {
            return change.make();
        } catch (NoSuchFileException | FileAlreadyExistsException | DirectoryNotEmptyException e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new ReadOnlyMediumException(path, e);
        } catch (FileSystemException e) {
            if (DiskFullException.isMeantBy(e)) {
                throw new DiskFullException(path, e);
            }
            throw isReadOnly(root) ? new ReadOnlyMediumException(path, e) : e;
        }
    }

    private static boolean isReadOnly(@Nullable Path folder) {
        return folder != null && Files.isDirectory(folder) && !Files.isWritable(folder);
    }

    @Override
    public String place() {
        return root.toString();
    }

    @Override
    public StoreFile open(String path, OpenMode mode) throws IOException {
        Set<OpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ);
            case EXISTING -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case NEW -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            case REPLACE ->
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING);
        };
        if (mode == OpenMode.READ) {
            return new ChannelFile(path, FileChannel.open(resolve(path), options), Optional.empty());
        }
        FileChannel channel = change(path, () -> FileChannel.open(resolve(path), options, modeOfFiles));
        return new ChannelFile(path, channel, DirectWriter.open(resolve(path)));
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(resolve(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> names = Files.list(resolve(directory))) {
            return names.map(name -> String.valueOf(name.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void createDirectory(String directory) throws IOException {
        Path path = resolve(directory);
        if (!Files.isDirectory(path)) {
            change(directory, () -> Files.createDirectory(path));
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        change(
                to,
                () -> Files.move(
                        resolve(from),
                        resolve(to),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    public void delete(String path) throws IOException {
        change(path, () -> Files.deleteIfExists(resolve(path)));
    }

    @Override
    public void forceDirectory(String directory) throws IOException {
        try (FileChannel channel = FileChannel.open(resolve(directory), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void forceAll(List<StoreFile> files, List<String> directories) throws IOException {
        ForcedTogether.run(
                files.stream().map(file -> (ForcedTogether.Force) file::force).toList());
        ForcedTogether.run(directories.stream()
                .map(directory -> (ForcedTogether.Force) () -> forceDirectory(directory))
                .toList());
    }

    @Override
    public Room room() throws IOException {
        FileStore found = medium;
        if (found == null) {
            found = Files.getFileStore(root);
            medium = found;
        }
        return new Room(found.getUsableSpace(), found.getTotalSpace());
    }

    @Override
    public Optional<AutoCloseable> lock(String path) throws IOException {
        FileChannel channel = change(
                path, () -> FileChannel.open(resolve(path), StandardOpenOption.WRITE, StandardOpenOption.CREATE));
        return hold(channel, false);
    }

    /** A lock that others may share needs no right to write, and no medium that can be written. */
    @Override
    public Optional<AutoCloseable> lockForReading(String path) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(resolve(path), StandardOpenOption.READ);
        } catch (NoSuchFileException _) {
            return Optional.of(() -> {});
        }
        return hold(channel, true);
    }

    private static Optional<AutoCloseable> hold(FileChannel channel, boolean shared) throws IOException {
        boolean held = false;
        try {
            held = channel.tryLock(0, Long.MAX_VALUE, shared) != null;
            return held ? Optional.of(channel) : Optional.empty();
        } catch (OverlappingFileLockException _) {
            // held by this process: answered like a lock held by another
            return Optional.empty();
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    @Override
    public UUID newIdentity() {
        return UUID.randomUUID();
    }
}
