package io.holdfast.configserver.internal.plans;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.internal.jobs.JobPlan;
import io.holdfast.configserver.internal.jobs.Step;
import io.holdfast.configserver.internal.jobs.StepResult;
import io.holdfast.model.DrillPhase;
import io.holdfast.model.Evidence;
import io.holdfast.model.JobKind;
import io.holdfast.model.LifeCycle;
import io.holdfast.model.LifeCycleEvent;
import io.holdfast.model.Machine;
import io.holdfast.model.Replica;
import java.util.List;

/** Test failover and its clean-up. */
final class DrillPlans {

    private final Workplace work;
    private final ReplicaSteps replica;

    DrillPlans(Workplace work) {
        this.work = work;
        this.replica = new ReplicaSteps(work, Replica.Purpose.TEST);
    }

    JobPlan testFailover() {
        return new JobPlan(
                JobKind.TEST_FAILOVER,
                List.of(
                        replica.resolvePoint(),
                        replica.prepare(),
                        Step.forGood("begin", "Begin the test failover", context -> {
                            move(context.machine(), LifeCycleEvent.DRILL_STARTED, DrillPhase.STARTING);
                            return StepResult.done();
                        }),
                        replica.create(),
                        replica.start(),
                        replica.boot(),
                        Step.of("finish", "Hand the replica over", context -> {
                            move(context.machine(), LifeCycleEvent.DRILL_BOOTED, DrillPhase.RUNNING);
                            return StepResult.done();
                        })));
    }

    JobPlan cleanUp() {
        return new JobPlan(
                JobKind.CLEAN_UP_TEST_FAILOVER,
                List.of(
                        Step.forGood("discard-replica", "Throw the replica away", context -> {
                            Machine machine = move(
                                    context.machine(), LifeCycleEvent.DRILL_CLEANUP_STARTED, DrillPhase.CLEANING_UP);
                            List<String> tests = work.replicas().of(machine.id()).stream()
                                    .filter(made -> made.purpose() == Replica.Purpose.TEST)
                                    .map(Replica::id)
                                    .toList();
                            tests.forEach(id -> work.replicas().destroy(machine, id));
                            return StepResult.done(Evidence.of("replicas", tests.size()));
                        }),
                        Step.of("finish", "End the test failover", context -> {
                            move(context.machine(), LifeCycleEvent.DRILL_ENDED, DrillPhase.NONE);
                            return StepResult.done();
                        })));
    }

    private Machine move(MachineId id, LifeCycleEvent event, DrillPhase target) {
        return work.machines().update(id, machine -> {
            if (machine.protection().drill() == target) {
                return machine;
            }
            return LifeCycle.next(machine.protection(), event)
                    .map(machine::withProtection)
                    .orElseThrow(() -> new HoldfastException(
                            ErrorCode.ILLEGAL_STATE,
                            "machine " + machine.name(),
                            "is " + machine.protection().phase() + " with a test failover "
                                    + machine.protection().drill() + "; expected a state that leads to " + target));
        });
    }
}
