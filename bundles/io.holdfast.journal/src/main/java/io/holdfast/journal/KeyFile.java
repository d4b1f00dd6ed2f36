package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * The file that keeps the keys of one machine, readable by its owner alone (mode 0600). Layout, little-endian; see
 * {@code docs/formats/keyfile.md}:
 *
 * <pre>
 * offset size field
 *      0    4 magic     "HFY1"
 *      4    2 version   1
 *      6    2 wrapping  0: keys in clear, protected by the file's mode alone
 *      8   16 machine
 *     24   32 data key
 *     56   32 hash key
 *     88    8 reserved  zero
 *     96   32 SHA-256 of [0, 96)
 * </pre>
 *
 * @since 1.0
 */
public final class KeyFile {

    private static final int BYTES = 128;
    private static final int CHECKED_BYTES = 96;
    private static final int MAGIC = 0x31594648;
    private static final int VERSION = 1;
    private static final int DATA_KEY = 24;
    private static final int HASH_KEY = 56;
    private static final int RESERVED = 88;

    private KeyFile() {}

    /**
     * Reads the file, or writes it with new keys when there is none. Durable on return; of two callers at once both get the same keys.
     *
     * @param path where
     * @param machine whose keys
     * @param random where new keys come from
     * @return the keys
     * @throws HoldfastException as for {@link #read}, except that a missing file is no error
     */
    public static MachineKeys readOrCreate(Path path, MachineId machine, SecureRandom random) {
        if (!Files.exists(path)) {
            create(path, machine, MachineKeys.generate(random), random);
        }
        return read(path, machine);
    }

    /** Writes a file of another name first: the link under the final name is made at once, or not at all when another was quicker. */
    private static void create(Path path, MachineId machine, MachineKeys keys, SecureRandom random) {
        Path absolute = path.toAbsolutePath();
        byte[] suffix = new byte[8];
        random.nextBytes(suffix);
        Path draft = absolute.resolveSibling(
                absolute.getFileName() + "." + HexFormat.of().formatHex(suffix) + ".new");
        try {
            try {
                write(draft, encode(machine, keys));
                Files.createLink(absolute, draft);
            } catch (FileAlreadyExistsException _) {
                // the other caller's keys are read instead
            } finally {
                Files.deleteIfExists(draft);
            }
            forceDirectory(absolute);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "key file " + path, "could not be written: " + e.getMessage(), e);
        }
    }

    private static void write(Path file, ByteBuffer content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
    }

    private static void forceDirectory(Path file) throws IOException {
        Path directory = file.getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static ByteBuffer encode(MachineId machine, MachineKeys keys) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) 0)
                .putLong(Long.reverseBytes(machine.value().getMostSignificantBits()))
                .putLong(Long.reverseBytes(machine.value().getLeastSignificantBits()))
                .put(keys.dataKeys().getFirst())
                .put(keys.hashKey())
                .putLong(0)
                .put(digest(bytes.array()))
                .flip();
        return bytes;
    }

    /**
     * Reads the file.
     *
     * @param path where
     * @param machine whose keys
     * @return the keys
     * @throws HoldfastException with {@link ErrorCode#KEY_MISSING} when there is no file, it is damaged or it is another machine's,
     *     {@link ErrorCode#VERSION_UNSUPPORTED} when it is of a newer format, {@link ErrorCode#DISK_ERROR} when the medium fails
     */
    public static MachineKeys read(Path path, MachineId machine) {
        byte[] content = load(path);
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < 8 || bytes.getInt(0) != MAGIC) {
            throw missing(path, "is no key file; expected one of " + BYTES + " bytes");
        }
        if (bytes.getShort(4) != VERSION || bytes.getShort(6) != 0) {
            throw new HoldfastException(
                    ErrorCode.VERSION_UNSUPPORTED,
                    "key file " + path,
                    "version " + bytes.getShort(4) + ", wrapping " + bytes.getShort(6) + "; expected " + VERSION
                            + " and 0");
        }
        boolean whole = content.length == BYTES
                && MessageDigest.isEqual(digest(content), Arrays.copyOfRange(content, CHECKED_BYTES, BYTES))
                && bytes.getLong(RESERVED) == 0;
        if (!whole) {
            throw missing(path, "is damaged: its digest does not match");
        }
        UUID found = new UUID(Long.reverseBytes(bytes.getLong(8)), Long.reverseBytes(bytes.getLong(16)));
        if (!found.equals(machine.value())) {
            throw missing(path, "has the keys of machine " + found + "; expected " + machine);
        }
        return MachineKeys.of(
                Arrays.copyOfRange(content, DATA_KEY, HASH_KEY), Arrays.copyOfRange(content, HASH_KEY, RESERVED));
    }

    private static byte[] load(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(channel.size(), BYTES + 1));
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // until the buffer is full or the file has shrunk
            }
            return Arrays.copyOf(content.array(), content.position());
        } catch (NoSuchFileException _) {
            throw missing(path, "is not there");
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "key file " + path, "cannot be read: " + e.getMessage(), e);
        }
    }

    private static HoldfastException missing(Path path, String found) {
        return new HoldfastException(ErrorCode.KEY_MISSING, "key file " + path, found);
    }

    private static byte[] digest(byte[] content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(content, 0, Math.min(CHECKED_BYTES, content.length));
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Overwrites and deletes the file. Durable on return. Nothing happens when there is none. On media that write elsewhere than in place, the
     * old bytes may stay readable with special means.
     *
     * @param path where
     * @throws HoldfastException with {@link ErrorCode#DISK_ERROR} when the medium fails
     */
    public static void destroy(Path path) {
        try {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate((int) Math.min(channel.size(), BYTES)), 0);
                channel.force(true);
            }
            Files.delete(path);
            forceDirectory(path.toAbsolutePath());
        } catch (NoSuchFileException _) {
            // gone already
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "key file " + path, "could not be destroyed: " + e.getMessage(), e);
        }
    }
}
