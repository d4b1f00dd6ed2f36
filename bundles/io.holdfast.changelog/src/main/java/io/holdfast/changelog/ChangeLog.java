package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.StreamRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The change log of one machine: a {@code .hrl} file for each disk, and a second one while the first is in transit. All disks switch at one
 * sequence; a generation is dropped whole when the store has all of it.
 *
 * <p>Invariant: everything from {@link #firstSequence} to {@link #loggedSequence} is on stable storage, once, in order.
 *
 * <p>Threads: {@link #begin}, {@link #append}, {@link #sync}, {@link #rest} and {@link #tidy} belong to one thread, the writer; {@link
 * #release} and a {@link LogReader} to another one, the sender; the getters to everybody. After an error of the writer's methods the
 * current generation takes nothing more until {@link #begin} was called; what is logged can still be read.
 *
 * @since 1.0
 */
public final class ChangeLog implements AutoCloseable {

    static final String SUFFIX = ".hrl";
    static final String DAMAGED_SUFFIX = ".damaged";

    private static final String OBJECT = "change log";
    /** A file is switched when it has a quarter of what its disk may take, so that there is room for the next while it is in transit. */
    private static final int SWITCHES_WITHIN_BOUND = 4;

    /** A disk of less than twice this may have a log of this: headers alone take more than half of the smallest disks. */
    private static final long BOUND_BYTES_LEAST = 128 << 10;

    private static final long SWITCH_BYTES_LEAST = 4L * Blocks.BYTES;
    private static final UUID NO_KEY_CHECK = new UUID(0, 0);

    private final LogStorage storage;
    private final LogSettings settings;
    private final RandomGenerator random;
    private final LogRecovery recovery;
    private final Set<String> damagedFiles;
    private final Object filesLock = new Object();
    /** Oldest first. Changed by the writer alone, under the lock. */
    private final List<Generation> generations;

    private @Nullable WriterState writer;
    private volatile long loggedSequence;
    private volatile long releasedSequence;
    private long appendedSequence;
    private long pinnedSequence;
    private long generationNumber;
    private long newestEpoch;

    /** What the current generation is written with. */
    private record WriterState(Map<Integer, GroupWriter> byDisk, GroupWriter primary, Map<Integer, Long> bounds) {

        Collection<GroupWriter> all() {
            return byDisk.values();
        }

        GroupWriter writerFor(StreamRecord entry) {
            if (entry instanceof StreamRecord.Change change) {
                GroupWriter found = byDisk.get(change.disk());
                if (found == null) {
                    throw new HoldfastException(
                            ErrorCode.INVALID_ARGUMENT, OBJECT, "disk " + change.disk() + " has no file");
                }
                return found;
            }
            return primary;
        }
    }

    private ChangeLog(
            LogStorage storage, LogSettings settings, RandomGenerator random, RecoveryScan scan, LogRecovery recovery) {
        this.storage = storage;
        this.settings = settings;
        this.random = random;
        this.recovery = recovery;
        this.generations = new ArrayList<>(scan.generations());
        this.damagedFiles = scan.damagedFiles();
        this.loggedSequence = recovery.loggedSequence();
        this.appendedSequence = recovery.loggedSequence();
        this.generationNumber =
                generations.isEmpty() ? 0 : generations.getLast().number();
    }

    /**
     * Opens a log and finds out what it holds. Takes nothing before {@link #begin}.
     *
     * @param storage where its files are
     * @param settings its bounds and key
     * @param random for file ids and nonces; cryptographically strong when there is a key
     * @return the log
     * @throws HoldfastException {@code KEY_MISSING} when it was sealed with another key, {@code DATA_FOLDER_COPIED} when it is another
     *     machine's, {@code DISK_ERROR}
     */
    public static ChangeLog open(LogStorage storage, LogSettings settings, RandomGenerator random) {
        try {
            RecoveryScan scan = new RecoveryScan(storage, settings);
            LogRecovery recovery = scan.run();
            return new ChangeLog(storage, settings, random, scan, recovery);
        } catch (IOException e) {
            throw LogErrors.of(OBJECT, e);
        }
    }

    /**
     * Tells what was found by {@link #open}.
     *
     * @return the findings
     */
    public LogRecovery recovery() {
        return recovery;
    }

    /**
     * Begins a generation: files for these disks, durable on return. Everything older is forgotten first when {@code firstSequence} does not
     * follow what is logged: the owner does that only when the store has what it forgets, or has lost what came before it.
     *
     * @param epoch of the records to come
     * @param firstSequence of the next record, at least 1
     * @param disks the machine's disks, at least one
     * @throws HoldfastException {@code DISK_FULL} or {@code DISK_ERROR}; nothing can be appended then
     */
    public void begin(long epoch, long firstSequence, List<DiskDescription> disks) {
        writer = null;
        if (disks.isEmpty()) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, OBJECT, "no disks; expected at least one");
        }
        try {
            if (firstSequence != loggedSequence + 1) {
                forgetAll();
            }
            keepUnderOtherNames();
            List<StoredFile> files = create(epoch, firstSequence, disks);
            synchronized (filesLock) {
                generations.add(new Generation(files.getFirst().header.generation(), firstSequence, files));
                loggedSequence = firstSequence - 1;
            }
            appendedSequence = firstSequence - 1;
            pinnedSequence = firstSequence - 1;
            writer = writerOf(files, disks);
            newestEpoch = epoch;
        } catch (IOException e) {
            throw LogErrors.of(OBJECT, e);
        }
    }

    private WriterState writerOf(List<StoredFile> files, List<DiskDescription> disks) {
        Map<Integer, GroupWriter> byDisk = new HashMap<>();
        files.forEach(stored -> byDisk.put(stored.header.disk(), new GroupWriter(stored, random)));
        Map<Integer, Long> bounds = new HashMap<>();
        disks.forEach(disk -> bounds.put(disk.number(), Math.max(BOUND_BYTES_LEAST, disk.sizeBytes() / 2)));
        GroupWriter primary =
                Objects.requireNonNull(byDisk.get(files.getFirst().header.disk()));
        return new WriterState(byDisk, primary, bounds);
    }

    private void forgetAll() throws IOException {
        List<Generation> all;
        synchronized (filesLock) {
            all = List.copyOf(generations);
            generations.clear();
            releasedSequence = 0;
        }
        drop(all);
    }

    private void keepUnderOtherNames() throws IOException {
        List<Generation> older;
        synchronized (filesLock) {
            older = List.copyOf(generations);
        }
        for (Generation generation : older) {
            for (StoredFile stored : generation.files()) {
                String transit = "disk-" + stored.header.disk() + "-" + generation.number() + SUFFIX;
                if (!stored.name().equals(transit)) {
                    storage.rename(stored.name(), transit);
                    if (damagedFiles.remove(stored.name())) {
                        damagedFiles.add(transit);
                    }
                    stored.renamed(transit);
                }
            }
        }
    }

    private List<StoredFile> create(long epoch, long firstSequence, List<DiskDescription> disks) throws IOException {
        List<Integer> numbers =
                disks.stream().map(DiskDescription::number).sorted().toList();
        generationNumber++;
        List<StoredFile> files = new ArrayList<>();
        try {
            for (int number : numbers.reversed()) {
                files.addFirst(create(epoch, firstSequence, number, numbers));
            }
            storage.syncNames();
            return files;
        } catch (IOException e) {
            for (StoredFile stored : files) {
                stored.file.close();
                storage.delete(stored.name());
            }
            throw e;
        }
    }

    /** The primary is created last, after the others' names are durable: without it a generation does not exist. */
    private StoredFile create(long epoch, long firstSequence, int number, List<Integer> numbers) throws IOException {
        boolean primary = number == numbers.getFirst();
        if (primary) {
            storage.syncNames();
        }
        UUID fileId = new UUID(random.nextLong(), random.nextLong());
        Optional<LogKey> key = settings.key();
        UUID check = key.map(master -> master.check(fileId)).orElse(NO_KEY_CHECK);
        FileHeader header = new FileHeader(
                settings.machine(),
                fileId,
                generationNumber,
                epoch,
                firstSequence,
                number,
                primary,
                key.isPresent(),
                check,
                numbers);
        String name = "disk-" + number + SUFFIX;
        LogFile file = storage.create(name);
        try {
            file.write(0, header.encode());
            file.force();
            return new StoredFile(name, file, header, key, FileHeader.BYTES);
        } catch (IOException e) {
            file.close();
            storage.delete(name);
            throw e;
        }
    }

    /**
     * Appends records in order. They are on stable storage after {@link #sync}.
     *
     * @param epoch the newest epoch that the owner has opened
     * @param records the next ones: numbered records follow each other without a gap, proofs speak of what was appended
     * @return false when a change does not fit within the bounds; then nothing of {@code records} was appended. What is no change always
     *     fits
     * @throws HoldfastException {@code SEQUENCE_CONFLICT} when the first does not follow, {@code ILLEGAL_STATE} before {@link #begin},
     *     {@code DISK_FULL}, {@code DISK_ERROR}
     */
    public boolean append(long epoch, List<StreamRecord> records) {
        WriterState current = current();
        if (!fits(current, records)) {
            return false;
        }
        try {
            for (StreamRecord entry : records) {
                boolean follows = entry instanceof StreamRecord.Proof
                        ? entry.sequence() <= appendedSequence
                        : entry.sequence() == appendedSequence + 1;
                if (!follows) {
                    throw new HoldfastException(
                            ErrorCode.SEQUENCE_CONFLICT,
                            OBJECT,
                            "sequence " + entry.sequence() + " after " + appendedSequence);
                }
                current.writerFor(entry).add(entry, epoch, loggedSequence);
                appendedSequence = Math.max(appendedSequence, entry.sequence());
            }
            for (GroupWriter each : current.all()) {
                each.writeAdded(epoch, loggedSequence);
            }
            newestEpoch = epoch;
            return true;
        } catch (IOException e) {
            writer = null;
            throw LogErrors.of(OBJECT, e);
        }
    }

    private WriterState current() {
        WriterState current = writer;
        if (current == null) {
            throw new HoldfastException(ErrorCode.ILLEGAL_STATE, OBJECT, "takes nothing before a generation was begun");
        }
        return current;
    }

    private boolean fits(WriterState current, List<StreamRecord> records) {
        Map<Integer, Long> added = new HashMap<>();
        for (StreamRecord entry : records) {
            if (entry instanceof StreamRecord.Change change) {
                added.merge(change.disk(), GroupWriter.bytesFor(RecordCodec.encodedBytes(entry)), Long::sum);
            }
        }
        long total =
                bytes() + added.values().stream().mapToLong(Long::longValue).sum();
        if (!added.isEmpty() && total > settings.bytesMax()) {
            return false;
        }
        return added.entrySet().stream().allMatch(entry -> {
            long bound = current.bounds().getOrDefault(entry.getKey(), 0L);
            return bytes(entry.getKey()) + entry.getValue() <= bound;
        });
    }

    /**
     * Makes everything appended durable and readable.
     *
     * @return {@link #loggedSequence}
     * @throws HoldfastException {@code DISK_FULL}, {@code DISK_ERROR}: nothing of what was appended since the last sync may be counted on
     */
    public long sync() {
        WriterState current = current();
        try {
            for (GroupWriter each : current.all()) {
                each.sync();
            }
        } catch (IOException e) {
            writer = null;
            throw LogErrors.of(OBJECT, e);
        }
        current.all().forEach(GroupWriter::publish);
        loggedSequence = appendedSequence;
        return loggedSequence;
    }

    /**
     * Writes down that everything logged was synced, so that later damage to it is never taken for a torn tail. The next group says the same;
     * called when none comes for a while. Does nothing a second time.
     *
     * @throws HoldfastException as {@link #sync}
     */
    public void rest() {
        WriterState current = current();
        if (pinnedSequence == loggedSequence) {
            return;
        }
        try {
            current.primary().writeGroup(newestEpoch, loggedSequence);
        } catch (IOException e) {
            writer = null;
            throw LogErrors.of(OBJECT, e);
        }
        sync();
        pinnedSequence = loggedSequence;
    }

    /**
     * Tells whether the current generation is large enough to be switched and none is in transit: as a whole for the setting, or one of its
     * files for the bound of its disk. The owner then calls {@link #begin} with the next sequence. For the writer.
     *
     * @return true when a switch is due
     */
    public boolean switchDue() {
        WriterState current = writer;
        synchronized (filesLock) {
            if (current == null || generations.size() != 1) {
                return false;
            }
            Generation newest = generations.getFirst();
            return newest.bytes() >= settings.switchBytes()
                    || newest.files().stream().anyMatch(stored -> isLargeForItsDisk(stored, current));
        }
    }

    private static boolean isLargeForItsDisk(StoredFile stored, WriterState current) {
        long quarter = current.bounds().getOrDefault(stored.header.disk(), Long.MAX_VALUE) / SWITCHES_WITHIN_BOUND;
        return stored.writtenEnd() >= Math.max(SWITCH_BYTES_LEAST, quarter);
    }

    /**
     * Tells the highest sequence on stable storage.
     *
     * @return 0 when there is none
     */
    public long loggedSequence() {
        return loggedSequence;
    }

    /**
     * Tells the lowest sequence that can be read; what was released counts as gone.
     *
     * @return {@code loggedSequence() + 1} when there is none
     */
    public long firstSequence() {
        synchronized (filesLock) {
            int released = releasedGenerations();
            return released == generations.size()
                    ? loggedSequence + 1
                    : generations.get(released).firstSequence();
        }
    }

    /** How many of the oldest generations were released as a whole. */
    private int releasedGenerations() {
        int count = 0;
        while (count + 1 < generations.size() && generations.get(count + 1).firstSequence() - 1 <= releasedSequence) {
            count++;
        }
        return count;
    }

    /**
     * Tells what the log takes on its disk.
     *
     * @return bytes of all files
     */
    public long bytes() {
        synchronized (filesLock) {
            return generations.stream().mapToLong(Generation::bytes).sum();
        }
    }

    private long bytes(int disk) {
        synchronized (filesLock) {
            return generations.stream()
                    .mapToLong(generation -> generation.bytes(disk))
                    .sum();
        }
    }

    /**
     * Reads from a sequence on.
     *
     * @param fromSequence the first numbered record that is wanted; proofs of the sequence before it come too
     * @return the reader
     * @throws HoldfastException {@code LOG_DAMAGED} when the log begins only after it
     */
    public LogReader read(long fromSequence) {
        if (fromSequence < firstSequence()) {
            throw new HoldfastException(
                    ErrorCode.LOG_DAMAGED,
                    OBJECT,
                    "sequence " + fromSequence + " asked for; the log begins at " + firstSequence());
        }
        return new MergedReader(this, fromSequence);
    }

    /** The generation that a sequence lies in or will. */
    Optional<Generation> generationOf(long sequence) {
        synchronized (filesLock) {
            return generations.reversed().stream()
                    .filter(generation -> generation.firstSequence() <= sequence)
                    .findFirst();
        }
    }

    /** The last sequence that counts in a generation; nothing when it is gone or may go at any moment. */
    OptionalLong lastSequenceOf(Generation generation) {
        synchronized (filesLock) {
            int index = generations.indexOf(generation);
            if (index == generations.size() - 1 && index >= 0) {
                return OptionalLong.of(loggedSequence);
            }
            long last = index < 0 ? 0 : generations.get(index + 1).firstSequence() - 1;
            return index < 0 || last <= releasedSequence ? OptionalLong.empty() : OptionalLong.of(last);
        }
    }

    /**
     * Says what the store has. Readers that have not passed it must not be used any more. Files go with the next {@link #tidy}.
     *
     * @param durableSequence the highest sequence that the store has durably
     */
    public void release(long durableSequence) {
        releasedSequence = Math.max(releasedSequence, durableSequence);
    }

    /**
     * Deletes the generations of which everything was released. Files that showed damage are kept under the name with {@value
     * #DAMAGED_SUFFIX}.
     *
     * @throws HoldfastException {@code DISK_ERROR} when files cannot be deleted
     */
    public void tidy() {
        List<Generation> done = new ArrayList<>();
        synchronized (filesLock) {
            List<Generation> released = generations.subList(0, releasedGenerations());
            done.addAll(released);
            released.clear();
        }
        try {
            drop(done);
        } catch (IOException e) {
            throw LogErrors.of(OBJECT, e);
        }
    }

    /** Deletes the primary first and durably: without it the rest is known to be on its way out. */
    private void drop(List<Generation> done) throws IOException {
        for (Generation generation : done) {
            for (StoredFile stored : generation.files()) {
                stored.file.close();
                if (damagedFiles.remove(stored.name())) {
                    storage.rename(stored.name(), stored.name() + DAMAGED_SUFFIX);
                } else {
                    storage.delete(stored.name());
                }
                if (stored.header.primary()) {
                    storage.syncNames();
                }
            }
        }
        if (!done.isEmpty()) {
            storage.syncNames();
        }
    }

    /** Closes all files. What was not synced may be lost. Idempotent. */
    @Override
    public void close() {
        writer = null;
        synchronized (filesLock) {
            generations.forEach(generation -> generation.files().forEach(stored -> stored.file.close()));
        }
    }
}
