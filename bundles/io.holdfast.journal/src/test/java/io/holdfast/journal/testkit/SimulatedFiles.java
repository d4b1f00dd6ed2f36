package io.holdfast.journal.testkit;

import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.Room;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Files in memory that forget what was not forced. A crash keeps any part of the unforced writes, sector by sector, and any of the unforced
 * changes of names, each name's in their order. Power can be made to fail at any operation, a force to fail, the medium to be full.
 */
public final class SimulatedFiles implements StoreFiles {

    /** What the medium says of its size: large, with others that take most of it. */
    private static final long MEDIUM_BYTES = 1L << 40;

    /** Stands for a directory among the names. */
    private static final SimulatedContent DIRECTORY = new SimulatedContent();

    private final Map<String, SimulatedContent> names;
    private final Map<String, SimulatedContent> durableNames;
    private final List<NameChange> unforced = new ArrayList<>();
    private final Random random;
    private final long identity;
    private final Operations operations;
    private final SimulatedRoom room = new SimulatedRoom(this::bytes);
    private boolean locked;

    private record NameChange(
            String name,
            @Nullable SimulatedContent before,
            @Nullable SimulatedContent after,
            long group) {}

    public SimulatedFiles(long seed) {
        this(seed, 0);
    }

    /** The same as all others of that seed, but for the identities that it gives. */
    public SimulatedFiles(long seed, long identity) {
        this(new TreeMap<>(), new Random(seed), identity, 0);
    }

    private SimulatedFiles(Map<String, SimulatedContent> names, Random random, long identity, long operationsBefore) {
        this.identity = identity;
        this.operations = new Operations(operationsBefore);
        this.names = names;
        this.durableNames = new TreeMap<>(names);
        this.random = random;
    }

    /** Counts writes, forces and changes of names. */
    public long operations() {
        return operations.changes();
    }

    /** Counts reads. */
    public long reads() {
        return operations.reads();
    }

    /** Power fails at this operation, counted from the first one ever. */
    public void crashAt(long operation) {
        operations.crashAt(operation);
    }

    /** The first force at this operation or later fails, and every later one of the same file. */
    public void failForceAt(long operation) {
        operations.failForceAt(operation);
    }

    /** Whether power has failed. */
    public boolean isDown() {
        return operations.isDown();
    }

    /** Runs something before each write, force and change of names. */
    public void beforeEach(Runnable action) {
        operations.beforeEach(action);
    }

    /** Something goes wrong at this operation: of {@link #reads} for an error of reading, else of {@link #operations}. */
    public void failAt(Fault fault, long operation) {
        operations.failAt(fault, operation);
    }

    /** Whether the fault asked for has come to pass: not every operation can suffer each. */
    public boolean faultHappened() {
        return operations.faultHappened();
    }

    /** No file may grow once all have so many bytes together. */
    public synchronized void bytesMax(long bytes) {
        room.bytesMax(bytes, Fault.DISK_FULL);
    }

    /** The same, and once they have, of what is written over only what the fault spares may be written. */
    public synchronized void bytesMax(long bytes, Fault how) {
        room.bytesMax(bytes, how);
    }

    public synchronized long bytes() {
        return names.values().stream()
                .distinct()
                .mapToLong(SimulatedContent::size)
                .sum();
    }

    /** What another boot finds after power was lost. */
    public SimulatedFiles afterCrash() {
        boolean loseAll = random.nextInt(4) == 0;
        boolean keepAll = !loseAll && random.nextInt(4) == 0;
        operations.goDown();
        return boot(_ -> !loseAll && (keepAll || random.nextBoolean()), content -> content.afterCrash(random));
    }

    /** What another boot would find if power were lost now and just these of the {@link #unforced} operations had reached the medium. */
    public synchronized SimulatedFiles outcome(CrashChoice choice) {
        return boot(choice.kept()::contains, content -> content.afterCrash(choice, random));
    }

