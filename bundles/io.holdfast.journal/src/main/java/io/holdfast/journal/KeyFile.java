package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.keys.KeyExport;
import io.holdfast.journal.internal.keys.MachineKeyFile;
import io.holdfast.journal.internal.keys.StoreKey;
import io.holdfast.journal.internal.keys.StoreKeyFile;
import io.holdfast.journal.internal.keys.StoreKeyHolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Key files, read where no appliance runs. A store's folder has the sealed keys of its machines in {@code keys}; they open with the store's key file,
 * with an export of keys, or with the recovery paper. See {@code docs/formats/keyfile.md}.
 *
 * @since 1.0
 */
public final class KeyFile {

    /** Name of the folder with the machines' sealed keys, in a store's folder. */
    public static final String FOLDER = "keys";

    private static final int EXPORT_BYTES_MAX = 64 << 20;

    private KeyFile() {}

    /**
     * Reads a machine's keys from a key file in clear.
     *
     * @param path where
     * @param machine whose keys
     * @return the keys
     * @throws HoldfastException with {@link ErrorCode#KEY_MISSING} when there is no file, it is damaged or sealed,
     *     {@link ErrorCode#KEY_FOREIGN} when it is another machine's, {@link ErrorCode#VERSION_UNSUPPORTED} when it is of a newer format,
     *     {@link ErrorCode#DISK_ERROR} when the medium fails
     */
    public static MachineKeys read(Path path, MachineId machine) {
        MachineKeyFile file = decode(path, load(path, MachineKeyFile.BYTES_MAX));
        requireOf(machine, file, path);
        return keysOf(file.openClear()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.KEY_MISSING,
                        "key file " + path,
                        "is sealed; expected it with the store's key file or the recovery paper")));
    }

    /**
     * Writes a machine's keys in clear, mode 0600, for a reader that knows no sealed files. Durable on return.
     *
     * @param path where; nothing may be there
     * @param machine whose keys
     * @param keys what is written
     * @throws HoldfastException with {@link ErrorCode#ALREADY_EXISTS} when something is there, {@link ErrorCode#DISK_ERROR} when it cannot be
     *     written; then nothing of it is left
     */
    public static void write(Path path, MachineId machine, MachineKeys keys) {
        ByteBuffer content =
                ByteBuffer.wrap(MachineKeyFile.encodeClear(content(machine, 1, MachineKeyFile.Holder.RESIDENT, keys)));
        boolean made = false;
        try (FileChannel channel = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            made = true;
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new HoldfastException(
                    ErrorCode.ALREADY_EXISTS, "key file " + path, "is there already; expected a new file", e);
        } catch (IOException e) {
            if (made) {
                remove(path);
            }
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "key file " + path, "could not be written: " + e.getMessage(), e);
        }
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // what went wrong first is told
        }
    }

    /**
     * Tells whether a file needs a passphrase to open anything.
     *
     * @param path a store's key file, an export of keys, or a key file of a machine
     * @return true when it is sealed by one
     * @throws HoldfastException as {@link #read}
     */
    public static boolean needsPassphrase(Path path) {
        byte[] content = load(path, EXPORT_BYTES_MAX);
        try {
            byte[] file =
                    KeyExport.isOne(content) ? file(KeyExport.decode(content), StoreKeyHolder.NAME, path) : content;
            return StoreKeyFile.isOne(file) && !StoreKeyFile.decode(file).isClear();
        } catch (DamagedException e) {
            throw unusable(path, e);
        }
    }

    /**
     * Opens a machine's keys with a file: the store's key file, an export of keys, or a key file of the machine in clear.
     *
     * @param path of that file
     * @param passphrase of the store key or the export, when it has one
     * @param storeFolder whose folder {@code keys} has the sealed file; an export needs none
     * @param machine whose keys
     * @return the keys
     * @throws HoldfastException as {@link #read}; {@link ErrorCode#PASSPHRASE_WRONG}; {@link ErrorCode#KEYS_LOCKED} when a passphrase is
     *     needed; {@link ErrorCode#KEY_FOREIGN} when the machine's keys are sealed for another store key
     */
    public static MachineKeys open(Path path, Optional<String> passphrase, Path storeFolder, MachineId machine) {
        byte[] content = load(path, EXPORT_BYTES_MAX);
        try {
            if (StoreKeyFile.isOne(content)) {
                return unseal(storeKey(path, content, passphrase), sealed(storeFolder, machine), machine);
            }
            if (KeyExport.isOne(content)) {
                KeyExport export = KeyExport.decode(content);
                StoreKey key = storeKey(path, file(export, StoreKeyHolder.NAME, path), passphrase);
                return unseal(key, decode(path, file(export, machine + ".key", path)), machine);
            }
        } catch (DamagedException e) {
            throw unusable(path, e);
        }
        return read(path, machine);
    }

    private static byte[] file(KeyExport export, String name, Path path) {
        byte[] content = export.files().get(name);
        if (content == null) {
            throw new HoldfastException(ErrorCode.KEY_MISSING, "export of keys " + path, "has no " + name);
        }
        return content;
    }

    private static StoreKey storeKey(Path path, byte[] content, Optional<String> passphrase) throws DamagedException {
        StoreKeyFile file = StoreKeyFile.decode(content);
        if (file.isClear()) {
            return file.openClear();
        }
        String typed = passphrase.orElseThrow(() -> new HoldfastException(
                ErrorCode.KEYS_LOCKED, "key file " + path, "is sealed by a passphrase; expected it to be given"));
        return file.open(typed)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.PASSPHRASE_WRONG, "key file " + path, "the passphrase does not open it"));
    }

    /**
     * Opens a machine's keys with the recovery paper alone.
     *
     * @param paper the confirmed one
     * @param storeFolder whose folder {@code keys} has the sealed file
     * @param machine whose keys
     * @return the keys
     * @throws HoldfastException as {@link #read}; {@link ErrorCode#KEY_FOREIGN} when the machine's keys are sealed for another paper
     */
    public static MachineKeys open(RecoveryPaper paper, Path storeFolder, MachineId machine) {
        MachineKeyFile file = sealed(storeFolder, machine);
        return keysOf(file.openClear()
                .or(() -> file.open(paper.secret()))
                .orElseThrow(() -> foreign(machine, "recovery key " + paper.name())));
    }

    private static MachineKeys unseal(StoreKey key, MachineKeyFile file, MachineId machine) {
        return keysOf(file.openClear().or(() -> file.open(key)).orElseThrow(() -> foreign(machine, key.toString())));
    }

    private static HoldfastException foreign(MachineId machine, String key) {
        return new HoldfastException(
                ErrorCode.KEY_FOREIGN,
                "keys of machine " + machine,
                "are not sealed for " + key + ", which is of another store");
    }

    private static MachineKeyFile sealed(Path storeFolder, MachineId machine) {
        Path path = storeFolder.resolve(FOLDER).resolve(machine + ".key");
        MachineKeyFile file = decode(path, load(path, MachineKeyFile.BYTES_MAX));
        requireOf(machine, file, path);
        return file;
    }

    private static void requireOf(MachineId machine, MachineKeyFile file, Path path) {
        if (!file.machine().equals(machine)) {
            throw new HoldfastException(
                    ErrorCode.KEY_FOREIGN,
                    "key file " + path,
                    "has the keys of machine " + file.machine() + "; expected " + machine);
        }
    }

    private static MachineKeyFile decode(Path path, byte[] content) {
        try {
            return MachineKeyFile.decode(content);
        } catch (DamagedException e) {
            throw unusable(path, e);
        }
    }

    private static HoldfastException unusable(Path path, DamagedException e) {
        ErrorCode code =
                e.kind() == DamagedException.Kind.NEWER_VERSION ? ErrorCode.VERSION_UNSUPPORTED : ErrorCode.KEY_MISSING;
        return new HoldfastException(code, "key file " + path, String.valueOf(e.getMessage()), e);
    }

    private static byte[] load(Path path, int bytesMax) {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(bytesMax + 1);
        } catch (NoSuchFileException e) {
            throw new HoldfastException(ErrorCode.KEY_MISSING, "key file " + path, "is not there", e);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "key file " + path, "cannot be read: " + e.getMessage(), e);
        }
    }

    static MachineKeyFile.Content content(
            MachineId machine, long revision, MachineKeyFile.Holder holder, MachineKeys keys) {
        List<byte[]> all = new ArrayList<>(keys.dataKeys());
        all.add(keys.hashKey());
        ByteBuffer secrets = ByteBuffer.allocate(all.size() * MachineKeys.KEY_BYTES);
        all.forEach(secrets::put);
        return new MachineKeyFile.Content(machine, revision, holder, keys.keyIds(), secrets.array());
    }

    static MachineKeys keysOf(MachineKeyFile.Content content) {
        byte[] secrets = content.secrets();
        List<byte[]> dataKeys = new ArrayList<>();
        int hashKey = secrets.length - MachineKeys.KEY_BYTES;
        for (int at = 0; at < hashKey; at += MachineKeys.KEY_BYTES) {
            dataKeys.add(Arrays.copyOfRange(secrets, at, at + MachineKeys.KEY_BYTES));
        }
        return MachineKeys.of(dataKeys, Arrays.copyOfRange(secrets, hashKey, secrets.length));
    }
}
