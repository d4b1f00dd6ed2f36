package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.SequenceRange;
import io.holdfast.journal.internal.read.SegmentReader;
import io.holdfast.journal.internal.retain.Cuts;
import io.holdfast.journal.internal.retain.LiveSet;
import io.holdfast.journal.internal.retain.Remainder;
import io.holdfast.journal.internal.retain.SegmentSurvey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Works out what one sealed segment holds that no point needs, and rewrites the segment when that is a quarter of it. The new file is durable and
 * named by the ledger before it takes the place of the old one; the old one stays for whoever reads it.
 */
final class SegmentCleaning {

    /** A segment is rewritten when less than this share of its file is needed. */
    private static final double LIVENESS_MIN = 0.75;

    private static final int BLOCKS_A_STEP = 512;

    private final StoreContext context;
    private final History history;
    private final Segment segment;
    private final Cuts cuts;
    private final String rule;
    private final LaterRuns later;
    private final Optional<ColdWork> cold;
    private @Nullable SegmentSurvey survey;
    private @Nullable Remainder remainder;
    private @Nullable GenerationWriter writer;
    private int place;
    private long deadBytes;
    private boolean replaced;

    /**
     * Begins.
     *
     * @param cold codes what is needed anew, whatever the liveness the first time; without it nothing inside a frame or a coded block is told apart
     */
    SegmentCleaning(
            StoreContext context, History history, Segment segment, Cuts cuts, String rule, Optional<ColdWork> cold) {
        this.context = context;
        this.history = history;
        this.segment = segment;
        this.cuts = cuts;
        this.rule = rule;
        this.cold = cold;
        this.later = new LaterRuns(history, context.leases(), segment);
    }

    Segment segment() {
        return segment;
    }

    /** Bytes of the segment's file that nothing needs, once it was looked through; 0 when it was rewritten. */
    long deadBytes() {
        return replaced ? 0 : deadBytes;
    }

    /** Whether the segment has another file now; the old one is still there. */
    boolean isReplaced() {
        return replaced;
    }

    /**
     * Does the next step.
     *
     * @return true when the segment is done with
     * @throws DamagedException when the segment cannot be read; it stays as it is
     */
    boolean step() throws IOException, DamagedException {
        try (SegmentLeases.Lease lease = context.leases().lease(segment);
                LaterRuns runs = later) {
            Remainder left = remainder;
            GenerationWriter open = writer;
            if (left == null) {
                survey(lease.reader(), runs);
                return false;
            }
            if (open == null) {
                return measure(lease.reader(), left);
            }
            if (!open.step(lease)) {
                return false;
            }
        }
        publish();
        return true;
    }

    private void survey(SegmentReader reader, LaterRuns runs) throws IOException, DamagedException {
        SegmentSurvey running = survey;
        if (running == null) {
            running = new SegmentSurvey(
                    cuts,
                    segment.firstSequence(),
                    segment.lastSequence(),
                    Math.toIntExact(segment.number()),
                    new LiveSet(reader.table().count(), cold.isPresent()));
            survey = running;
        }
        if (running.step(reader, runs)) {
            remainder = new Remainder(cuts, running.live());
        }
    }

    /** Adds up what would be left; tells whether there is nothing to rewrite. */
    private boolean measure(SegmentReader reader, Remainder left) throws IOException, DamagedException {
        int until = Math.min(reader.table().count(), place + BLOCKS_A_STEP);
        while (place < until) {
            BlockEntry entry = reader.table().entry(place);
            if (!entry.isStub()) {
                deadBytes += entry.blockLength() - left.length(place, entry, reader);
            }
            place++;
        }
        if (place < reader.table().count()) {
            return false;
        }
        boolean toCode = cold.isPresent() && !segment.isCold();
        if (!toCode && deadBytes <= (1 - LIVENESS_MIN) * segment.writtenBytes()) {
            return true;
        }
        writer = new GenerationWriter(context.files(), history.folder(), segment, left, cold);
        return false;
    }

    /** First the new file has its name, then the ledger names it, then it is read. A crash in between leaves both, and the ledger decides. */
    private void publish() throws IOException {
        GenerationWriter complete = writer;
        if (complete == null) {
            throw new IllegalStateException("nothing was written of " + segment.path());
        }
        FileDigest input = present();
        context.files().rename(complete.draftPath(), complete.path());
        context.files().forceDirectory(history.folder());
        RetiredEntries.record(history, history.retention().state());
        List<SequenceRange> kept = RetiredEntries.stretches(
                cuts.within(segment.firstSequence(), segment.lastSequence()).ranges());
        history.ledger().append(new LedgerEntry.Cleaned(List.of(input), List.of(complete.digest()), rule, kept));
        history.cleaned(segment, () -> context.leases().cleaned(segment, complete.generation(), complete.summary()));
        replaced = true;
    }

    private FileDigest present() throws IOException {
        Optional<FileDigest> known = history.ledger().current(segment.number());
        if (known.isPresent()) {
            return known.get();
        }
        try (StoreFile file = context.files().open(segment.path(), OpenMode.READ)) {
            return FileDigest.of(file, segment.number(), segment.generation());
        }
    }

    /** Deletes what was begun and will not be finished. */
    void abandon() throws IOException {
        GenerationWriter begun = writer;
        if (begun != null && !replaced) {
            context.files().delete(begun.draftPath());
        }
    }
}
