package io.holdfast.nbd.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A listening UNIX socket whose file only its owner can connect to, from its first moment on: it is made inside a folder of mode 0700 and
 * moved to its place when its own mode is set.
 */
public final class UnixSocketFile {

    private static final String FOLDER_MODE = "rwx------";
    private static final String SOCKET_MODE = "rw-------";
    private static final String FOLDER_PREFIX = ".n";
    private static final int FOLDER_NUMBERS = 1 << 20;
    private static final int FOLDER_ATTEMPTS = 100;
    private static final String NAME_INSIDE = "s";

    private final Path path;
    private final Object fileKey;

    private UnixSocketFile(Path path, Object fileKey) {
        this.path = path;
        this.fileKey = fileKey;
    }

    /**
     * Binds a channel. A socket file that nobody listens on is replaced.
     *
     * @param channel an unbound channel of the UNIX family
     * @param path where clients find it
     * @return the file, to be deleted when the channel is closed
     * @throws HoldfastException {@code PORT_IN_USE} when a server answers there, {@code ALREADY_EXISTS} when the file is no socket
     * @throws IOException when the file cannot be made
     */
    public static UnixSocketFile bind(ServerSocketChannel channel, Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        refuseUnlessStale(absolute);
        Path parent = Objects.requireNonNull(absolute.getParent(), "a socket's path has a folder");
        Path folder = privateFolder(parent);
        Path inside = folder.resolve(NAME_INSIDE);
        try {
            channel.bind(UnixDomainSocketAddress.of(inside));
            Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString(SOCKET_MODE));
            Object key = fileKey(inside);
            Files.move(inside, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new UnixSocketFile(absolute, key);
        } finally {
            Files.deleteIfExists(inside);
            Files.delete(folder);
        }
    }

    /** Makes a folder with a short name, since the path of a socket has room for about 100 bytes only. */
    private static Path privateFolder(Path parent) throws IOException {
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(FOLDER_MODE));
        for (int attempt = 0; ; attempt++) {
            int number = ThreadLocalRandom.current().nextInt(FOLDER_NUMBERS);
            try {
                return Files.createDirectory(
                        parent.resolve(FOLDER_PREFIX + Integer.toString(number, Character.MAX_RADIX)), mode);
            } catch (FileAlreadyExistsException e) {
                if (attempt == FOLDER_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void refuseUnlessStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isOther()) {
            throw new HoldfastException(
                    ErrorCode.ALREADY_EXISTS, path.toString(), "a file that is no socket; expected none, or a socket");
        }
        if (answers(path)) {
            throw new HoldfastException(
                    ErrorCode.PORT_IN_USE, path.toString(), "another process listens there; expected nobody");
        }
    }

    private static boolean answers(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException _) {
            return false;
        }
    }

    private static Object fileKey(Path path) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey(),
                "files of a POSIX system have a key");
    }

    /** Deletes the file, unless another server has put its own there meanwhile. */
    public void delete() {
        try {
            if (fileKey(path).equals(fileKey)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException _) {
            // Somebody else removed it.
        }
    }
}
