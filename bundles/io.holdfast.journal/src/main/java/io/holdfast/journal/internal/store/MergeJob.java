package io.holdfast.journal.internal.store;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.RunSummary;
import io.holdfast.journal.internal.merge.MemoryInput;
import io.holdfast.journal.internal.merge.RunInput;
import io.holdfast.journal.internal.merge.RunMerger;
import io.holdfast.journal.internal.read.SealedIndex;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes one merged run, step by step. It is written to a draft, forced, renamed, and its folder forced; a crash at any point leaves a draft, which the
 * next opening of the store deletes, or the run. Used by the writer alone.
 */
final class MergeJob implements AutoCloseable {

    /** About 10 ms of work. */
    private static final long STEP_ENTRIES = 1L << 16;

    private final StoreContext context;
    private final History history;
    private final MergePlan.Group group;
    private final ChainDigest chain;
    private final String path;
    private final Set<Long> keyIds = new TreeSet<>();
    private final List<MergedFile> merged = new ArrayList<>();
    private final List<AutoCloseable> held = new ArrayList<>();
    private final StoreFile draft;
    private final RunMerger merger;
    private boolean complete;

    /**
     * Begins.
     *
     * @param context the store
     * @param history whose runs
     * @param group which segments, all of them sealed; for a base what the last of them lies upon
     * @throws DamagedException when an index is damaged; merged runs among the inputs are dropped
     */
    MergeJob(StoreContext context, History history, MergePlan.Group group) throws IOException, DamagedException {
        this.context = context;
        this.history = history;
        this.group = group;
        Segment last = history.segment(group.last()).orElseThrow();
        this.chain = last.chain();
        this.path = MergedFile.path(history.folder(), group.first(), group.last());
        boolean begun = false;
        try {
            List<RunInput> inputs = openAll(
                    group.first() == 0
                            ? PathCover.of(history, last.lastSequence())
                            : PathCover.between(history, group.first(), group.last()));
            draft = context.files().open(SmallFiles.draftOf(path), OpenMode.REPLACE);
            held.add(draft);
            merger = new RunMerger(inputs, draft);
            begun = true;
        } catch (DamagedException | UnreadableException e) {
            dropInputs();
            throw e;
        } finally {
            if (!begun) {
                close();
            }
        }
    }

    History history() {
        return history;
    }

    MergePlan.Group group() {
        return group;
    }

    /** Drops the merged runs among the inputs, one of which is damaged: they are made again. */
    void dropInputs() {
        merged.forEach(history.runs()::drop);
    }

    private List<RunInput> openAll(List<PathCover.Layer> cover) throws IOException, DamagedException {
        List<RunInput> inputs = new ArrayList<>();
        for (PathCover.Layer layer : cover) {
            inputs.add(
                    switch (layer) {
                        case PathCover.Layer.Merged(MergedFile file) -> openMerged(file);
                        case PathCover.Layer.Whole(Segment segment) -> openSegment(segment, segment.lastSequence());
                        case PathCover.Layer.Cut(Segment segment, long lastSequence) ->
                            openSegment(segment, lastSequence);
                    });
        }
        return inputs;
    }

    private RunInput openMerged(MergedFile file) throws IOException, DamagedException {
        merged.add(file);
        try {
            SegmentLeases.RunLease lease = context.leases().lease(file);
            held.add(lease);
            keyIds.addAll(lease.run().summary().keyIds());
            return lease.run();
        } catch (NoSuchFileException e) {
            throw DamagedException.damaged(file.path() + " is missing: " + e.getMessage());
        }
    }

    private RunInput openSegment(Segment segment, long lastSequence) throws IOException, DamagedException {
        SegmentLeases.Lease lease = context.leases().lease(segment);
        held.add(lease);
        LayerRuns.firstKey(lease.reader()).ifPresent(keyIds::add);
        SealedIndex index = lease.index();
        return index != null && lastSequence == segment.lastSequence()
                ? lease.input(index)
                : new MemoryInput(LayerRuns.cutRun(segment, lease.reader(), lastSequence));
    }

    /**
     * Does the next step.
     *
     * @return true when the run is there, durable, and used from now on
     * @throws DamagedException when an index turns out to be damaged; nothing of the run is left once the job is closed
     */
    boolean step() throws IOException, DamagedException {
        if (!merger.step(STEP_ENTRIES)) {
            return false;
        }
        if (keyIds.size() > RunSummary.KEYS_MAX) {
            throw DamagedException.damaged("batches of " + keyIds.size() + " keys; a run takes " + RunSummary.KEYS_MAX);
        }
        long bytes = merger.end(history.machine(), group.first(), group.last(), chain, keyIds);
        draft.force();
        draft.close();
        context.files().rename(SmallFiles.draftOf(path), path);
        context.files().forceDirectory(history.folder());
        complete = true;
        history.runs().add(new MergedFile(history.folder(), group.first(), group.last(), bytes));
        return true;
    }

    /** Lets go of all files; of a run that is not complete nothing stays. */
    @Override
    public void close() throws IOException {
        for (AutoCloseable each : held) {
            try {
                each.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("giving back a lease writes nothing", e);
            }
        }
        if (!complete) {
            context.files().delete(SmallFiles.draftOf(path));
        }
    }
}
