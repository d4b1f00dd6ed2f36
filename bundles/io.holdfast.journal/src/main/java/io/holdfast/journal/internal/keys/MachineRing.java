package io.holdfast.journal.internal.keys;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.journal.internal.format.DamagedException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The key files of all machines. Of several copies the newest whole one counts, and is what all become when they are settled. Not thread-safe.
 */
public final class MachineRing {

    private static final String ENDING = ".key";

    private final KeyFolders folders;
    private final SecureRandom random;
    private final Map<MachineId, Entry> entries = new TreeMap<>();

    /**
     * The keys of one machine.
     *
     * @param file the newest whole copy
     * @param content what is in it, when it could be opened
     * @param trouble why it cannot be used, or the empty string
     * @param everywhere whether each folder has these bytes
     */
    public record Entry(
            @Nullable MachineKeyFile file,
            MachineKeyFile.@Nullable Content content,
            String trouble,
            boolean everywhere) {

        boolean isSealed() {
            return file != null && file.isSealed();
        }
    }

    /**
     * Makes an empty ring.
     *
     * @param folders where the files lie
     * @param random for salts
     */
    public MachineRing(KeyFolders folders, SecureRandom random) {
        this.folders = folders;
        this.random = random;
    }

    /**
     * Reads all files again.
     *
     * @param opener gives the keys of a sealed file, or nothing when it cannot
     */
    public void load(Function<MachineKeyFile, Optional<MachineKeyFile.Content>> opener) {
        entries.clear();
        for (String name : folders.names(ENDING)) {
            machineOf(name).ifPresent(machine -> entries.put(machine, read(machine, opener)));
        }
    }

    private static Optional<MachineId> machineOf(String name) {
        try {
            return Optional.of(MachineId.parse(name.substring(0, name.length() - ENDING.length())));
        } catch (HoldfastException _) {
            return Optional.empty();
        }
    }

    private Entry read(MachineId machine, Function<MachineKeyFile, Optional<MachineKeyFile.Content>> opener) {
        List<byte[]> copies = folders.copies(machine + ENDING, MachineKeyFile.BYTES_MAX);
        MachineKeyFile newest = null;
        String trouble = "";
        for (byte[] copy : copies) {
            try {
                MachineKeyFile file = MachineKeyFile.decode(copy);
                if (!file.machine().equals(machine)) {
                    trouble = "has the keys of machine " + file.machine();
                } else if (newest == null || file.revision() > newest.revision()) {
                    newest = file;
                }
            } catch (DamagedException e) {
                trouble = String.valueOf(e.getMessage());
            }
        }
        if (newest == null) {
            return new Entry(null, null, trouble.isEmpty() ? "is not there" : trouble, false);
        }
        MachineKeyFile file = newest;
        boolean everywhere = copies.size() == folders.count()
                && copies.stream().allMatch(copy -> Arrays.equals(copy, copies.getFirst()));
        Optional<MachineKeyFile.Content> content = file.openClear().or(() -> opener.apply(file));
        return content.map(keys -> new Entry(file, keys, "", everywhere))
                .orElseGet(() -> new Entry(file, null, "is sealed for other keys", everywhere));
    }

    /**
     * Shows what was read.
     *
     * @return by machine
     */
    public Map<MachineId, Entry> entries() {
        return Map.copyOf(entries);
    }

    /**
     * Gives the keys of a machine.
     *
     * @param machine whose
     * @return nothing when there is no file or it could not be opened
     */
    public Optional<MachineKeyFile.Content> content(MachineId machine) {
        return Optional.ofNullable(entries.get(machine)).flatMap(entry -> Optional.ofNullable(entry.content()));
    }

    /**
     * Tells where a machine's keys may be used; no key is needed for that.
     *
     * @param machine whose
     * @return resident when there is no file
     */
    public MachineKeyFile.Holder holder(MachineId machine) {
        Entry entry = entries.get(machine);
        MachineKeyFile file = entry == null ? null : entry.file();
        return file == null ? MachineKeyFile.Holder.RESIDENT : file.holder();
    }

    /**
     * Tells whether any file is sealed.
     *
     * @return false when a new store key would lock nobody out
     */
    public boolean hasSealed() {
        return entries.values().stream().anyMatch(Entry::isSealed);
    }

    /**
     * Tells whether any sealed file could be opened.
     *
     * @return false when the keys at hand are of another store
     */
    public boolean hasOpenedSealed() {
        return entries.values().stream().anyMatch(entry -> entry.isSealed() && entry.content() != null);
    }

    /**
     * Writes those files again that are in clear, sealed for others, or not the same everywhere. Durable on return.
     *
     * @param storeKey opens each
     * @param recovery opens each as well
     */
    public void settle(StoreKey storeKey, RecoveryRecipient recovery) {
        for (Map.Entry<MachineId, Entry> each : List.copyOf(entries.entrySet())) {
            Entry entry = each.getValue();
            MachineKeyFile.Content content = entry.content();
            MachineKeyFile file = entry.file();
            if (content != null && file != null && !(entry.everywhere() && file.isSealedFor(storeKey, recovery))) {
                write(content.next(), List.of(storeKey), recovery);
            }
        }
    }

    /**
     * Seals all files that could be opened anew. Durable on return.
     *
     * @param storeKeys each of them opens each file
     * @param recovery opens each as well
     */
    public void rewrap(List<StoreKey> storeKeys, RecoveryRecipient recovery) {
        for (Entry entry : List.copyOf(entries.values())) {
            MachineKeyFile.Content content = entry.content();
            if (content != null) {
                write(content.next(), storeKeys, recovery);
            }
        }
    }

    /**
     * Writes the file of one machine. Durable in every folder on return.
     *
     * @param content its keys
     * @param storeKeys each of them opens the file
     * @param recovery opens it as well
     */
    public void write(MachineKeyFile.Content content, List<StoreKey> storeKeys, RecoveryRecipient recovery) {
        byte[] bytes = MachineKeyFile.encode(content, storeKeys, recovery, random);
        folders.replace(content.machine() + ENDING, bytes);
        try {
            entries.put(content.machine(), new Entry(MachineKeyFile.decode(bytes), content, "", true));
        } catch (DamagedException e) {
            throw new IllegalStateException("a key file of our own making is wrong", e);
        }
    }

    /**
     * Takes a file of an export, unless one that is as new is there.
     *
     * @param name of the file
     * @param content all of it
     * @throws DamagedException when it is none
     */
    public void adopt(String name, byte[] content) throws DamagedException {
        MachineKeyFile file = MachineKeyFile.decode(content);
        MachineKeyFile present = Optional.ofNullable(entries.get(file.machine()))
                .flatMap(entry -> Optional.ofNullable(entry.file()))
                .orElse(null);
        if (name.equals(file.machine() + ENDING) && (present == null || present.revision() < file.revision())) {
            folders.replace(name, content);
        }
    }

    /**
     * Gives the bytes of all files, for an export.
     *
     * @return by name
     */
    public Map<String, byte[]> export() {
        Map<String, byte[]> all = new TreeMap<>();
        entries.forEach((machine, entry) -> {
            MachineKeyFile file = entry.file();
            if (file != null && file.isSealed()) {
                all.put(machine + ENDING, file.bytes());
            }
        });
        return all;
    }

    /**
     * Overwrites and deletes every copy of a machine's file. Durable on return.
     *
     * @param machine whose
     */
    public void destroy(MachineId machine) {
        folders.destroy(machine + ENDING);
        entries.remove(machine);
    }
}
