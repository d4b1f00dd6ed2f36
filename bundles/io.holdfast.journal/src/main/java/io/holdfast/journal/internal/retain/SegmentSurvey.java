package io.holdfast.journal.internal.retain;

import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.read.BlockTable;
import io.holdfast.journal.internal.read.MemoryRun;
import io.holdfast.journal.internal.read.Pieces;
import io.holdfast.journal.internal.read.Run;
import io.holdfast.journal.internal.read.RunBuilder;
import io.holdfast.journal.internal.read.SegmentReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works out what of one segment is needed: between two neighbouring cuts, what is newest there. The last cut may lie behind the segment; then what
 * later segments have up to it covers what this one has. Works in steps. Memory: 40 bytes for each extent between two cuts.
 */
public final class SegmentSurvey {

    private static final int MEBIBYTES_A_STEP = 2_048;
    private static final int BLOCKS_A_STEP = 1_024;

    private final Cuts cuts;
    private final long last;
    private final int number;
    private final LiveSet live;
    private long at;
    private @Nullable RunBuilder builder;
    private int place;
    private @Nullable MemoryRun own;
    private int entry;

    /** What lies over the end of a segment. */
    public interface Cover {

        /**
         * Gives what is newest behind the segment, up to a cut of the same line.
         *
         * @param cut behind the segment's last sequence
         * @return runs, newest first; usable until the end of the step
         * @throws IOException when the medium fails
         * @throws DamagedException when an index is damaged
         */
        List<? extends Run> upTo(long cut) throws IOException, DamagedException;
    }

    /**
     * Begins a survey.
     *
     * @param cuts of the history
     * @param first sequence of the segment
     * @param last sequence of the segment, less than the first when it has none
     * @param number of the segment
     * @param live takes what is found
     */
    public SegmentSurvey(Cuts cuts, long first, long last, int number, LiveSet live) {
        this.number = number;
        this.cuts = cuts;
        this.at = first;
        this.last = last;
        this.live = live;
    }

    /**
     * Does the next step.
     *
     * @param reader the segment, as it is throughout the survey
     * @param cover what lies behind it
     * @return true when the survey is complete
     * @throws IOException when the medium fails
     * @throws DamagedException when the segment or an index is damaged
     */
    public boolean step(SegmentReader reader, Cover cover) throws IOException, DamagedException {
        if (at > last) {
            return true;
        }
        long cut = cuts.next(at);
        if (cut == Long.MAX_VALUE) {
            at = last + 1;
            return true;
        }
        MemoryRun run = own;
        if (run == null) {
            collect(reader, Math.min(cut, last));
        } else if (cut <= last) {
            keepAll(run);
            end(reader, cut);
        } else if (keepUncovered(run, cover.upTo(cut))) {
            end(reader, last);
        }
        return at > last;
    }

    /**
     * Gives what was found.
     *
     * @return complete once the last step was done
     */
    public LiveSet live() {
        return live;
    }

    /** Reads what this segment has up to a sequence. */
    private void collect(SegmentReader reader, long to) throws IOException, DamagedException {
        BlockTable table = reader.table();
        RunBuilder open = builder;
        if (open == null) {
            open = new RunBuilder(number);
            builder = open;
            place = Math.max(0, table.find(at));
        }
        int until = Math.min(table.count(), place + BLOCKS_A_STEP);
        while (place < until) {
            BlockEntry described = table.entry(place);
            if (described.firstSequence() > to) {
                break;
            }
            if (!described.isStub()) {
                open.add(reader.block(place).header(), place, at, to);
            }
            place++;
        }
        if (place < until || place == table.count()) {
            own = open.build();
            entry = 0;
            builder = null;
        }
    }

    private void keepAll(MemoryRun run) {
        for (int index = 0; index < run.count(); index++) {
            keep(run.key(index), run.location(index));
        }
    }

    private void keep(long key, long location) {
        if (RunEntry.kind(key) == 0) {
            live.keep(RunEntry.block(location), RunEntry.plaintextOffset(location), RunEntry.length(location));
        }
    }

    /** Keeps what later runs do not cover, MiB by MiB; tells whether all was looked at. */
    private boolean keepUncovered(MemoryRun run, List<? extends Run> later) throws IOException, DamagedException {
        int mebibytes = 0;
        while (entry < run.count() && mebibytes < MEBIBYTES_A_STEP) {
            int disk = RunEntry.disk(run.key(entry));
            long mebibyte = RunEntry.offset(run.key(entry)) / Extent.BORDER_BYTES;
            Pieces pieces = new Pieces();
            for (int source = 0; source < later.size() && !pieces.covers(Extent.BORDER_BYTES); source++) {
                later.get(source).paint(disk, mebibyte, pieces);
            }
            run.paint(disk, mebibyte, pieces);
            for (int index = 0; index < pieces.count(); index++) {
                if (pieces.segment(index) == number && pieces.kind(index) == 0) {
                    live.keep(
                            pieces.block(index),
                            pieces.plaintextOffset(index),
                            pieces.end(index) - pieces.start(index));
                }
            }
            while (entry < run.count()
                    && RunEntry.disk(run.key(entry)) == disk
                    && RunEntry.offset(run.key(entry)) / Extent.BORDER_BYTES == mebibyte) {
                entry++;
            }
            mebibytes++;
        }
        return entry == run.count();
    }

    /** Goes on behind a cut, and behind the cuts that follow it without a gap, between which everything is newest. */
    private void end(SegmentReader reader, long to) throws IOException, DamagedException {
        own = null;
        at = to + 1;
        if (cuts.contains(to)) {
            long dense = Math.min(last, cuts.lastOfStretch(to));
            BlockTable table = reader.table();
            for (int index = Math.max(0, table.find(at)); at <= dense && index < table.count(); index++) {
                BlockEntry described = table.entry(index);
                if (described.firstSequence() > dense) {
                    break;
                }
                if (!described.isStub()) {
                    keepExtents(reader.block(index).header(), index, dense);
                }
            }
            at = Math.max(at, dense + 1);
        }
    }

    private void keepExtents(BlockHeader header, int index, long to) {
        for (int extent = 0; extent < header.extentCount(); extent++) {
            long span = header.extentSpan(extent);
            long sequence = header.firstSequence() + Extent.sequenceDelta(span);
            if (sequence >= at && sequence <= to && Extent.isData(header.extentPlace(extent))) {
                live.keep(index, header.plaintextStart(extent), (int) Extent.bytes(header.extentPlace(extent), span));
            }
        }
    }
}
