package io.holdfast.configserver.internal.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.catalog.Catalog;
import io.holdfast.configserver.internal.ManualTime;
import io.holdfast.configserver.internal.SharedCatalogAccess;
import io.holdfast.model.Evidence;
import io.holdfast.model.Job;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.Policy;
import io.holdfast.model.Progress;
import io.holdfast.model.Protection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class JobEngineTest {

    private final ManualTime time = new ManualTime();
    private final Catalog catalog = SharedCatalogAccess.emptied();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<JobState> told = new ArrayList<>();
    private final MachineId machine = new MachineId(UUID.randomUUID());
    private final List<String> ran = new ArrayList<>();
    private Step.Action second = _ -> StepResult.done();
    private JobEngine engine;

    JobEngineTest() {
        catalog.write(tables -> {
            tables.machines()
                    .insert(new Machine(
                            machine,
                            "web",
                            "agent",
                            new MachineAddress("kvm", Map.of()),
                            Policy.DEFAULT,
                            "",
                            null,
                            Protection.START,
                            null,
                            null,
                            1));
            return true;
        });
        engine = newEngine();
    }

    private JobEngine newEngine() {
        tasks.clear();
        return new JobEngine(catalog, this::plan, time, tasks::add, job -> told.add(job.state()));
    }

    private JobPlan plan(JobKind kind) {
        return new JobPlan(
                kind,
                List.of(
                        Step.of("first", "First", _ -> {
                            ran.add(kind + " first");
                            return StepResult.done(new Evidence("found", "it"));
                        }),
                        Step.forGood("second", "Second", context -> {
                            ran.add(kind + " second");
                            return second.run(context);
                        })));
    }

    private Job submit(JobKind kind) {
        return engine.submit(new JobRequest(kind, machine, Map.of("a", "b"), "admin"), _ -> {});
    }

    private void run() {
        engine.pump();
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    private Job job(Job job) {
        return engine.find(job.id()).orElseThrow();
    }

    @Test
    void doesTheStepsInOrderAndKeepsTheirEvidence() {
        second = context ->
                StepResult.done(new Evidence("earlier", context.requireEvidence("found") + context.argument("a")));

        Job job = submit(JobKind.MARK);
        run();

        assertThat(job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job(job).steps().get(1).evidence()).containsExactly(new Evidence("earlier", "itb"));
        assertThat(told).startsWith(JobState.RUNNING).endsWith(JobState.SUCCEEDED);
        assertThat(engine.activeCount()).isZero();
    }

    @Test
    void tellsOfANewJobBeforeAnyThreadCanRunItsFirstStep() {
        List<Integer> tasksWhenTold = new ArrayList<>();
        engine = new JobEngine(catalog, this::plan, time, tasks::add, _ -> {
            engine.pump();
            tasksWhenTold.add(tasks.size());
        });

        submit(JobKind.MARK);

        assertThat(tasksWhenTold).containsExactly(0);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void runsAWaitingStepAgainSoonAndShowsItsProgress() {
        second = _ -> new StepResult.Waiting(new Progress(3, 10, "bytes"));
        Job job = submit(JobKind.MARK);
        run();
        assertThat(job(job).steps().get(1).progress()).isEqualTo(new Progress(3, 10, "bytes"));

        run();
        assertThat(ran).hasSize(2);
        time.advanceMillis(200);
        run();
        assertThat(ran).hasSize(3);

        second = _ -> StepResult.done();
        engine.wake(machine);
        run();
        assertThat(job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job(job).steps().get(1).progress()).isEqualTo(new Progress(10, 10, "bytes"));
    }

    @Test
    void endsAJobOnAnUnexpectedErrorAndSaysWhere() {
        second = _ -> {
            throw new IllegalStateException("a bug");
        };

        Job job = submit(JobKind.MARK);
        run();

        assertThat(job(job).state()).isEqualTo(JobState.FAILED);
        assertThat(Objects.requireNonNull(job(job).error()).code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(Objects.requireNonNull(job(job).error()).message())
                .contains("second")
                .contains("a bug");
        assertThat(job(job).steps().get(1).state()).isEqualTo(JobStep.State.FAILED);
        assertThat(isCritical()).isTrue();
    }

    private boolean isCritical() {
        return catalog.<Boolean>read(tables ->
                tables.machines().find(machine).orElseThrow().protection().critical());
    }

    @Test
    void countsTheTimeOfEachAttemptAnew() {
        List<Long> waited = new ArrayList<>();
        List<Boolean> first = new ArrayList<>();
        second = context -> {
            waited.add(context.waitedMillis());
            first.add(context.first());
            if (context.waitedMillis() >= 200) {
                throw new HoldfastException(ErrorCode.TIMEOUT, "x", "too long");
            }
            return StepResult.waiting();
        };
        submit(JobKind.MARK);
        run();
        time.advanceMillis(200);
        run();
        time.advanceMillis(60_000);
        run();

        assertThat(waited).containsExactly(0L, 200L, 0L);
        assertThat(first).containsExactly(true, false, true);
    }

    @Test
    void triesAgainAtOnceAfterARestartAndKeepsTheCount() {
        second = _ -> {
            throw new HoldfastException(ErrorCode.NETWORK, "x", "away");
        };
        Job job = submit(JobKind.MARK);
        run();
        assertThat(job(job).failedAttempts()).isEqualTo(1);

        engine = newEngine();
        run();

        assertThat(job(job).failedAttempts()).isEqualTo(2);
        assertThat(ran).filteredOn(step -> step.endsWith("first")).hasSize(1);
    }

    @Test
    void triesAgainWhenTheAgentIsReachedButOnlyForThatReason() {
        second = _ -> {
            throw new HoldfastException(ErrorCode.NETWORK, "x", "away");
        };
        Job job = submit(JobKind.MARK);
        run();
        engine.reached(new MachineId(UUID.randomUUID()));
        run();
        assertThat(job(job).failedAttempts()).isEqualTo(1);

        second = _ -> {
            throw new HoldfastException(ErrorCode.DISK_FULL, "x", "full");
        };
        engine.reached(machine);
        run();
        assertThat(job(job).failedAttempts()).isEqualTo(2);
        engine.reached(machine);
        run();
        assertThat(job(job).failedAttempts()).isEqualTo(2);
    }

    @Test
    void runsOneStepAtATimeInALaneAndLanesBesideEachOther() {
        submit(JobKind.MARK);
        submit(JobKind.RESUME);
        submit(JobKind.TEST_FAILOVER);

        assertThat(tasks).hasSize(2);
        run();
        time.advanceMillis(200);
        run();
        assertThat(ran)
                .containsExactly(
                        "MARK first",
                        "MARK second",
                        "TEST_FAILOVER first",
                        "TEST_FAILOVER second",
                        "RESUME first",
                        "RESUME second");
    }

    @Test
    void letsTheStepOfASupersededJobEndBeforeTheNextJobBegins() {
        Job[] cancel = new Job[1];
        second = context -> {
            if (context.job().kind() == JobKind.FAILOVER) {
                cancel[0] = submit(JobKind.CANCEL_FAILOVER);
                assertThat(tasks).isEmpty();
            }
            return StepResult.done();
        };

        Job failover = submit(JobKind.FAILOVER);
        run();

        assertThat(job(failover).state()).isEqualTo(JobState.CANCELLED);
        assertThat(Objects.requireNonNull(job(failover).error()).message()).contains("Cancel failover");
        run();
        assertThat(job(cancel[0]).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void addsNothingWhenTheCheckRefuses() {
        assertThatThrownBy(() -> engine.submit(new JobRequest(JobKind.MARK, machine, Map.of(), "admin"), _ -> {
                    throw new HoldfastException(ErrorCode.ILLEGAL_STATE, "x", "no");
                }))
                .hasMessageContaining("no");

        assertThat(catalog.<List<Job>>read(tables -> tables.jobs().list(machine, 10)))
                .isEmpty();
        assertThat(engine.activeCount()).isZero();
    }

    @Test
    void cancelsBeforeAnythingWasDoneForGoodAndNotAfter() {
        second = _ -> StepResult.waiting();
        Job early = submit(JobKind.MARK);
        assertThat(engine.cancel(early.id(), "admin").state()).isEqualTo(JobState.CANCELLED);
        run();
        assertThat(ran).isEmpty();

        Job late = submit(JobKind.MARK);
        run();
        assertThatThrownBy(() -> engine.cancel(late.id(), "admin"))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE));
    }

    @Test
    void retriesOnlyTheNewestJobThatFailed() {
        second = _ -> {
            throw new HoldfastException(ErrorCode.KEY_MISSING, "x", "gone");
        };
        Job old = submit(JobKind.MARK);
        run();
        Job newest = submit(JobKind.RESUME);
        run();

        assertThatThrownBy(() -> engine.retry(old.id())).hasMessageContaining("Resume protection");
        second = _ -> StepResult.done();
        engine.retry(newest.id());
        run();
        assertThat(job(newest).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(isCritical()).isFalse();
    }

    @Test
    void waitsForAnExecutorThatIsFull() {
        boolean[] full = {true};
        engine = new JobEngine(
                catalog,
                this::plan,
                time,
                task -> {
                    if (full[0]) {
                        throw new RejectedExecutionException("full");
                    }
                    tasks.add(task);
                },
                _ -> {});
        Job job = submit(JobKind.MARK);
        run();

        full[0] = false;
        time.advanceMillis(200);
        run();

        assertThat(job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void startsNothingOnceItWasStopped() {
        Job job = submit(JobKind.MARK);
        engine.stop();

        run();

        assertThat(job(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(ran).hasSizeLessThanOrEqualTo(1);
        engine = newEngine();
        run();
        assertThat(job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }
}
