package io.holdfast.journal.internal.keys;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The folders in which keys lie: the node's own, which has everything, and beside the journal, which has what is sealed. What lies in several is
 * the same in each, but for the moment of a crash.
 */
public final class KeyFolders {

    private static final String DRAFT = ".new";

    private final List<Folder> folders;

    /**
     * One folder.
     *
     * @param files where it is
     * @param path its name there; empty for all of it
     */
    public record Folder(StoreFiles files, String path) {

        String at(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }
    }

    /**
     * Makes the folders when they are not there.
     *
     * @param folders the node's own first
     */
    public KeyFolders(List<Folder> folders) {
        this.folders = List.copyOf(folders);
        guarded("key folder", () -> {
            for (Folder folder : folders) {
                if (!folder.path().isEmpty() && !folder.files().exists(folder.path())) {
                    folder.files().createDirectory(folder.path());
                    folder.files().forceDirectory("");
                }
            }
            return true;
        });
    }

    /**
     * How many folders there are.
     *
     * @return at least 1
     */
    public int count() {
        return folders.size();
    }

    /**
     * Lists the files of all folders that end so.
     *
     * @param ending of the name
     * @return names, each once
     */
    public Set<String> names(String ending) {
        return guarded("key folder", () -> {
            Set<String> names = new TreeSet<>();
            for (Folder folder : folders) {
                folder.files().list(folder.path()).stream()
                        .filter(name -> name.endsWith(ending))
                        .forEach(names::add);
            }
            return names;
        });
    }

    /**
     * Reads all copies of a file.
     *
     * @param name which
     * @param bytesMax a longer one is read so far only
     * @return what is there, in the order of the folders
     */
    public List<byte[]> copies(String name, int bytesMax) {
        return guarded(name, () -> {
            List<byte[]> copies = new ArrayList<>();
            for (Folder folder : folders) {
                if (folder.files().exists(folder.at(name))) {
                    copies.add(read(folder, name, bytesMax));
                }
            }
            return copies;
        });
    }

    /**
     * Reads the copy in the node's own folder.
     *
     * @param name which
     * @param bytesMax a longer one is read so far only
     * @return nothing when it is not there
     */
    public Optional<byte[]> own(String name, int bytesMax) {
        Folder own = folders.getFirst();
        return guarded(
                name,
                () -> own.files().exists(own.at(name)) ? Optional.of(read(own, name, bytesMax)) : Optional.empty());
    }

    private static byte[] read(Folder folder, String name, int bytesMax) throws IOException {
        try (StoreFile file = folder.files().open(folder.at(name), OpenMode.READ)) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), bytesMax + 1L));
            file.read(0, content);
            byte[] bytes = new byte[content.flip().remaining()];
            content.get(bytes);
            return bytes;
        }
    }

    /**
     * Replaces a file in every folder, or makes it. Durable on return; after a crash each copy is the old one or the new one.
     *
     * @param name which
     * @param content all of it
     */
    public void replace(String name, byte[] content) {
        folders.forEach(folder -> replace(folder, name, content));
    }

    /**
     * Replaces a file in the node's own folder alone.
     *
     * @param name which
     * @param content all of it
     */
    public void replaceOwn(String name, byte[] content) {
        replace(folders.getFirst(), name, content);
    }

    private static void replace(Folder folder, String name, byte[] content) {
        guarded(name, () -> {
            String path = folder.at(name);
            try (StoreFile draft = folder.files().open(path + DRAFT, OpenMode.REPLACE)) {
                draft.write(0, ByteBuffer.wrap(content));
                draft.force();
            }
            folder.files().rename(path + DRAFT, path);
            folder.files().forceDirectory(folder.path());
            return true;
        });
    }

    /**
     * Overwrites every copy of a file, and a draft that a crash has left, with zeroes, and deletes it. Durable on return. Media that write
     * elsewhere than in place may still have the old bytes; sealed ones are of no use without the keys they were sealed for.
     *
     * @param name which; nothing happens when it is not there
     */
    public void destroy(String name) {
        guarded(name, () -> {
            for (Folder folder : folders) {
                for (String path : List.of(folder.at(name), folder.at(name + DRAFT))) {
                    if (folder.files().exists(path)) {
                        overwrite(folder.files(), path);
                    }
                }
                folder.files().forceDirectory(folder.path());
            }
            return true;
        });
    }

    private static void overwrite(StoreFiles files, String path) throws IOException {
        try (StoreFile file = files.open(path, OpenMode.EXISTING)) {
            file.write(0, ByteBuffer.allocate((int) Math.min(file.size(), MachineKeyFile.BYTES_MAX)));
            file.force();
        }
        files.delete(path);
    }

    /** File work, with failures in words of ours. */
    private interface Work<T> {

        T run() throws IOException;
    }

    private static <T> T guarded(String name, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, "key file " + name, "could not be read or written: " + e.getMessage(), e);
        }
    }
}
