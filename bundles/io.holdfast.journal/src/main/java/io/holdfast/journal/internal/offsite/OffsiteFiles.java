package io.holdfast.journal.internal.offsite;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.blob.BlobContent;
import io.holdfast.blob.BlobStore;
import io.holdfast.blob.ObjectLog;
import io.holdfast.blob.StoredFile;
import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.ForwardingFiles;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.file.UnreachableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The files of a store whose sealed segments rest as objects. Everything is written to the folder; {@link #offload} carries a sealed segment to the
 * objects and then deletes it here. A segment that is in both is read from the folder. So nothing is ever in neither, and a commit never waits for
 * the objects. The room is that of the folder. Thread-safe.
 */
public final class OffsiteFiles extends ForwardingFiles {

    private static final String MACHINES = "machines";

    private final StoreFiles local;
    private final BlobStore objects;
    private final UUID writer;
    private final Map<MachineId, ObjectLog> logs = new HashMap<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private final Object leaving = new Object();
    private boolean scanned;

    /**
     * Joins a folder and objects.
     *
     * @param local the store's folder
     * @param objects where sealed segments rest; used for this store alone
     */
    public OffsiteFiles(StoreFiles local, BlobStore objects) {
        super(local);
        this.local = local;
        this.objects = objects;
        this.writer = local.newIdentity();
    }

    private ObjectLog log(MachineId machine) throws IOException {
        synchronized (logs) {
            ObjectLog log = logs.get(machine);
            if (log == null) {
                log = ask(() -> ObjectLog.open(objects, machine, writer));
                logs.put(machine, log);
            }
            return log;
        }
    }

    private interface Question<T> {

        T ask();
    }

    /** What goes wrong with objects is for the engine what goes wrong with files. */
    private static <T> T ask(Question<T> question) throws IOException {
        try {
            return question.ask();
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.DISK_FULL) {
                DiskFullException full = new DiskFullException(e.object());
                full.initCause(e);
                throw full;
            }
            throw new UnreachableException(String.valueOf(e.getMessage()), e);
        }
    }

    private Optional<StoredFile> resting(String path) throws IOException {
        Optional<RestingPath> segment = RestingPath.ofSegment(path);
        return segment.isEmpty()
                ? Optional.empty()
                : log(segment.get().machine()).find(segment.get().name());
    }

    @Override
    public StoreFile open(String path, OpenMode mode) throws IOException {
        Optional<RestingPath> segment = RestingPath.ofSegment(path);
        if (segment.isEmpty() || mode != OpenMode.READ && mode != OpenMode.EXISTING) {
            return local.open(path, mode);
        }
        try {
            return local.open(path, mode);
        } catch (NoSuchFileException e) {
            ObjectLog log = log(segment.get().machine());
            Optional<StoredFile> stored = log.find(segment.get().name());
            if (stored.isEmpty()) {
                throw e;
            }
            return new RestingFile(log, stored.get());
        }
    }

    @Override
    public boolean exists(String path) {
        try {
            return local.exists(path) || resting(path).isPresent();
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DISK_ERROR, path, "cannot be looked for: " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> here = local.list(directory);
        Optional<RestingPath> history = RestingPath.ofHistory(directory);
        if (history.isEmpty()) {
            return here;
        }
        TreeSet<String> all = new TreeSet<>(here);
        String prefix = history.get().prefix();
        for (StoredFile file : log(history.get().machine()).files()) {
            if (file.name().startsWith(prefix)) {
                all.add(file.name().substring(prefix.length()));
            }
        }
        return List.copyOf(all);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        synchronized (leaving) {
            local.rename(from, to);
        }
        if (RestingPath.ofSegment(to).isPresent()) {
            synchronized (waiting) {
                waiting.add(to);
            }
        }
    }

    @Override
    public void delete(String path) throws IOException {
        Optional<RestingPath> destroyed = RestingPath.ofDestroyed(path);
        if (destroyed.isPresent()) {
            removeHistory(destroyed.get());
        }
        synchronized (leaving) {
            local.delete(path);
        }
        if (resting(path).isPresent()) {
            RestingPath segment = RestingPath.ofSegment(path).orElseThrow();
            ObjectLog log = log(segment.machine());
            ask(() -> {
                log.remove(List.of(segment.name()));
                return true;
            });
        }
    }

    private void removeHistory(RestingPath history) throws IOException {
        ObjectLog log = log(history.machine());
        List<String> names = log.files().stream()
                .map(StoredFile::name)
                .filter(name -> name.startsWith(history.prefix()))
                .toList();
        ask(() -> {
            log.remove(names);
            return true;
        });
    }

    /** What is open for writing lies in the folder. */
    @Override
    public void forceAll(List<StoreFile> files, List<String> directories) throws IOException {
        local.forceAll(files, directories);
    }

    // ---- carrying away

    @Override
    public boolean offload() throws IOException {
        scan();
        String path;
        synchronized (waiting) {
            path = waiting.poll();
        }
        if (path == null) {
            return false;
        }
        boolean done = false;
        try {
            carry(path, RestingPath.ofSegment(path).orElseThrow());
            done = true;
            return true;
        } finally {
            if (!done) {
                synchronized (waiting) {
                    waiting.add(path);
                }
            }
        }
    }

    /** Finds what an earlier process has not carried away. */
    private void scan() throws IOException {
        if (scanned) {
            return;
        }
        List<String> found = new ArrayList<>();
        for (String folder : local.list(MACHINES)) {
            for (String name : local.list(MACHINES + "/" + folder)) {
                String path = MACHINES + "/" + folder + "/" + name;
                if (RestingPath.ofSegment(path).isPresent()) {
                    found.add(path);
                }
            }
        }
        synchronized (waiting) {
            found.stream().filter(path -> !waiting.contains(path)).forEach(waiting::add);
        }
        scanned = true;
    }

    private void carry(String path, RestingPath segment) throws IOException {
        ObjectLog log = log(segment.machine());
        try (StoreFile file = local.open(path, OpenMode.READ)) {
            Content content = new Content(file, file.size());
            ask(() -> log.put(segment.name(), content));
        } catch (NoSuchFileException _) {
            return;
        }
        boolean gone;
        synchronized (leaving) {
            gone = !local.exists(path);
            if (!gone) {
                local.delete(path);
                local.forceDirectory(path.substring(0, path.lastIndexOf('/')));
            }
        }
        if (gone) {
            ask(() -> {
                log.remove(List.of(segment.name()));
                return true;
            });
        }
    }

    /** A file of the folder, as the content of an object. */
    private record Content(StoreFile file, long length) implements BlobContent {

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            int wanted = target.remaining();
            if (file.read(offset, target) < wanted) {
                throw new IOException("the segment ends within " + wanted + " bytes at " + offset);
            }
        }
    }
}
