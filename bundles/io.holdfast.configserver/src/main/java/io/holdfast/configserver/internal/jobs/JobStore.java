package io.holdfast.configserver.internal.jobs;

import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.RetrySchedule;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.configserver.internal.ErrorReports;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Evidence;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.LifeCycle;
import io.holdfast.model.LifeCycleEvent;
import io.holdfast.model.Machine;
import io.holdfast.model.Progress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Jobs in the catalog: each method is one transaction, and a job that has ended stays as it is. */
final class JobStore {

    /** How far back the newest job of a lane is looked for; two lanes beside it cannot have had more since. */
    private static final int RECENT_JOBS = 500;

    private final Catalog catalog;
    private final TimeSource time;

    JobStore(Catalog catalog, TimeSource time) {
        this.catalog = catalog;
        this.time = time;
    }

    /**
     * What a submission changed.
     *
     * @param job the job that carries it out
     * @param added whether it is new
     * @param superseded jobs that were cancelled for it
     */
    record Submitted(Job job, boolean added, List<Job> superseded) {}

    Submitted submit(JobRequest request, JobPlan plan, JobId id, Consumer<CatalogTransaction> check) {
        return catalog.write(tables -> {
            List<Job> active = tables.jobs().unfinished().stream()
                    .filter(job -> job.machine().equals(request.machine()))
                    .toList();
            Optional<Job> same = active.stream()
                    .filter(job ->
                            job.kind() == request.kind() && job.arguments().equals(request.arguments()))
                    .findFirst();
            if (same.isPresent()) {
                return new Submitted(same.get(), false, List.of());
            }
            check.accept(tables);
            List<Job> superseded = active.stream()
                    .filter(job -> job.kind().lane() == request.kind().lane()
                            && request.kind().supersedes(job.kind()))
                    .map(job -> JobChanges.cancelled(job, superseded(request.kind()), time.utcMillis()))
                    .toList();
            superseded.forEach(tables.jobs()::update);
            Job job = new Job(
                    id,
                    request.kind(),
                    request.machine(),
                    request.arguments(),
                    JobState.RUNNING,
                    plan.fresh(),
                    null,
                    0,
                    null,
                    request.startedBy(),
                    time.utcMillis(),
                    null);
            tables.jobs().insert(job);
            return new Submitted(job, true, superseded);
        });
    }

    private ErrorReport superseded(JobKind by) {
        return ErrorReports.of(
                new HoldfastException(ErrorCode.CANCELLED, "job", "ended because '" + by.title() + "' was asked for"),
                time.utcMillis());
    }

    static JobId newId() {
        return new JobId(UUID.randomUUID());
    }

    Optional<Job> find(JobId id) {
        return catalog.read(tables -> tables.jobs().find(id));
    }

    List<Job> unfinished() {
        return catalog.read(tables -> tables.jobs().unfinished());
    }

    Job begin(JobId id, int index) {
        return change(id, job -> JobChanges.begun(job, index, time.utcMillis()));
    }

    Job progress(JobId id, int index, Progress progress) {
        return change(id, job -> JobChanges.progressed(job, index, progress));
    }

    /** Marks a step done; a machine that was <i>Critical</i> is so no longer when its job has succeeded. */
    Job done(JobId id, int index, List<Evidence> evidence, @Nullable Progress last) {
        return catalog.write(tables -> {
            Job before = require(tables, id);
            if (before.state().ended()) {
                return before;
            }
            Job after = JobChanges.done(before, index, evidence, last, time.utcMillis());
            tables.jobs().update(after);
            if (after.state() == JobState.SUCCEEDED && after.kind().lane() != JobKind.Lane.DRILL) {
                mark(tables, after, null);
            }
            return after;
        });
    }

    /**
     * Notes an error: a recoverable one is tried again, another ends the job, and the machine turns <i>Critical</i> when a person has to look
     * after it.
     */
    Job fail(JobId id, int index, HoldfastException error, JobPlan plan) {
        return catalog.write(tables -> {
            Job before = require(tables, id);
            if (before.state().ended()) {
                return before;
            }
            ErrorReport report = ErrorReports.of(error, time.utcMillis());
            if (error.code().errorClass() == ErrorClass.RECOVERABLE) {
                long pause =
                        RetrySchedule.pauseAfter(before.failedAttempts() + 1).toMillis();
                Job after = JobChanges.retrying(before, report, time.utcMillis() + pause);
                tables.jobs().update(after);
                return after;
            }
            Job after = JobChanges.failed(before, index, report, time.utcMillis());
            tables.jobs().update(after);
            boolean refusedInTime = error.code().errorClass() == ErrorClass.REFUSED && index < plan.firstForGood();
            if (!refusedInTime && after.kind().lane() != JobKind.Lane.DRILL) {
                mark(tables, after, report);
            }
            return after;
        });
    }

    private static void mark(CatalogTransaction tables, Job job, @Nullable ErrorReport error) {
        Optional<Machine> found = tables.machines().find(job.machine());
        if (found.isEmpty()) {
            return;
        }
        LifeCycleEvent event = error == null ? LifeCycleEvent.ERROR_CLEARED : LifeCycleEvent.ERROR_MET;
        Machine machine = found.get();
        tables.machines()
                .update(machine.withError(error)
                        .withProtection(
                                LifeCycle.next(machine.protection(), event).orElse(machine.protection())));
    }

    Job retry(JobId id) {
        return catalog.write(tables -> {
            Job before = require(tables, id);
            if (before.state() != JobState.RETRYING && before.state() != JobState.FAILED) {
                throw refused(before, "is " + before.state() + "; expected a job that waits or has failed");
            }
            if (before.state() == JobState.FAILED) {
                Optional<Job> later = tables.jobs().list(before.machine(), RECENT_JOBS).stream()
                        .takeWhile(job -> !job.id().equals(id))
                        .filter(job -> job.kind().lane() == before.kind().lane())
                        .findFirst();
                if (later.isPresent()) {
                    throw refused(
                            before,
                            "was followed by '" + later.get().kind().title() + "'; expected the newest of its kind");
                }
            }
            Job after = JobChanges.again(before);
            tables.jobs().update(after);
            return after;
        });
    }

    Job cancel(JobId id, JobPlan plan, String by) {
        return catalog.write(tables -> {
            Job before = require(tables, id);
            if (before.state().ended()) {
                throw refused(before, "has ended");
            }
            int index = JobChanges.present(before);
            if (index > plan.firstForGood()
                    || index == plan.firstForGood() && before.steps().get(index).startedMillis() != null) {
                throw refused(before, "has changed what only another operation can undo; expected a job before that");
            }
            ErrorReport why = ErrorReports.of(
                    new HoldfastException(ErrorCode.CANCELLED, "job", "ended by " + by), time.utcMillis());
            Job after = JobChanges.cancelled(before, why, time.utcMillis());
            tables.jobs().update(after);
            return after;
        });
    }

    int trim(int keep) {
        return catalog.write(tables -> tables.jobs().trim(keep));
    }

    private Job change(JobId id, UnaryOperator<Job> change) {
        return catalog.write(tables -> {
            Job before = require(tables, id);
            if (before.state().ended()) {
                return before;
            }
            Job after = change.apply(before);
            if (!after.equals(before)) {
                tables.jobs().update(after);
            }
            return after;
        });
    }

    private static Job require(CatalogTransaction tables, JobId id) {
        return tables.jobs()
                .find(id)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "job " + id, "not known; expected a job in the list"));
    }

    private static HoldfastException refused(Job job, String message) {
        return new HoldfastException(ErrorCode.ILLEGAL_STATE, "job " + job.id(), message);
    }
}
