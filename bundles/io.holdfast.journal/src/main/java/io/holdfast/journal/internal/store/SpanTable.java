package io.holdfast.journal.internal.store;

import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.Note;
import io.holdfast.journal.internal.format.ProvenSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The stretches in which every sequence is a recovery point, each within one epoch. Not thread-safe. */
final class SpanTable {

    private final TreeMap<Long, ProvenSpan> byFirst = new TreeMap<>();

    /** Takes in spans that were worked out before. */
    void addAll(List<ProvenSpan> spans) {
        spans.forEach(this::add);
    }

    private void add(ProvenSpan span) {
        byFirst.merge(
                span.first(),
                span,
                (old, more) -> new ProvenSpan(old.epoch(), old.first(), Math.max(old.last(), more.last())));
    }

    /**
     * Takes in what a block proves.
     *
     * @param lineage with the epochs up to the block
     * @param before the state before it
     * @param block a batch
     */
    void apply(Lineage lineage, HistoryState before, BlockHeader block) {
        long ready = before.readySequence();
        long proven = before.provenSequence();
        for (Note note : block.notes()) {
            if (note instanceof Note.Entry(StreamRecord.Gap _)) {
                ready = 0;
            } else if (note instanceof Note.Entry(StreamRecord.Ready start)) {
                ready = ready == 0 ? start.sequence() : ready;
            } else if (note instanceof Note.Entry(StreamRecord.Proof proof)
                    && ready > 0
                    && proof.sequence() >= ready
                    && proof.sequence() > proven) {
                prove(lineage, block.epoch(), ready, proven, proof.sequence());
                proven = proof.sequence();
            }
        }
    }

    private void prove(Lineage lineage, long epoch, long ready, long provenBefore, long proven) {
        lineage.walk(epoch, (owner, lastOnPath) -> {
            long first = Math.max(ready, owner.firstSequence());
            long last = Math.min(proven, lastOnPath);
            if (first <= last) {
                add(new ProvenSpan(owner.number(), first, last));
            }
            return owner.firstSequence() > Math.max(ready, provenBefore);
        });
    }

    /**
     * Finds the newest span that touches a range of sequences.
     *
     * @param first start of the range
     * @param last end of the range, inclusive
     * @return the span, or nothing when none does
     */
    Optional<ProvenSpan> newestIn(long first, long last) {
        Map.Entry<Long, ProvenSpan> entry = byFirst.floorEntry(last);
        return entry != null && entry.getValue().last() >= first ? Optional.of(entry.getValue()) : Optional.empty();
    }

    /**
     * Finds the span that a sequence lies in.
     *
     * @param sequence which
     * @return the span, or nothing when the sequence is not proven
     */
    Optional<ProvenSpan> containing(long sequence) {
        Map.Entry<Long, ProvenSpan> entry = byFirst.floorEntry(sequence);
        return entry != null && entry.getValue().last() >= sequence ? Optional.of(entry.getValue()) : Optional.empty();
    }

    List<ProvenSpan> all() {
        return new ArrayList<>(byFirst.values());
    }

    /**
     * Lists spans that touch a range of sequences.
     *
     * @param first start of the range
     * @param last end of the range, inclusive
     * @return oldest first
     */
    List<ProvenSpan> between(long first, long last) {
        List<ProvenSpan> found = new ArrayList<>();
        Map.Entry<Long, ProvenSpan> entry = byFirst.floorEntry(first);
        if (entry == null || entry.getValue().last() < first) {
            entry = byFirst.higherEntry(first);
        }
        while (entry != null && entry.getKey() <= last) {
            found.add(entry.getValue());
            entry = byFirst.higherEntry(entry.getKey());
        }
        return found;
    }
}
