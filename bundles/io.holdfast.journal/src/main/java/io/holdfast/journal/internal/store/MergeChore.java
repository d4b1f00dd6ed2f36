package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.UnreachableException;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Merges runs, one at a time, and deletes those that were dropped. Runs can be made again: what goes wrong here stops nothing else. */
final class MergeChore implements Chore {

    /** After there was no room, or segments could not be reached, so many steps are left out before the next attempt. */
    private static final int STEPS_LEFT_OUT = 1_000;

    private final Writer writer;
    private final StoreContext context;
    private final Map<History, MergePlan> plans = new HashMap<>();
    private @Nullable MergeJob job;
    private int leaveOut;

    MergeChore(Writer writer, StoreContext context) {
        this.writer = writer;
        this.context = context;
    }

    @Override
    public boolean step() throws IOException {
        if (leaveOut > 0) {
            leaveOut--;
            return false;
        }
        try {
            return deleteDropped() || merge();
        } catch (DiskFullException | UnreachableException _) {
            abandon();
            leaveOut = STEPS_LEFT_OUT;
            return false;
        }
    }

    private boolean deleteDropped() throws IOException {
        for (History history : writer.histories()) {
            List<MergedFile> dropped = history.runs().takeDropped();
            for (MergedFile run : dropped) {
                context.leases().forget(run);
                context.files().delete(run.path());
            }
            if (!dropped.isEmpty()) {
                planOf(history).startOver();
                return true;
            }
        }
        return false;
    }

    private MergePlan planOf(History history) {
        return plans.computeIfAbsent(
                history, _ -> new MergePlan(history, context.settings().mergeFanIn()));
    }

    private boolean merge() throws IOException {
        MergeJob active = job;
        if (active == null) {
            return begin();
        }
        try {
            if (active.step()) {
                job = null;
                active.close();
            }
        } catch (DamagedException | UnreadableException e) {
            active.dropInputs();
            abandon();
            failed(active.history(), active.group(), e);
        }
        return true;
    }

    private boolean begin() throws IOException {
        for (History history : writer.histories()) {
            Optional<MergePlan.Group> group = planOf(history).next();
            if (group.isPresent()) {
                try {
                    job = new MergeJob(context, history, group.get());
                } catch (DamagedException | UnreadableException e) {
                    failed(history, group.get(), e);
                }
                return true;
            }
        }
        return false;
    }

    private void failed(History history, MergePlan.Group group, Exception cause) {
        if (planOf(history).failed(group)) {
            String path = MergedFile.path(history.folder(), group.first(), group.last());
            context.damages().add(path, 0, 0, "cannot be made: " + cause.getMessage());
        }
    }

    private void abandon() throws IOException {
        MergeJob active = job;
        job = null;
        if (active != null) {
            active.close();
        }
    }

    @Override
    public void forget(History history) throws IOException {
        plans.remove(history);
        MergeJob active = job;
        if (active != null && active.history() == history) {
            abandon();
        }
    }
}
