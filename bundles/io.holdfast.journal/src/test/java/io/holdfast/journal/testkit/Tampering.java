package io.holdfast.journal.testkit;

import io.holdfast.base.HoldfastException;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifiedMachine;
import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.VerifyReport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Alters small stores in one way at a time and has each verified. What a verification calls intact although it was altered is an error of this
 * class's caller to report; a line says which.
 */
public final class Tampering {

    private static final int SLOTS_BYTES = 8192;
    private static final int GROWING_STORES = 8;
    private static final int THINNED_STORES = 2;
    private static final int FLIPS_FOR_AN_OPENING = 10;

    private final Random random;
    private final List<Subject> subjects = new ArrayList<>();
    private long flips;
    private long opened;

    /** How a segment is exchanged. */
    public enum Exchange {
        /** It ends early. */
        CUT,
        /** It is exchanged with another one of the same machine. */
        SWAPPED,
        /** It stands in place of its successor, or behind the last one. */
        REPEATED,
        /** It is what it was earlier. */
        ROLLED_BACK,
        /** It is another machine's, or another store's. */
        FOREIGN
    }

    /** Looks at what an opened store serves; says with an error when bytes are not those that were written. */
    interface Reading {

        void look(RecoveryStore store);
    }

    /**
     * A store to be altered.
     *
     * @param early what it was some time before
     * @param late what it is
     * @param reading compares what it serves
     * @param meaningful how much of each file means something: what was never acknowledged does not, nor what earlier rounds left in the log
     */
    record Subject(SimulatedFiles early, SimulatedFiles late, Reading reading, Map<String, Integer> meaningful) {

        static Subject of(SimulatedFiles early, SimulatedFiles late, Reading reading) {
            Map<String, Integer> bytes = new TreeMap<>();
            for (String path : late.paths()) {
                byte[] content = late.content(path);
                bytes.put(path, path.equals("intake") ? endOfLog(content) : content.length);
            }
            for (VerifyFinding tail : verify(late).findings()) {
                bytes.put(tail.file(), (int) tail.offset());
            }
            bytes.values().removeIf(length -> length == 0);
            return new Subject(early, late, reading, bytes);
        }

        List<String> segments() {
            return meaningful.keySet().stream().filter(Tampering::isSegment).toList();
        }

        int end(String path) {
            return meaningful.getOrDefault(path, 1);
        }
    }

    public Tampering(long seed) {
        random = new Random(seed);
        for (int index = 0; index < GROWING_STORES; index++) {
            SmallStore store = new SmallStore(seed + index).grow(10);
            SimulatedFiles early = store.killed();
            store.grow(10);
            SimulatedFiles late = index % 2 == 0 ? store.killed() : store.closed();
            subjects.add(Subject.of(early, late, store::look));
        }
        for (int index = 0; index < THINNED_STORES; index++) {
            ThinnedStore store = new ThinnedStore(seed + index).overwrite(2);
            SimulatedFiles early = store.files().snapshot();
            store.keepAnHour().pass(7).overwrite(1).close();
            subjects.add(Subject.of(early, store.files().snapshot(), store::look));
        }
    }

    static boolean isSegment(String path) {
        return path.endsWith(".seg") || path.endsWith(".open");
    }

    /** What lies behind the last group of the newest generation is what was left of earlier ones and means nothing. */
    static int endOfLog(byte[] log) {
        ByteBuffer bytes = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
        long generation = Math.max(bytes.getLong(40), bytes.getLong(4096 + 40));
        int end = SLOTS_BYTES;
        while (end < log.length && isGroup(log, end) && bytes.getLong(end + 16) == generation) {
            end += (bytes.getInt(end + 12) + 4095) / 4096 * 4096;
        }
        return end;
    }

    private static boolean isGroup(byte[] log, int at) {
        return Arrays.equals(log, at + 4, at + 8, new byte[] {'H', 'F', 'G', '1'}, 0, 4);
    }

    /** The stores as they are, unaltered. */
    public List<SimulatedFiles> unaltered() {
        return subjects.stream().map(Subject::late).toList();
    }

    /** How many of the altered stores were opened, and what they served compared with what was written. */
    public long opened() {
        return opened;
    }

    /** Verifies without keys, as whoever has a disk alone would. */
    public static VerifyReport verify(SimulatedFiles files) {
        return StoreVerifier.verify(files, StoreVerifier.Means.none(StoreDriver.TIME));
    }

    /** Flips one bit of what means something; returns what was done when nobody noticed, or when an opened store served other bytes. */
    public Optional<String> flip() {
        Subject subject = subjects.get(random.nextInt(subjects.size()));
        SimulatedFiles store = subject.late().snapshot();
        List<String> paths = List.copyOf(subject.meaningful().keySet());
        String path = paths.get(random.nextInt(paths.size()));
        byte[] content = store.content(path);
        int at = random.nextInt(subject.end(path));
        int bit = random.nextInt(8);
        content[at] ^= (byte) (1 << bit);
        store.replace(path, content);
        String what = String.format(Locale.ROOT, "bit %d of byte %d of %s", bit, at, path);
        if (verify(store).intact()) {
            return Optional.of(what);
        }
        return ++flips % FLIPS_FOR_AN_OPENING == 0 ? open(subject, store, what) : Optional.empty();
    }

    /** Exchanges one segment; returns what was done when nobody noticed, or when an opened store served other bytes. */
    public Optional<String> exchange(Exchange how) {
        while (true) {
            int index = random.nextInt(subjects.size());
            Subject subject = subjects.get(index);
            SimulatedFiles store = subject.late().snapshot();
            Subject other = subjects.get((index + 1) % subjects.size());
            Optional<String> done = new SegmentExchange(random, subject, other, store).play(how);
            VerifyReport report = verify(store);
            if (done.isPresent() && !isSameHistory(how, subject, report)) {
                String what = how + " " + done.get();
                return report.intact() ? Optional.of(what) : open(subject, store, what);
            }
        }
    }

    /**
     * A full segment without its index, and every block of it there, is what a crash leaves right before the segment gets its name: nothing was
     * rolled back.
     */
    private static boolean isSameHistory(Exchange how, Subject subject, VerifyReport report) {
        return how == Exchange.ROLLED_BACK && report.intact() && blocks(report).equals(blocks(verify(subject.late())));
    }

    private static List<Long> blocks(VerifyReport report) {
        return report.machines().stream().map(VerifiedMachine::blocks).toList();
    }

    /** Opens an altered store: it is refused, or serves what was written. */
    private Optional<String> open(Subject subject, SimulatedFiles store, String what) {
        opened++;
        try (RecoveryStore open = RecoveryStore.open(store, SmallStore.SETTINGS, StoreDriver.TIME)) {
            subject.reading().look(open);
            return Optional.empty();
        } catch (HoldfastException _) {
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(what + ": opened, and " + e.getMessage());
        }
    }
}
