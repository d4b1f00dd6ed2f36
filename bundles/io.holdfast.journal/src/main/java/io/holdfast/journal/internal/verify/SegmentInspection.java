package io.holdfast.journal.internal.verify;

import io.holdfast.base.MachineId;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import io.holdfast.journal.internal.read.SealedIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks through one sealed segment by itself: what in it is damaged, and what is lost by that. */
public final class SegmentInspection {

    private SegmentInspection() {}

    /**
     * What was found.
     *
     * @param damages places that are not what was written; empty when the segment is consistent in itself
     * @param lost ranges that damaged frames held, and the newest ones of blocks whose headers are damaged
     * @param allKnown whether these are all that the newest state can lack; false when a header and the index are damaged
     * @param summary what the segment says of itself, when that is readable
     * @param blocksRoot root over the digests of its blocks
     */
    public record Result(
            List<VerifyFinding> damages,
            List<LostRange> lost,
            boolean allKnown,
            Optional<SegmentSummary> summary,
            Sha256 blocksRoot) {}

    /**
     * Reads a segment.
     *
     * @param files where it lies
     * @param path its path
     * @param machine whose it is
     * @param generation 0 as it was sealed, more once it was cleaned
     * @return what was found
     * @throws IOException when the medium fails
     */
    public static Result inspect(StoreFiles files, String path, MachineId machine, int generation) throws IOException {
        Findings findings = new Findings();
        BlockChain chain = new BlockChain(machine, Map.of());
        try (CheckedFile file = new CheckedFile(files, path, findings)) {
            Optional<SegmentSummary> summary = summary(file);
            long from = begin(file, chain);
            long end = summary.isPresent() ? summary.get().run().offset() : BlockWalk.indexStart(file, from);
            BlockWalk walk = new BlockWalk(file, chain, new ContentCheck(Optional.empty()));
            if (generation == 0) {
                walk.run(from, end);
            } else {
                walk.runLeft(from, end);
            }
            if (summary.isPresent()) {
                new IndexCheck(file, summary.get()).run();
            }
            List<LostRange> lost = new ArrayList<>();
            chain.lost().forEach(each -> lost.addAll(each.ranges()));
            boolean allKnown = chain.lost().stream().allMatch(BlockChain.Lost::known)
                    || tellHidden(file, summary, walk.hidden(), lost);
            return new Result(List.copyOf(findings.all()), List.copyOf(lost), allKnown, summary, walk.digestsRoot());
        }
    }

    /** Adds what the index tells of blocks whose headers are damaged; false when it does not. */
    private static boolean tellHidden(
            CheckedFile file, Optional<SegmentSummary> summary, List<BlockWalk.Stretch> hidden, List<LostRange> lost)
            throws IOException {
        if (summary.isEmpty() || hidden.isEmpty()) {
            return false;
        }
        try {
            return lost.addAll(new HiddenWrites(file, summary.get()).in(hidden));
        } catch (DamagedException _) {
            return false; // the index is damaged as well, which its check has said
        }
    }

    private static Optional<SegmentSummary> summary(CheckedFile file) throws IOException {
        try {
            return Optional.of(SealedIndex.readSummary(file.raw()));
        } catch (DamagedException | UnreadableException e) {
            file.findings()
                    .damage(
                            file.path(),
                            Math.max(0, file.size() - SegmentSummary.TAIL_BYTES),
                            SegmentSummary.TAIL_BYTES,
                            String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Starts the chain where the header says; returns where blocks begin. */
    private static long begin(CheckedFile file, BlockChain chain) throws IOException {
        try {
            int length = SegmentHeader.length(file.read(0, Envelope.HEAD_BYTES));
            chain.startAt(SegmentHeader.decode(file.read(0, length)).state());
            return length;
        } catch (DamagedException e) {
            file.findings().damage(file.path(), 0, SegmentHeader.ALIGNMENT_BYTES, String.valueOf(e.getMessage()));
            chain.lose();
            return SegmentHeader.ALIGNMENT_BYTES;
        }
    }
}
