package io.holdfast.configserver.internal.jobs;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.RetrySchedule;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.Progress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries jobs out. Each step is committed when it has been done, so that a job goes on where it was after a crash; the step that was under way
 * is run again. In one lane of a machine one step runs at a time. Pauses between attempts are taken from the monotonic clock, so a wall clock
 * that jumps changes none of them; after a restart the next attempt is made at once.
 *
 * <p>The engine has no thread: its owner calls {@link #pump()} several times a second, and steps run on the executor it was given. Thread-safe.
 */
public final class JobEngine {

    /** How many jobs that have ended are kept. */
    static final int ENDED_JOBS_KEPT = 10_000;

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PROGRESS_COMMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Logger LOG = LoggerFactory.getLogger(JobEngine.class);

    private final JobStore store;
    private final Function<JobKind, JobPlan> plans;
    private final TimeSource time;
    private final Executor executor;
    private final Consumer<Job> changed;

    /** Guards itself and the slots in it. Jobs that have not ended, oldest first. */
    private final Map<JobId, Slot> slots = new LinkedHashMap<>();

    private boolean stopped;

    /** What the engine knows of a job beside the catalog. */
    private static final class Slot {
        private Job job;
        private boolean running;
        private long dueNanos;
        private int step = -1;
        private long stepSinceNanos;
        private long progressCommittedNanos;

        private Slot(Job job, long dueNanos) {
            this.job = job;
            this.dueNanos = dueNanos;
        }
    }

    /**
     * Takes up the jobs that have not ended. Nothing runs before the first {@link #pump()}.
     *
     * @param catalog where jobs are kept
     * @param plans what each kind does
     * @param time for labels and pauses
     * @param executor runs steps; they may block for a minute
     * @param changed told of every change of a job, after it was committed; of a new one before its first step runs
     */
    public JobEngine(
            Catalog catalog,
            Function<JobKind, JobPlan> plans,
            TimeSource time,
            Executor executor,
            Consumer<Job> changed) {
        this.store = new JobStore(catalog, time);
        this.plans = plans;
        this.time = time;
        this.executor = executor;
        this.changed = changed;
        long now = time.monotonicNanos();
        store.unfinished().forEach(job -> slots.put(job.id(), new Slot(job, now)));
    }

    /**
     * Starts a job, or finds the one of the same kind and arguments that has not ended. Durable on return.
     *
     * @param request what is wanted
     * @param check run in the same transaction before the job is added; throws to refuse it
     * @return the job
     */
    public Job submit(JobRequest request, Consumer<CatalogTransaction> check) {
        return submit(request, JobStore.newId(), check);
    }

    /**
     * As {@link #submit(JobRequest, Consumer)}, with an identity that the caller has chosen.
     *
     * @param request what is wanted
     * @param id of the job if it is new
     * @param check run in the same transaction before the job is added; throws to refuse it
     * @return the job
     */
    public Job submit(JobRequest request, JobId id, Consumer<CatalogTransaction> check) {
        JobStore.Submitted submitted = store.submit(request, plans.apply(request.kind()), id, check);
        if (submitted.added()) {
            Job job = submitted.job();
            LOG.info(
                    "job started job={} kind={} machine={} by={}",
                    job.id(),
                    job.kind(),
                    job.machine(),
                    job.startedBy());
            submitted.superseded().forEach(this::ended);
            changed.accept(job); // before any thread can run its first step
            synchronized (slots) {
                slots.put(job.id(), new Slot(job, time.monotonicNanos()));
            }
            pump();
        }
        return submitted.job();
    }

    /**
     * Finds a job, with its progress as of now.
     *
     * @param id which
     * @return the job
     */
    public Optional<Job> find(JobId id) {
        return store.find(id).map(this::current);
    }

    /**
     * Adds the progress as of now to a job read from the catalog.
     *
     * @param stored as read
     * @return the same job, or a newer state of it
     */
    public Job current(Job stored) {
        synchronized (slots) {
            Slot slot = slots.get(stored.id());
            return slot == null || stored.state().ended() ? stored : slot.job;
        }
    }

    /**
     * Lists the jobs of a machine that have not ended.
     *
     * @param machine which
     * @return oldest first
     */
    public List<Job> active(MachineId machine) {
        synchronized (slots) {
            return slots.values().stream()
                    .map(slot -> slot.job)
                    .filter(job -> job.machine().equals(machine))
                    .toList();
        }
    }

    /**
     * Names the kinds of the jobs of a machine that have not ended.
     *
     * @param machine which
     * @return kinds
     */
    public Set<JobKind> activeKinds(MachineId machine) {
        Set<JobKind> kinds = EnumSet.noneOf(JobKind.class);
        active(machine).forEach(job -> kinds.add(job.kind()));
        return kinds;
    }

    /**
     * Counts the jobs that have not ended.
     *
     * @return how many
     */
    public int activeCount() {
        synchronized (slots) {
            return slots.size();
        }
    }

    /**
     * Tries a job's present step again now.
     *
     * @param id which
     * @return the job, running
     * @throws HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE}
     */
    public Job retry(JobId id) {
        Job job = store.retry(id);
        synchronized (slots) {
            Slot slot = slots.computeIfAbsent(id, _ -> new Slot(job, 0));
            slot.job = job;
            slot.dueNanos = time.monotonicNanos();
        }
        changed.accept(job);
        pump();
        return job;
    }

    /**
     * Ends a job that has changed nothing for good.
     *
     * @param id which
     * @param by who asks
     * @return the job, cancelled
     * @throws HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE}
     */
    public Job cancel(JobId id, String by) {
        Job known = store.find(id)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "job " + id, "not known; expected a job in the list"));
        Job job = store.cancel(id, plans.apply(known.kind()), by);
        ended(job);
        return job;
    }

    /**
     * Has the jobs of a machine look again now, because something they may wait for has happened.
     *
     * @param machine which
     */
    public void wake(MachineId machine) {
        long now = time.monotonicNanos();
        synchronized (slots) {
            for (Slot slot : slots.values()) {
                if (slot.job.machine().equals(machine) && slot.job.state() == JobState.RUNNING) {
                    slot.dueNanos = now;
                }
            }
        }
        pump();
    }

    /**
     * Has the jobs of a machine that wait because its agent could not be reached try again now.
     *
     * @param machine which
     */
    public void reached(MachineId machine) {
        long now = time.monotonicNanos();
        synchronized (slots) {
            for (Slot slot : slots.values()) {
                ErrorReport error = slot.job.error();
                boolean network = error != null && error.code() == ErrorCode.NETWORK;
                if (slot.job.machine().equals(machine) && slot.job.state() == JobState.RETRYING && network) {
                    slot.dueNanos = now;
                }
            }
        }
        pump();
    }

    /** Starts every step that is due and whose lane is free. Returns at once. */
    public void pump() {
        List<JobId> due = new ArrayList<>();
        long now = time.monotonicNanos();
        synchronized (slots) {
            if (stopped) {
                return;
            }
            for (Map.Entry<JobId, Slot> entry : slots.entrySet()) {
                Slot slot = entry.getValue();
                if (!slot.running && now - slot.dueNanos >= 0 && isLaneFree(slot)) {
                    slot.running = true;
                    due.add(entry.getKey());
                }
            }
        }
        due.forEach(this::execute);
    }

    private boolean isLaneFree(Slot wanted) {
        return slots.values().stream()
                .noneMatch(slot -> slot.running
                        && slot.job.machine().equals(wanted.job.machine())
                        && slot.job.kind().lane() == wanted.job.kind().lane());
    }

    private void execute(JobId id) {
        try {
            executor.execute(() -> advance(id));
        } catch (RejectedExecutionException _) {
            release(
                    id,
                    time.monotonicNanos() + POLL_NANOS); // the executor is full or stopping; a later pump tries again
        }
    }

    /** Starts no step any more. Steps under way end by themselves. */
    public void stop() {
        synchronized (slots) {
            stopped = true;
        }
    }

    /** Forgets the oldest jobs that have ended. */
    public void trim() {
        store.trim(ENDED_JOBS_KEPT);
    }

    private void advance(JobId id) {
        long again = time.monotonicNanos() + POLL_NANOS;
        try {
            while (runStep(id)) {
                synchronized (slots) {
                    if (stopped) {
                        return;
                    }
                }
            }
            again = time.monotonicNanos() + pauseNanos(id);
        } catch (HoldfastException e) {
            LOG.warn("the catalog failed under a job; it is tried again job={} code={}", id, e.code(), e);
        } finally {
            release(id, again);
        }
    }

    /** Runs the present step once; true when the next one can follow at once. */
    private boolean runStep(JobId id) {
        Job job = job(id);
        if (job == null || job.state().ended()) {
            return false;
        }
        JobPlan plan = plans.apply(job.kind());
        int index = JobChanges.present(job);
        if (job.state() != JobState.RUNNING || job.steps().get(index).state() != JobStep.State.RUNNING) {
            job = keep(store.begin(id, index));
            if (job.state().ended()) {
                return false;
            }
        }
        Step step = plan.steps().get(index);
        try {
            return switch (step.action().run(context(job, step, index))) {
                case StepResult.Done done ->
                    !keep(store.done(
                                    id,
                                    index,
                                    done.evidence(),
                                    job.steps().get(index).progress()))
                            .state()
                            .ended();
                case StepResult.Waiting waiting -> {
                    progress(id, index, waiting.progress());
                    yield false;
                }
            };
        } catch (HoldfastException e) {
            keep(store.fail(id, index, e, plan));
        } catch (RuntimeException e) {
            LOG.error("a job's step failed unexpectedly job={} step={}", id, step.name(), e);
            keep(store.fail(
                    id,
                    index,
                    new HoldfastException(ErrorCode.INTERNAL, "job " + id, "step '" + step.name() + "': " + e, e),
                    plan));
        }
        return false;
    }

    private StepContext context(Job job, Step step, int index) {
        long now = time.monotonicNanos();
        synchronized (slots) {
            Slot slot = slots.get(job.id());
            if (slot == null) {
                return new StepContext(job, step.name(), 0, true);
            }
            boolean first = slot.step != index;
            if (first) {
                slot.step = index;
                slot.stepSinceNanos = now;
                slot.progressCommittedNanos = now;
            }
            return new StepContext(job, step.name(), TimeUnit.NANOSECONDS.toMillis(now - slot.stepSinceNanos), first);
        }
    }

    private void progress(JobId id, int index, @Nullable Progress progress) {
        long now = time.monotonicNanos();
        Job told = null;
        boolean commit = false;
        synchronized (slots) {
            Slot slot = slots.get(id);
            if (slot == null
                    || progress == null
                    || Objects.equals(progress, slot.job.steps().get(index).progress())) {
                return;
            }
            slot.job = JobChanges.progressed(slot.job, index, progress);
            told = slot.job;
            if (now - slot.progressCommittedNanos >= PROGRESS_COMMIT_NANOS) {
                slot.progressCommittedNanos = now;
                commit = true;
            }
        }
        if (commit) {
            store.progress(id, index, progress);
        }
        changed.accept(told);
    }

    private @Nullable Job job(JobId id) {
        synchronized (slots) {
            Slot slot = slots.get(id);
            return slot == null ? null : slot.job;
        }
    }

    /** Takes over what was committed, tells it, and forgets the job when it has ended. */
    private Job keep(Job job) {
        Job before;
        synchronized (slots) {
            Slot slot = slots.get(job.id());
            if (slot == null) {
                return job;
            }
            before = slot.job;
            slot.job = job;
        }
        if (!before.equals(job)) {
            changed.accept(job);
            if (job.state() != before.state()) {
                JobLog.state(job);
            }
        }
        return job;
    }

    /** Forgets a job that was ended from outside; one that is inside a step right now leaves by itself. */
    private void ended(Job job) {
        synchronized (slots) {
            Slot slot = slots.get(job.id());
            if (slot != null) {
                slot.job = job;
                if (!slot.running) {
                    slots.remove(job.id());
                }
            }
        }
        JobLog.state(job);
        changed.accept(job);
    }

    private long pauseNanos(JobId id) {
        Job job = job(id);
        return job != null && job.state() == JobState.RETRYING
                ? RetrySchedule.pauseAfter(job.failedAttempts()).toNanos()
                : POLL_NANOS;
    }

    private void release(JobId id, long dueNanos) {
        synchronized (slots) {
            Slot slot = slots.get(id);
            if (slot == null) {
                return;
            }
            slot.running = false;
            slot.dueNanos = dueNanos;
            if (slot.job.state() != JobState.RUNNING) {
                slot.step = -1; // the next attempt counts its own time
            }
            if (slot.job.state().ended()) {
                slots.remove(id);
            }
        }
    }
}
