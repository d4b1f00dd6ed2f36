package io.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NextStepsTest {

    private static final Set<Operation> REPLICATING = EnumSet.of(
            Operation.PAUSE, Operation.RESYNCHRONISE, Operation.TEST_FAILOVER, Operation.FAILOVER, Operation.UNPROTECT);

    /** What is legal in each phase without a test failover and without a job. */
    private static final Map<ProtectionPhase, Set<Operation>> LEGAL = Map.ofEntries(
            Map.entry(ProtectionPhase.ENABLING, EnumSet.of(Operation.UNPROTECT)),
            Map.entry(ProtectionPhase.INITIAL_REPLICATION, EnumSet.of(Operation.UNPROTECT)),
            Map.entry(ProtectionPhase.FINALIZING, EnumSet.of(Operation.UNPROTECT)),
            Map.entry(ProtectionPhase.PROTECTED, with(Operation.MARK)),
            Map.entry(ProtectionPhase.MARKED_FOR_RESYNCHRONISATION, REPLICATING),
            Map.entry(ProtectionPhase.RESYNCHRONISING, REPLICATING),
            Map.entry(
                    ProtectionPhase.PAUSED,
                    EnumSet.of(
                            Operation.RESUME,
                            Operation.RESYNCHRONISE,
                            Operation.TEST_FAILOVER,
                            Operation.FAILOVER,
                            Operation.UNPROTECT)),
            Map.entry(ProtectionPhase.FAILING_OVER, EnumSet.of(Operation.CANCEL_FAILOVER)),
            Map.entry(ProtectionPhase.COMMIT_PENDING, EnumSet.of(Operation.CANCEL_FAILOVER, Operation.COMMIT_FAILOVER)),
            Map.entry(ProtectionPhase.CANCELLING_FAILOVER, EnumSet.noneOf(Operation.class)),
            Map.entry(ProtectionPhase.COMMITTING, EnumSet.noneOf(Operation.class)),
            Map.entry(ProtectionPhase.COMMITTED, EnumSet.of(Operation.UNPROTECT)),
            Map.entry(ProtectionPhase.UNPROTECTING, EnumSet.noneOf(Operation.class)),
            Map.entry(ProtectionPhase.UNPROTECTED, EnumSet.of(Operation.TEST_FAILOVER, Operation.UNPROTECT)));

    private static Set<Operation> with(Operation operation) {
        Set<Operation> all = EnumSet.copyOf(REPLICATING);
        all.add(operation);
        return all;
    }

    @Test
    void allowsByTheTableAndNothingElse() {
        for (ProtectionPhase phase : ProtectionPhase.values()) {
            Protection now = new Protection(phase, DrillPhase.NONE, false, false);

            assertThat(NextSteps.of(now, Set.of()).stream()
                            .filter(NextStep::legal)
                            .map(NextStep::operation))
                    .describedAs("%s", phase)
                    .containsExactlyInAnyOrderElementsOf(LEGAL.getOrDefault(phase, Set.of()));
        }
    }

    @Test
    void givesAReasonExactlyWhereSomethingIsNotLegal() {
        for (ProtectionPhase phase : ProtectionPhase.values()) {
            for (DrillPhase drill : DrillPhase.values()) {
                for (JobKind active : JobKind.values()) {
                    for (NextStep step : NextSteps.of(new Protection(phase, drill, false, false), Set.of(active))) {
                        assertThat(step.reason().isEmpty())
                                .describedAs("%s", step)
                                .isEqualTo(step.legal());
                        assertThat(step.reason()).matches("|[A-Z].*\\.");
                    }
                }
            }
        }
    }

    @Test
    void lendsAgreementToWhatTheLifeCycleTakes() {
        Map<Operation, LifeCycleEvent> first = Map.of(
                Operation.TEST_FAILOVER, LifeCycleEvent.DRILL_STARTED,
                Operation.FAILOVER, LifeCycleEvent.FAILOVER_STARTED,
                Operation.CANCEL_FAILOVER, LifeCycleEvent.CANCEL_STARTED,
                Operation.COMMIT_FAILOVER, LifeCycleEvent.COMMIT_STARTED,
                Operation.UNPROTECT, LifeCycleEvent.UNPROTECT_STARTED);
        for (ProtectionPhase phase : ProtectionPhase.values()) {
            for (DrillPhase drill : DrillPhase.values()) {
                Protection now = new Protection(phase, drill, false, false);
                first.forEach((operation, event) -> assertThat(
                                NextSteps.objection(now, operation, Set.of()).isEmpty())
                        .describedAs("%s in %s", operation, now)
                        .isEqualTo(LifeCycle.next(now, event).isPresent()));
            }
        }
    }

    @Test
    void keepsOneJobInALane() {
        Protection now = new Protection(ProtectionPhase.PROTECTED, DrillPhase.NONE, false, false);

        assertThat(NextSteps.objection(now, Operation.PAUSE, Set.of(JobKind.RESYNCHRONISE)))
                .hasValue("The job 'Resynchronise' has not ended.");
        assertThat(NextSteps.objection(now, Operation.TEST_FAILOVER, Set.of(JobKind.RESYNCHRONISE)))
                .isEmpty();
    }

    @Test
    void keepsTheHistoryFromBeingDestroyedUnderATestFailover() {
        Protection now = new Protection(ProtectionPhase.PROTECTED, DrillPhase.NONE, false, false);

        assertThat(NextSteps.objection(now, Operation.UNPROTECT, Set.of(JobKind.TEST_FAILOVER)))
                .hasValue("The job 'Test failover' has not ended.");
        assertThat(NextSteps.objection(now, Operation.TEST_FAILOVER, Set.of(JobKind.UNPROTECT)))
                .hasValue("The job 'Disable protection' has not ended.");
    }

    @Test
    void letsAFailoverGoBeforeMaintenance() {
        Protection now = new Protection(ProtectionPhase.RESYNCHRONISING, DrillPhase.NONE, true, false);

        assertThat(NextSteps.objection(now, Operation.FAILOVER, Set.of(JobKind.RESYNCHRONISE, JobKind.TEST_FAILOVER)))
                .isEmpty();
        assertThat(NextSteps.objection(now, Operation.FAILOVER, Set.of(JobKind.UNPROTECT)))
                .isPresent();
    }

    @Test
    void cleansUpATestFailoverWhateverElseHappens() {
        for (ProtectionPhase phase : ProtectionPhase.values()) {
            Protection now = new Protection(phase, DrillPhase.RUNNING, true, true);

            assertThat(NextSteps.objection(
                            now, Operation.CLEAN_UP_TEST_FAILOVER, Set.of(JobKind.TEST_FAILOVER, JobKind.FAILOVER)))
                    .isEmpty();
        }
    }
}