    private SimulatedFiles boot(LongPredicate keeps, UnaryOperator<SimulatedContent> survivor) {
        Map<String, SimulatedContent> found = new TreeMap<>(durableNames);
        Set<String> stopped = new HashSet<>();
        Set<Long> lostGroups = new HashSet<>();
        for (NameChange change : unforced) {
            boolean keep = keeps.test(change.group);
            if (!keep || stopped.contains(change.name) || lostGroups.contains(change.group)) {
                lostGroups.add(change.group);
                unforced.stream().filter(each -> each.group == change.group).forEach(each -> stopped.add(each.name));
            }
        }
        for (NameChange change : unforced) {
            if (!lostGroups.contains(change.group)) {
                put(found, change.name, change.after);
            }
        }
        Map<SimulatedContent, SimulatedContent> survivors = new IdentityHashMap<>();
        found.replaceAll(
                (_, content) -> content == DIRECTORY ? DIRECTORY : survivors.computeIfAbsent(content, survivor));
        found.keySet().removeIf(name -> name.contains("/") && !found.containsKey(parent(name)));
        return new SimulatedFiles(found, random, identity, 0);
    }

    /** The operations, in order, that a loss of power may undo. */
    public List<Long> unforced() {
        Set<Long> all = new TreeSet<>();
        Set<SimulatedContent> contents = Collections.newSetFromMap(new IdentityHashMap<>());
        contents.addAll(names.values());
        contents.addAll(durableNames.values());
        for (NameChange change : unforced) {
            all.add(change.group);
            if (change.after != null) {
                contents.add(change.after);
            }
        }
        contents.forEach(content -> all.addAll(content.unforced()));
        return List.copyOf(all);
    }

    /** What another process finds after this one was killed: nothing is lost. */
    public SimulatedFiles afterKill() {
        operations.goDown();
        SimulatedFiles same = new SimulatedFiles(new TreeMap<>(names), random, identity, operations());
        same.durableNames.clear();
        same.durableNames.putAll(durableNames);
        same.unforced.addAll(unforced);
        return same;
    }

    /** A copy of everything as it is now, as a snapshot of the host would have it. */
    public SimulatedFiles snapshot() {
        Map<String, SimulatedContent> copies = new TreeMap<>();
        names.forEach((name, content) -> copies.put(name, content == DIRECTORY ? DIRECTORY : content.copy()));
        return new SimulatedFiles(copies, random, identity, 0);
    }

    /** The bytes of a file as they are now; changing them is damage. */
    public byte[] content(String path) {
        SimulatedContent content = names.get(path);
        if (content == null) {
            throw new IllegalArgumentException(path + " is not there");
        }
        return content.bytes();
    }

