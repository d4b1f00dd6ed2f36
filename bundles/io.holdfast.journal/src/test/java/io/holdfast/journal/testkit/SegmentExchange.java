package io.holdfast.journal.testkit;

import io.holdfast.journal.testkit.Tampering.Exchange;
import io.holdfast.journal.testkit.Tampering.Subject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** Exchanges a random segment of a store in one of the ways of {@link Exchange}. */
final class SegmentExchange {

    private static final int NUMBER_DIGITS = 10;

    private final Random random;
    private final Subject subject;
    private final Subject other;
    private final SimulatedFiles store;
    private final String path;
    private final byte[] content;

    SegmentExchange(Random random, Subject subject, Subject other, SimulatedFiles store) {
        this.random = random;
        this.subject = subject;
        this.other = other;
        this.store = store;
        this.path = any(subject.segments());
        this.content = store.content(path);
    }

    private String any(List<String> paths) {
        return paths.get(random.nextInt(paths.size()));
    }

    /** The folder and the number, without generation and ending. */
    private static String base(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1 + NUMBER_DIGITS);
    }

    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    /** Changes the store; says what was done, or nothing when this segment cannot be exchanged so. */
    Optional<String> play(Exchange how) {
        return switch (how) {
            case CUT -> cut();
            case SWAPPED -> swap();
            case REPEATED -> repeat();
            case ROLLED_BACK -> rollBack();
            case FOREIGN -> replaceByForeign();
        };
    }

    private Optional<String> cut() {
        int length = random.nextInt(subject.end(path));
        store.replace(path, Arrays.copyOf(content, length));
        return Optional.of(path + " to " + length + " bytes");
    }

    private Optional<String> swap() {
        List<String> others = subject.segments().stream()
                .filter(name -> name.startsWith(folder(path)) && !name.equals(path))
                .toList();
        if (others.isEmpty()) {
            return Optional.empty();
        }
        String chosen = any(others);
        store.replace(path, store.content(chosen));
        store.replace(chosen, content);
        return Optional.of(path + " with " + chosen);
    }

    private Optional<String> repeat() {
        long number = Long.parseLong(base(path).substring(folder(path).length()));
        String next = folder(path) + String.format(Locale.ROOT, "%0" + NUMBER_DIGITS + "d", number + 1);
        String target = store.paths().stream()
                .filter(name -> Tampering.isSegment(name) && base(name).equals(next))
                .findFirst()
                .orElse(next + ".seg");
        if (store.exists(target) && !subject.meaningful().containsKey(target)) {
            return Optional.empty();
        }
        store.replace(target, content);
        return Optional.of(path + " as " + target);
    }

    private Optional<String> rollBack() {
        Optional<String> earlier = subject.early().paths().stream()
                .filter(name -> Tampering.isSegment(name) && base(name).equals(base(path)))
                .findFirst();
        if (earlier.isEmpty()) {
            return Optional.empty();
        }
        byte[] old = subject.early().content(earlier.get());
        int end = subject.end(path);
        if (earlier.get().equals(path) && Arrays.equals(Arrays.copyOf(old, end), Arrays.copyOf(content, end))) {
            return Optional.empty();
        }
        store.remove(path);
        store.replace(earlier.get(), old);
        return Optional.of(path + " to its earlier " + earlier.get());
    }

    private Optional<String> replaceByForeign() {
        SimulatedFiles from = random.nextBoolean() ? other.late() : store;
        List<String> candidates = from.paths().stream()
                .filter(name -> Tampering.isSegment(name) && (from != store || !name.startsWith(folder(path))))
                .toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        String chosen = any(candidates);
        byte[] foreign = from.content(chosen);
        if (Arrays.equals(foreign, content)) {
            return Optional.empty();
        }
        store.replace(path, foreign);
        return Optional.of(path + " by " + chosen);
    }
}
