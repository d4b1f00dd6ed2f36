package io.holdfast.mobility.machine;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the bitmaps of a machine are worth. The union of all of them shows every write since the oldest known base; a bitmap whose base is not
 * known helps the union and tells nothing alone.
 */
final class BitmapMarks {

    private BitmapMarks() {}

    /** Those that the source really has. */
    static List<BitmapMark> existing(List<BitmapMark> marks, List<String> names) {
        return marks.stream().filter(mark -> names.contains(mark.name())).toList();
    }

    /** The sequence behind which their union shows every write; nothing when they can't tell. */
    static Optional<Long> base(List<BitmapMark> marks) {
        return marks.stream().filter(BitmapMark::isKnown).map(BitmapMark::base).min(Comparator.naturalOrder());
    }

    /**
     * After a gap: what a base said that was noted since the oldest one may have been noted while a capture was broken already, so only the
     * oldest counts. Bases beyond the end of the stream count no more at all.
     */
    static List<BitmapMark> afterGap(List<BitmapMark> marks, long streamEnd) {
        Optional<Long> oldest = base(marks).filter(base -> base <= streamEnd);
        return marks.stream()
                .map(mark ->
                        oldest.isPresent() && mark.base() == oldest.get() ? mark : mark.withBase(BitmapMark.UNKNOWN))
                .toList();
    }

    /** Once everything is in the stream up to a sequence, all bitmaps that were there before the capture began count from it. */
    static List<BitmapMark> atReady(List<BitmapMark> marks, long sequence) {
        return marks.stream()
                .map(mark -> mark.isKnown() ? mark : mark.withBase(sequence))
                .toList();
    }

    static List<BitmapMark> withBase(List<BitmapMark> marks, String name, long sequence) {
        return marks.stream()
                .map(mark -> mark.name().equals(name) ? mark.withBase(sequence) : mark)
                .toList();
    }

    static List<BitmapMark> without(List<BitmapMark> marks, String name) {
        return marks.stream().filter(mark -> !mark.name().equals(name)).toList();
    }

    /** The oldest bitmap, if a newer one shows everything that is not proven to be in the store. */
    static Optional<BitmapMark> removable(List<BitmapMark> marks, long provenSequence) {
        if (marks.isEmpty()) {
            return Optional.empty();
        }
        boolean covered = marks.subList(1, marks.size()).stream()
                .anyMatch(mark -> mark.isKnown() && mark.base() <= provenSequence);
        return covered ? Optional.of(marks.getFirst()) : Optional.empty();
    }
}