    public List<String> paths() {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue() != DIRECTORY)
                .map(Map.Entry::getKey)
                .toList();
    }

    public void remove(String path) {
        names.remove(path);
        durableNames.remove(path);
    }

    /** Replaces a file's content, durable. */
    public void replace(String path, byte[] bytes) {
        SimulatedContent content = SimulatedContent.of(bytes);
        names.put(path, content);
        durableNames.put(path, content);
    }

    /** Changes a file's bytes under whoever has it open. */
    public void overwrite(String path, byte[] bytes) {
        SimulatedContent content = names.get(path);
        if (content == null) {
            throw new IllegalArgumentException(path + " is not there");
        }
        content.write(0, bytes, operations.changes());
        content.force();
    }

    /** Does what a fault at the change counted last does to the medium as a whole. */
    synchronized void afterChange() {
        room.afterChange(operations);
        if (operations.hits(Fault.BIT_ROT)) {
            rot();
        }
    }

    private void rot() {
        List<String> candidates = paths();
        if (candidates.isEmpty()) {
            return;
        }
        SimulatedContent content = names.get(candidates.get(random.nextInt(candidates.size())));
        if (content != null && content.size() > 0) {
            content.flip(random.nextInt((int) content.size()), random.nextInt(8));
        }
    }

    /** How many bytes of a write there is room for. */
    synchronized int fitting(SimulatedContent content, long position, int length) {
        return room.fitting(content, position, length);
    }

    /** How often something found no room. */
    public synchronized long refusals() {
        return room.refusals();
    }

    synchronized DiskFullException full(String path) {
        return room.refusal(path);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static void put(Map<String, SimulatedContent> map, String name, @Nullable SimulatedContent content) {
        if (content == null) {
            map.remove(name);
        } else {
            map.put(name, content);
        }
    }

    private void change(String name, @Nullable SimulatedContent after, long group) {
        unforced.add(new NameChange(name, names.get(name), after, group));
        put(names, name, after);
    }

    @Override
    public synchronized StoreFile open(String path, OpenMode mode) throws IOException {
        SimulatedContent found = names.get(path);
        if (found == null && (mode == OpenMode.READ || mode == OpenMode.EXISTING)) {
            throw new NoSuchFileException(path);
        }
        if (found != null && mode == OpenMode.NEW) {
            throw new FileAlreadyExistsException(path);
        }
        if (found == null) {
            count(path);
            requireParent(path);
            requireRoom(path);
            found = new SimulatedContent();
            change(path, found, operations.changes());
        } else if (mode == OpenMode.REPLACE) {
            count(path);
            found.truncate(0, operations.changes());
        } else {
            operations.read(path);
        }
        return new SimulatedFile(this, operations, path, found, mode == OpenMode.READ);
    }

    private void count(String path) throws IOException {
        operations.change(path);
        afterChange();
    }

    /** A new name takes room as well. */
    private void requireRoom(String path) throws DiskFullException {
        if (room.left() <= 0) {
            throw full(path);
        }
    }

    private void requireParent(String path) throws NoSuchFileException {
        if (path.contains("/") && names.get(parent(path)) != DIRECTORY) {
            throw new NoSuchFileException(parent(path));
        }
    }

    @Override
    public synchronized boolean exists(String path) {
        return names.containsKey(path);
    }

    @Override
    public synchronized List<String> list(String directory) throws IOException {
        if (!directory.isEmpty() && names.get(directory) != DIRECTORY) {
            throw new NoSuchFileException(directory);
        }
        return names.keySet().stream()
                .filter(name -> parent(name).equals(directory))
                .map(name -> name.substring(directory.isEmpty() ? 0 : directory.length() + 1))
                .sorted()
                .toList();
    }

    @Override
    public synchronized void createDirectory(String directory) throws IOException {
        if (!names.containsKey(directory)) {
            count(directory);
            requireParent(directory);
            requireRoom(directory);
            change(directory, DIRECTORY, operations.changes());
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        count(from);
        SimulatedContent content = names.get(from);
        if (content == null) {
            throw new NoSuchFileException(from);
        }
        long group = operations.changes();
        change(from, null, group);
        change(to, content, group);
        for (String name : List.copyOf(names.keySet())) {
            if (name.startsWith(from + "/")) {
                SimulatedContent inner = names.get(name);
                change(name, null, group);
                change(to + name.substring(from.length()), inner, group);
            }
        }
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        count(path);
        if (names.keySet().stream().anyMatch(name -> name.startsWith(path + "/"))) {
            throw new IOException(path + " is not empty");
        }
        if (names.containsKey(path)) {
            change(path, null, operations.changes());
        }
    }

    @Override
    public synchronized void forceDirectory(String directory) throws IOException {
        count(directory);
        if (operations.forceFails()) {
            throw new IOException(directory + ": force failed");
        }
        if (!exists(directory) && !directory.isEmpty()) {
            throw new NoSuchFileException(directory);
        }
        Set<Long> groups = new HashSet<>();
        for (NameChange change : unforced) {
            if (parent(change.name).equals(directory)) {
                groups.add(change.group);
            }
        }
        unforced.stream()
                .filter(change -> groups.contains(change.group))
                .forEach(change -> put(durableNames, change.name, change.after));
        unforced.removeIf(change -> groups.contains(change.group));
    }

    @Override
    public synchronized Room room() {
        return new Room(Math.max(0, room.left()), MEDIUM_BYTES);
    }

    @Override
    public synchronized Optional<AutoCloseable> lock(String path) {
        if (locked) {
            return Optional.empty();
        }
        locked = true;
        return Optional.of(() -> locked = false);
    }

    @Override
    public Optional<AutoCloseable> lockForReading(String path) {
        return lock(path);
    }

    @Override
    public UUID newIdentity() {
        return new UUID(random.nextLong() ^ identity, random.nextLong());
    }
}
