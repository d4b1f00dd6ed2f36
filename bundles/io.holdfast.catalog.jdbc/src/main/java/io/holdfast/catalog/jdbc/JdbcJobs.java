package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.catalog.JobTable;
import io.holdfast.model.ErrorReport;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.Progress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Jobs and their steps in two tables. */
record JdbcJobs(Sql sql) implements JobTable {

    private static final int JOBS_IN_QUERY_MAX = 100;

    @Override
    public void insert(Job job) {
        sql.update(
                """
                insert into job (id, kind, machine, arguments, state, error, failed_attempts, retry_at_millis, started_by,
                    created_millis, ended_millis)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                job.id().toString(),
                job.kind().name(),
                job.machine().toString(),
                Json.write(job.arguments()),
                job.state().name(),
                Json.writeOrNull(job.error()),
                job.failedAttempts(),
                job.retryAtMillis(),
                job.startedBy(),
                job.createdMillis(),
                job.endedMillis());
        for (int number = 0; number < job.steps().size(); number++) {
            insertStep(job.id(), number, job.steps().get(number));
        }
    }

    private void insertStep(JobId job, int number, JobStep step) {
        Progress progress = step.progress();
        sql.update(
                """
                insert into job_step (job, number, name, title, state, progress_done, progress_total, progress_unit, evidence,
                    started_millis, ended_millis)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                job.toString(),
                number,
                step.name(),
                step.title(),
                step.state().name(),
                progress == null ? null : progress.done(),
                progress == null ? null : progress.total(),
                progress == null ? null : progress.unit(),
                Json.write(step.evidence()),
                step.startedMillis(),
                step.endedMillis());
    }

    @Override
    public void update(Job job) {
        int changed = sql.update(
                """
                update job set state = ?, error = ?, failed_attempts = ?, retry_at_millis = ?, ended_millis = ?
                where id = ?""",
                job.state().name(),
                Json.writeOrNull(job.error()),
                job.failedAttempts(),
                job.retryAtMillis(),
                job.endedMillis(),
                job.id().toString());
        if (changed == 0) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "job " + job.id(), "not in the catalog");
        }
        for (int number = 0; number < job.steps().size(); number++) {
            updateStep(job.id(), number, job.steps().get(number));
        }
    }

    private void updateStep(JobId job, int number, JobStep step) {
        Progress progress = step.progress();
        sql.update(
                """
                update job_step set state = ?, progress_done = ?, progress_total = ?, progress_unit = ?, evidence = ?,
                    started_millis = ?, ended_millis = ?
                where job = ? and number = ?""",
                step.state().name(),
                progress == null ? null : progress.done(),
                progress == null ? null : progress.total(),
                progress == null ? null : progress.unit(),
                Json.write(step.evidence()),
                step.startedMillis(),
                step.endedMillis(),
                job.toString(),
                number);
    }

    @Override
    public Optional<Job> find(JobId id) {
        return withSteps(sql.query("select * from job where id = ?", JdbcJobs::read, id.toString())).stream()
                .findFirst();
    }

    @Override
    public List<Job> list(@Nullable MachineId machine, int limit) {
        return withSteps(
                machine == null
                        ? sql.query(
                                "select * from job order by number desc fetch first ? rows only", JdbcJobs::read, limit)
                        : sql.query(
                                "select * from job where machine = ? order by number desc fetch first ? rows only",
                                JdbcJobs::read,
                                machine.toString(),
                                limit));
    }

    @Override
    public List<Job> unfinished() {
        return withSteps(
                sql.query("select * from job where state in ('RUNNING', 'RETRYING') order by number", JdbcJobs::read));
    }

    @Override
    public int trim(int keep) {
        Optional<Long> oldestKept = sql.queryOne("""
                select number from job where state not in ('RUNNING', 'RETRYING')
                order by number desc offset ? rows fetch first 1 rows only""", row -> row.number("number"), keep);
        if (oldestKept.isEmpty()) {
            return 0;
        }
        String ended = "number <= ? and state not in ('RUNNING', 'RETRYING')";
        sql.update("delete from job_step where job in (select id from job where " + ended + ")", oldestKept.get());
        return sql.update("delete from job where " + ended, oldestKept.get());
    }

    /** Reads the steps of many jobs with few queries. */
    private List<Job> withSteps(List<Job> jobs) {
        Map<String, List<JobStep>> steps = new HashMap<>();
        for (int from = 0; from < jobs.size(); from += JOBS_IN_QUERY_MAX) {
            List<Job> some = jobs.subList(from, Math.min(jobs.size(), from + JOBS_IN_QUERY_MAX));
            String places = String.join(", ", Collections.nCopies(some.size(), "?"));
            Object[] ids = some.stream().map(job -> job.id().toString()).toArray();
            sql.query(
                    "select * from job_step where job in (" + places + ") order by job, number",
                    row -> steps.computeIfAbsent(row.text("job"), _ -> new ArrayList<>())
                            .add(readStep(row)),
                    ids);
        }
        return jobs.stream()
                .map(job -> new Job(
                        job.id(),
                        job.kind(),
                        job.machine(),
                        job.arguments(),
                        job.state(),
                        steps.getOrDefault(job.id().toString(), List.of()),
                        job.error(),
                        job.failedAttempts(),
                        job.retryAtMillis(),
                        job.startedBy(),
                        job.createdMillis(),
                        job.endedMillis()))
                .toList();
    }

    /** Reads a job without its steps. */
    private static Job read(Row row) throws SQLException {
        return new Job(
                JobId.parse(row.text("id")),
                row.choice(JobKind.class, "kind"),
                MachineId.parse(row.text("machine")),
                Json.readTexts(row.text("arguments")),
                row.choice(JobState.class, "state"),
                List.of(),
                Json.readOrNull(row.textOrNull("error"), ErrorReport.class),
                row.integer("failed_attempts"),
                row.numberOrNull("retry_at_millis"),
                row.text("started_by"),
                row.number("created_millis"),
                row.numberOrNull("ended_millis"));
    }

    private static JobStep readStep(Row row) throws SQLException {
        return new JobStep(
                row.text("name"),
                row.text("title"),
                row.choice(JobStep.State.class, "state"),
                progress(row),
                Json.readEvidence(row.text("evidence")),
                row.numberOrNull("started_millis"),
                row.numberOrNull("ended_millis"));
    }

    private static @Nullable Progress progress(Row row) throws SQLException {
        String unit = row.textOrNull("progress_unit");
        return unit == null ? null : new Progress(row.number("progress_done"), row.number("progress_total"), unit);
    }
}
