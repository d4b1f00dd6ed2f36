package io.holdfast.journal.internal.overlay;

import io.holdfast.journal.file.ForwardingFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files of a store that is only read. What its opening would change on the medium (a torn end cut, batches moved from the intake log to their segments)
 * changes in memory, and is forgotten with this object. The medium is opened for reading and in no other way. Folders are made and deleted, and not renamed.
 */
public final class OverlayFiles extends ForwardingFiles {

    /** More than the usual intake log, which is what is moved to segments at most; holds in the heap of the command line. */
    private static final long BYTES_MAX = 96L << 20;

    private final StoreFiles medium;
    private final OverlayMemory memory;
    private final TreeMap<String, OverlayEntry> entries = new TreeMap<>();

    /**
     * Puts memory over a medium.
     *
     * @param medium where the store lies; nobody changes it meanwhile
     */
    public OverlayFiles(StoreFiles medium) {
        this(medium, BYTES_MAX);
    }

    /**
     * Puts memory over a medium.
     *
     * @param medium where the store lies; nobody changes it meanwhile
     * @param bytesMax of memory for what was written; writing more fails as on a full medium
     */
    public OverlayFiles(StoreFiles medium, long bytesMax) {
        super(medium);
        this.medium = medium;
        this.memory = new OverlayMemory(bytesMax);
    }

    @Override
    public synchronized StoreFile open(String path, OpenMode mode) throws IOException {
        OverlayContent content = switch (mode) {
            case READ, EXISTING -> find(path);
            case NEW -> {
                if (exists(path)) {
                    throw new FileAlreadyExistsException(path);
                }
                yield begin(path);
            }
            case REPLACE -> begin(path);
        };
        return new OverlayFile(path, content, content.open(medium), mode != OpenMode.READ);
    }

    private OverlayContent find(String path) throws IOException {
        OverlayEntry entry = entries.get(path);
        if (entry instanceof OverlayContent content) {
            return content;
        }
        if (entry != null) {
            throw new NoSuchFileException(path);
        }
        try (StoreFile file = medium.open(path, OpenMode.READ)) {
            OverlayContent content = OverlayContent.of(memory, path, file.size());
            entries.put(path, content);
            return content;
        }
    }

    private OverlayContent begin(String path) {
        OverlayContent content = OverlayContent.empty(memory);
        put(path, content);
        return content;
    }

    private void put(String path, OverlayEntry entry) {
        if (entries.put(path, entry) instanceof OverlayContent replaced) {
            replaced.drop();
        }
    }

    @Override
    public synchronized boolean exists(String path) {
        OverlayEntry entry = entries.get(path);
        return entry == null ? medium.exists(path) : entry != OverlayEntry.Name.GONE;
    }

    @Override
    public synchronized List<String> list(String directory) throws IOException {
        OverlayEntry entry = entries.get(directory);
        if (entry == OverlayEntry.Name.GONE) {
            throw new NoSuchFileException(directory);
        }
        TreeSet<String> names = new TreeSet<>(entry == null ? medium.list(directory) : List.of());
        String prefix = directory.isEmpty() ? "" : directory + "/";
        entries.subMap(prefix, prefix + Character.MAX_VALUE).forEach((path, inside) -> {
            String name = path.substring(prefix.length());
            if (inside == OverlayEntry.Name.GONE) {
                names.remove(name);
            } else if (!name.contains("/")) {
                names.add(name);
            }
        });
        return List.copyOf(names);
    }

    @Override
    public synchronized void createDirectory(String directory) {
        if (!exists(directory)) {
            put(directory, OverlayEntry.Name.FOLDER);
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        OverlayContent content = find(from);
        entries.put(from, OverlayEntry.Name.GONE);
        put(to, content);
    }

    @Override
    public synchronized void delete(String path) {
        if (exists(path)) {
            put(path, OverlayEntry.Name.GONE);
        }
    }

    @Override
    public void forceDirectory(String directory) {
        // nothing here is ever durable
    }

    /** Who only reads keeps out those who write, and no other reader. */
    @Override
    public Optional<AutoCloseable> lock(String path) throws IOException {
        return medium.lockForReading(path);
    }

    @Override
    public boolean changesLast() {
        return false;
    }
}
