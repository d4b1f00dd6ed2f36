package io.holdfast.journal.testkit;

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
    private static final int STORES = 8;

    private final Random random;
    private final List<SimulatedFiles> early = new ArrayList<>();
    private final List<SimulatedFiles> late = new ArrayList<>();
    private final List<Map<String, Integer>> meaningful = new ArrayList<>();

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

    public Tampering(long seed) {
        random = new Random(seed);
        for (int index = 0; index < STORES; index++) {
            SmallStore store = new SmallStore(seed + index);
            store.grow(10);
            early.add(store.killed());
            store.grow(10);
            late.add(index % 2 == 0 ? store.killed() : store.closed());
            meaningful.add(meaningful(late.get(index)));
        }
    }

    /** How much of each file means something: what was never acknowledged does not, nor what earlier rounds left in the log. */
    private static Map<String, Integer> meaningful(SimulatedFiles store) {
        Map<String, Integer> bytes = new TreeMap<>();
        for (String path : store.paths()) {
            byte[] content = store.content(path);
            bytes.put(path, path.equals("intake") ? endOfLog(content) : content.length);
        }
        for (VerifyFinding tail : verify(store).findings()) {
            bytes.put(tail.file(), (int) tail.offset());
        }
        bytes.values().removeIf(length -> length == 0);
        return bytes;
    }

    /** The stores as they are, unaltered. */
    public List<SimulatedFiles> unaltered() {
        return List.copyOf(late);
    }

    /** Verifies without keys, as whoever has a disk alone would. */
    public static VerifyReport verify(SimulatedFiles files) {
        return StoreVerifier.verify(files, StoreVerifier.Means.none(StoreDriver.TIME));
    }

    /** Flips one bit of what means something; returns what was done when nobody noticed. */
    public Optional<String> flip() {
        int index = random.nextInt(STORES);
        SimulatedFiles store = late.get(index).snapshot();
        List<String> paths = List.copyOf(meaningful.get(index).keySet());
        String path = paths.get(random.nextInt(paths.size()));
        byte[] content = store.content(path);
        int at = random.nextInt(meaningful.get(index).getOrDefault(path, 1));
        int bit = random.nextInt(8);
        content[at] ^= (byte) (1 << bit);
        store.replace(path, content);
        return verify(store).intact()
                ? Optional.of(String.format(Locale.ROOT, "bit %d of byte %d of %s", bit, at, path))
                : Optional.empty();
    }

    /** What lies behind the last group of the newest generation is what was left of earlier ones and means nothing. */
    private static int endOfLog(byte[] log) {
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

    /** Exchanges one segment; returns what was done when nobody noticed. */
    public Optional<String> exchange(Exchange how) {
        int index = random.nextInt(STORES);
        SimulatedFiles store = late.get(index).snapshot();
        List<String> segments = meaningful.get(index).keySet().stream()
                .filter(path -> path.endsWith(".seg") || path.endsWith(".open"))
                .toList();
        String path = segments.get(random.nextInt(segments.size()));
        byte[] content = store.content(path);
        String done = switch (how) {
            case CUT -> cut(store, path, content, meaningful.get(index).getOrDefault(path, 1));
            case SWAPPED -> swap(store, path, content, segments);
            case REPEATED -> repeat(store, path, content, meaningful.get(index));
            case ROLLED_BACK ->
                rollBack(store, path, early.get(index), meaningful.get(index).getOrDefault(path, 1));
            case FOREIGN -> replaceByForeign(store, path, content, index, segments);
        };
        if (done.isEmpty()) {
            return Optional.empty();
        }
        VerifyReport report = verify(store);
        boolean unsealed = how == Exchange.ROLLED_BACK && blocks(report).equals(blocks(verify(late.get(index))));
        return unsealed || !report.intact() ? Optional.empty() : Optional.of(how + " " + done);
    }

    /** A full segment without its index, and every block of it there, is what a crash leaves right before the segment gets its name. */
    private static List<Long> blocks(VerifyReport report) {
        return report.machines().stream().map(VerifiedMachine::blocks).toList();
    }

    private String cut(SimulatedFiles store, String path, byte[] content, int end) {
        int length = random.nextInt(end);
        store.replace(path, Arrays.copyOf(content, length));
        return path + " to " + length + " bytes";
    }

    private String swap(SimulatedFiles store, String path, byte[] content, List<String> segments) {
        String folder = path.substring(0, path.lastIndexOf('/'));
        List<String> others = segments.stream()
                .filter(other -> other.startsWith(folder) && !other.equals(path))
                .toList();
        if (others.isEmpty()) {
            return "";
        }
        String other = others.get(random.nextInt(others.size()));
        store.replace(path, store.content(other));
        store.replace(other, content);
        return path + " with " + other;
    }

    private static String repeat(SimulatedFiles store, String path, byte[] content, Map<String, Integer> meaningful) {
        int dot = path.lastIndexOf('.');
        long number = Long.parseLong(path.substring(dot - 10, dot));
        String next = path.substring(0, dot - 10) + String.format(Locale.ROOT, "%010d", number + 1);
        String target = store.exists(next + ".open") ? next + ".open" : next + ".seg";
        if (store.exists(target) && !meaningful.containsKey(target)) {
            return "";
        }
        store.replace(target, content);
        return path + " as " + target;
    }

    private static String rollBack(SimulatedFiles store, String path, SimulatedFiles before, int end) {
        byte[] content = Arrays.copyOf(store.content(path), end);
        String base = path.substring(0, path.lastIndexOf('.'));
        for (String suffix : List.of(".seg", ".open")) {
            if (before.exists(base + suffix)) {
                byte[] old = before.content(base + suffix);
                if (!Arrays.equals(Arrays.copyOf(old, end), content) || !path.endsWith(suffix)) {
                    store.remove(path);
                    store.replace(base + suffix, old);
                    return path + " to its earlier " + base + suffix;
                }
            }
        }
        return "";
    }

    private String replaceByForeign(
            SimulatedFiles store, String path, byte[] content, int index, List<String> segments) {
        boolean otherStore = random.nextBoolean();
        SimulatedFiles from = otherStore ? late.get((index + 1) % STORES) : store;
        String folder = path.substring(0, path.lastIndexOf('/'));
        List<String> candidates = (otherStore ? from.paths() : segments)
                .stream()
                        .filter(other ->
                                (other.endsWith(".seg") || other.endsWith(".open")) && !other.startsWith(folder))
                        .toList();
        String other = candidates.get(random.nextInt(candidates.size()));
        byte[] foreign = from.content(other);
        if (Arrays.equals(foreign, content)) {
            return "";
        }
        store.replace(path, foreign);
        return path + " by " + other;
    }
}
