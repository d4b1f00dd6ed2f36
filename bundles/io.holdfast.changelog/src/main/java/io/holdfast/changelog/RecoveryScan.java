package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a log holds after its last owner ended in any way.
 *
 * <p>Rules: a file whose header is not whole was being created and goes. A generation without its primary file was being created (the
 * primary is created last) or dropped (it is deleted first) and goes. Everything up to the highest sequence that any group says was synced,
 * or that the start of a later generation says was kept, has to be there; what is missing of it is damage. What lies beyond is a torn tail:
 * its whole beginning is kept, the rest is never read again, because the next generation says where this one ends.
 */
final class RecoveryScan {

    private final LogStorage storage;
    private final LogSettings settings;
    private final List<String> damage = new ArrayList<>();
    private final Set<String> damagedFiles = new HashSet<>();
    private final List<Generation> generations = new ArrayList<>();
    private long epoch;
    private long utcMillis;

    RecoveryScan(LogStorage storage, LogSettings settings) {
        this.storage = storage;
        this.settings = settings;
    }

    List<Generation> generations() {
        return generations;
    }

    Set<String> damagedFiles() {
        return damagedFiles;
    }

    LogRecovery run() throws IOException {
        Map<Long, List<StoredFile>> found = openAll();
        List<Long> dropped = new ArrayList<>();
        found.forEach((number, files) -> {
            files.sort((left, right) -> Boolean.compare(right.header.primary(), left.header.primary()));
            if (!files.getFirst().header.primary()) {
                dropped.add(number);
            }
        });
        for (long number : dropped) {
            for (StoredFile stored : found.remove(number)) {
                stored.file.close();
                storage.delete(stored.name());
            }
        }
        found.forEach((number, files) -> {
            FileHeader header = files.getFirst().header;
            generations.add(new Generation(number, header.firstSequence(), files));
            epoch = header.epoch();
        });
        return generations.isEmpty() ? new LogRecovery(1, 0, 0, 0, damage) : readAll();
    }

    private Map<Long, List<StoredFile>> openAll() throws IOException {
        Map<Long, List<StoredFile>> found = new TreeMap<>();
        for (String name : storage.list()) {
            if (!name.endsWith(ChangeLog.SUFFIX)) {
                continue;
            }
            LogFile file = storage.open(name);
            FileHeader header = readHeader(name, file);
            if (header == null) {
                file.close();
                setAside(name, file.length());
            } else {
                found.computeIfAbsent(header.generation(), _ -> new ArrayList<>())
                        .add(new StoredFile(
                                name, file, header, header.encrypted() ? settings.key() : Optional.empty(), 0));
            }
        }
        return found;
    }

    private @Nullable FileHeader readHeader(String name, LogFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FileHeader.BYTES);
        file.read(0, bytes);
        FileHeader header = FileHeader.decode(bytes.flip()).orElse(null);
        if (header == null) {
            return null;
        }
        if (!header.machine().equals(settings.machine())) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_COPIED,
                    name,
                    "change log of machine " + header.machine() + "; expected " + settings.machine());
        }
        if (header.encrypted()
                && !settings.key().map(key -> key.check(header.fileId())).equals(Optional.of(header.keyCheck()))) {
            throw new HoldfastException(ErrorCode.KEY_MISSING, name, "the change log was sealed with another key");
        }
        return header;
    }

    private void setAside(String name, long length) throws IOException {
        if (length <= FileHeader.BYTES) {
            storage.delete(name);
        } else {
            damage.add(name + ": no file header before " + length + " bytes");
            storage.rename(name, name + ChangeLog.DAMAGED_SUFFIX);
        }
    }

    private LogRecovery readAll() throws IOException {
        long first = generations.getFirst().firstSequence();
        long logged = first - 1;
        int read = 0;
        while (read < generations.size() && damage.isEmpty()) {
            Generation generation = generations.get(read);
            read++;
            boolean newest = read == generations.size();
            long last = newest ? Long.MAX_VALUE : generations.get(read).firstSequence() - 1;
            long synced = highestSynced(generation);
            logged = readWhole(generation, last, newest ? synced : last);
        }
        List<Generation> unreachable = generations.subList(read, generations.size());
        for (Generation generation : unreachable) {
            setAside(generation);
        }
        unreachable.clear();
        storage.syncNames();
        return new LogRecovery(first, logged, epoch, utcMillis, damage);
    }

    private static long highestSynced(Generation generation) throws IOException {
        long synced = generation.firstSequence() - 1;
        for (StoredFile stored : generation.files()) {
            synced = Math.max(synced, HeaderWalk.highestSynced(stored));
        }
        return synced;
    }

    /** Reads all that counts of a generation and says up to where it is whole. */
    private long readWhole(Generation generation, long last, long synced) throws IOException {
        GenerationCursor cursor = new GenerationCursor(generation, generation.firstSequence());
        for (StreamRecord entry = cursor.next(last); entry != null; entry = cursor.next(last)) {
            utcMillis = Math.max(utcMillis, entry.utcMillis());
        }
        long end = cursor.wanted() - 1;
        if (end < synced) {
            damage.add(cursor.damage().orElse("sequence " + (end + 1) + " is missing") + "; " + synced + " was synced");
            generation.files().forEach(stored -> damagedFiles.add(stored.name()));
        }
        return end;
    }

    /** What lies behind damage belongs to no whole beginning of the stream. */
    private void setAside(Generation generation) throws IOException {
        for (StoredFile stored : generation.files()) {
            stored.file.close();
            storage.rename(stored.name(), stored.name() + ChangeLog.DAMAGED_SUFFIX);
        }
    }
}
