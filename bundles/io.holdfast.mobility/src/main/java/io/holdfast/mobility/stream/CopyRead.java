package io.holdfast.mobility.stream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A read of a source disk that is under way, and what the guest has written into its range since it began: that part of what the read
 * brings is older than what was sequenced, and is struck out. Guarded by the sequencer's lock.
 */
public final class CopyRead {

    /** A range struck out: first byte and the byte behind the last. */
    private record Struck(long from, long to) {}

    final long capture;
    final int disk;
    final long offset;
    final long end;
    private final List<Struck> struck = new ArrayList<>();

    CopyRead(long capture, int disk, long offset, long length) {
        this.capture = capture;
        this.disk = disk;
        this.offset = offset;
        this.end = offset + length;
    }

    void strike(int writtenDisk, long from, long to) {
        if (writtenDisk == disk && from < end && to > offset) {
            merge(new Struck(Math.max(from, offset), Math.min(to, end)));
        }
    }

    /** Keeps the list sorted and free of overlaps, so that a hot spot written over and over takes one entry. */
    private void merge(Struck added) {
        long from = added.from;
        long to = added.to;
        List<Struck> kept = new ArrayList<>(struck.size() + 1);
        for (Struck each : struck) {
            if (each.to < from || each.from > to) {
                kept.add(each);
            } else {
                from = Math.min(from, each.from);
                to = Math.max(to, each.to);
            }
        }
        kept.add(new Struck(from, to));
        kept.sort(Comparator.comparingLong(Struck::from));
        struck.clear();
        struck.addAll(kept);
    }

    /** What is left of a piece: ranges of it in ascending order. */
    List<CopyPiece> withoutStruck(CopyPiece piece) {
        List<CopyPiece> left = new ArrayList<>();
        long from = piece.offset();
        long end = piece.offset() + piece.length();
        for (Struck each : struck) {
            if (each.to <= from || each.from >= end) {
                continue;
            }
            if (each.from > from) {
                left.add(piece.part(from, each.from));
            }
            from = Math.max(from, each.to);
        }
        if (from < end) {
            left.add(piece.part(from, end));
        }
        return left;
    }
}
