package io.holdfast.model;

import static io.holdfast.model.LifeCycleEvent.CANCEL_STARTED;
import static io.holdfast.model.LifeCycleEvent.CAPTURE_BROKEN;
import static io.holdfast.model.LifeCycleEvent.COMMIT_STARTED;
import static io.holdfast.model.LifeCycleEvent.COPY_COMPLETE;
import static io.holdfast.model.LifeCycleEvent.DRILL_BOOTED;
import static io.holdfast.model.LifeCycleEvent.DRILL_CLEANUP_STARTED;
import static io.holdfast.model.LifeCycleEvent.DRILL_ENDED;
import static io.holdfast.model.LifeCycleEvent.DRILL_STARTED;
import static io.holdfast.model.LifeCycleEvent.ERROR_CLEARED;
import static io.holdfast.model.LifeCycleEvent.ERROR_MET;
import static io.holdfast.model.LifeCycleEvent.FAILOVER_CANCELLED;
import static io.holdfast.model.LifeCycleEvent.FAILOVER_STARTED;
import static io.holdfast.model.LifeCycleEvent.REPLICATION_STARTED;
import static io.holdfast.model.LifeCycleEvent.REPLICA_BOOTED;
import static io.holdfast.model.LifeCycleEvent.RESYNCHRONISATION_STARTED;
import static io.holdfast.model.LifeCycleEvent.SOURCE_LEFT;
import static io.holdfast.model.LifeCycleEvent.SOURCE_REAPPEARED;
import static io.holdfast.model.LifeCycleEvent.UNPROTECT_STARTED;
import static io.holdfast.model.ProtectionPhase.CANCELLING_FAILOVER;
import static io.holdfast.model.ProtectionPhase.COMMITTED;
import static io.holdfast.model.ProtectionPhase.COMMITTING;
import static io.holdfast.model.ProtectionPhase.COMMIT_PENDING;
import static io.holdfast.model.ProtectionPhase.ENABLING;
import static io.holdfast.model.ProtectionPhase.FAILING_OVER;
import static io.holdfast.model.ProtectionPhase.FINALIZING;
import static io.holdfast.model.ProtectionPhase.INITIAL_REPLICATION;
import static io.holdfast.model.ProtectionPhase.MARKED_FOR_RESYNCHRONISATION;
import static io.holdfast.model.ProtectionPhase.PAUSED;
import static io.holdfast.model.ProtectionPhase.PROTECTED;
import static io.holdfast.model.ProtectionPhase.RESYNCHRONISING;
import static io.holdfast.model.ProtectionPhase.UNPROTECTED;
import static io.holdfast.model.ProtectionPhase.UNPROTECTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifeCycleTest {

    /** Every phase change there is; what is not in this table must be refused. */
    private static final Map<LifeCycleEvent, Map<ProtectionPhase, ProtectionPhase>> TABLE = table();

    private static Map<LifeCycleEvent, Map<ProtectionPhase, ProtectionPhase>> table() {
        Map<LifeCycleEvent, Map<ProtectionPhase, ProtectionPhase>> table = new EnumMap<>(LifeCycleEvent.class);
        table.put(REPLICATION_STARTED, Map.of(ENABLING, INITIAL_REPLICATION));
        table.put(
                COPY_COMPLETE,
                Map.of(
                        INITIAL_REPLICATION, FINALIZING,
                        MARKED_FOR_RESYNCHRONISATION, PROTECTED,
                        RESYNCHRONISING, PROTECTED,
                        PAUSED, PROTECTED));
        table.put(LifeCycleEvent.FINALIZED, Map.of(FINALIZING, PROTECTED));
        table.put(
                CAPTURE_BROKEN,
                Map.of(
                        PROTECTED, MARKED_FOR_RESYNCHRONISATION,
                        RESYNCHRONISING, MARKED_FOR_RESYNCHRONISATION,
                        PAUSED, MARKED_FOR_RESYNCHRONISATION));
        table.put(
                RESYNCHRONISATION_STARTED,
                Map.of(
                        PROTECTED, RESYNCHRONISING,
                        MARKED_FOR_RESYNCHRONISATION, RESYNCHRONISING,
                        PAUSED, RESYNCHRONISING));
        table.put(
                LifeCycleEvent.PAUSED,
                Map.of(PROTECTED, PAUSED, MARKED_FOR_RESYNCHRONISATION, PAUSED, RESYNCHRONISING, PAUSED));
        table.put(
                FAILOVER_STARTED,
                Map.of(
                        PROTECTED, FAILING_OVER,
                        MARKED_FOR_RESYNCHRONISATION, FAILING_OVER,
                        RESYNCHRONISING, FAILING_OVER,
                        PAUSED, FAILING_OVER));
        table.put(REPLICA_BOOTED, Map.of(FAILING_OVER, COMMIT_PENDING));
        table.put(CANCEL_STARTED, Map.of(FAILING_OVER, CANCELLING_FAILOVER, COMMIT_PENDING, CANCELLING_FAILOVER));
        table.put(FAILOVER_CANCELLED, Map.of(CANCELLING_FAILOVER, MARKED_FOR_RESYNCHRONISATION));
        table.put(COMMIT_STARTED, Map.of(COMMIT_PENDING, COMMITTING));
        table.put(LifeCycleEvent.COMMITTED, Map.of(COMMITTING, COMMITTED));
        table.put(
                UNPROTECT_STARTED,
                Map.of(
                        ENABLING, UNPROTECTING,
                        INITIAL_REPLICATION, UNPROTECTING,
                        FINALIZING, UNPROTECTING,
                        PROTECTED, UNPROTECTING,
                        MARKED_FOR_RESYNCHRONISATION, UNPROTECTING,
                        RESYNCHRONISING, UNPROTECTING,
                        PAUSED, UNPROTECTING,
                        COMMITTED, UNPROTECTING,
                        UNPROTECTED, UNPROTECTING));
        table.put(LifeCycleEvent.UNPROTECTED, Map.of(UNPROTECTING, UNPROTECTED));
        return table;
    }

    @Test
    void changesPhasesByTheTableAndByNothingElse() {
        for (ProtectionPhase phase : ProtectionPhase.values()) {
            for (Map.Entry<LifeCycleEvent, Map<ProtectionPhase, ProtectionPhase>> row : TABLE.entrySet()) {
                Protection now = new Protection(phase, DrillPhase.NONE, false, false);

                Optional<ProtectionPhase> next =
                        LifeCycle.next(now, row.getKey()).map(Protection::phase);

                assertThat(next)
                        .describedAs("%s in %s", row.getKey(), phase)
                        .isEqualTo(Optional.ofNullable(row.getValue().get(phase)));
            }
        }
    }

    @Test
    void leavesThePhaseAloneOnAllOtherEvents() {
        for (Protection now : allStates()) {
            for (LifeCycleEvent event : LifeCycleEvent.values()) {
                if (!TABLE.containsKey(event)) {
                    LifeCycle.next(now, event)
                            .ifPresent(next -> assertThat(next.phase())
                                    .describedAs("%s in %s", event, now)
                                    .isEqualTo(now.phase()));
                }
            }
        }
    }

    @Test
    void changesTheDrillOnlyByItsOwnEvents() {
        Map<LifeCycleEvent, Map<DrillPhase, DrillPhase>> drills = Map.of(
                DRILL_STARTED, Map.of(DrillPhase.NONE, DrillPhase.STARTING),
                DRILL_BOOTED, Map.of(DrillPhase.STARTING, DrillPhase.RUNNING),
                DRILL_CLEANUP_STARTED,
                        Map.of(DrillPhase.STARTING, DrillPhase.CLEANING_UP, DrillPhase.RUNNING, DrillPhase.CLEANING_UP),
                DRILL_ENDED, Map.of(DrillPhase.CLEANING_UP, DrillPhase.NONE));
        Set<ProtectionPhase> startable =
                Set.of(PROTECTED, MARKED_FOR_RESYNCHRONISATION, RESYNCHRONISING, PAUSED, UNPROTECTED);

        for (Protection now : allStates()) {
            for (LifeCycleEvent event : LifeCycleEvent.values()) {
                Optional<DrillPhase> next = LifeCycle.next(now, event).map(Protection::drill);
                if (drills.containsKey(event)) {
                    boolean refused = event == DRILL_STARTED && !startable.contains(now.phase());
                    assertThat(next)
                            .describedAs("%s in %s", event, now)
                            .isEqualTo(
                                    refused
                                            ? Optional.empty()
                                            : Optional.ofNullable(
                                                    drills.get(event).get(now.drill())));
                } else {
                    next.ifPresent(drill -> assertThat(drill).isEqualTo(now.drill()));
                }
            }
        }
    }

    @Test
    void keepsTheHistoryWhileATestFailoverUsesIt() {
        for (DrillPhase drill : Set.of(DrillPhase.STARTING, DrillPhase.RUNNING, DrillPhase.CLEANING_UP)) {
            assertThat(LifeCycle.next(new Protection(PROTECTED, drill, false, false), UNPROTECT_STARTED))
                    .isEmpty();
        }
    }

    @Test
    void turnsCriticalAndBackInEveryPhase() {
        for (Protection now : allStates()) {
            assertThat(LifeCycle.next(now, ERROR_MET).orElseThrow().critical()).isTrue();
            assertThat(LifeCycle.next(now, ERROR_CLEARED).orElseThrow().critical())
                    .isFalse();
        }
    }

    @Test
    void reportsAReappearedSourceOnlyAfterAFailover() {
        for (Protection now : allStates()) {
            boolean failedOver =
                    Set.of(FAILING_OVER, COMMIT_PENDING, COMMITTING, COMMITTED).contains(now.phase());

            assertThat(LifeCycle.next(now, SOURCE_REAPPEARED).map(Protection::sourceReappeared))
                    .isEqualTo(failedOver ? Optional.of(true) : Optional.empty());
            assertThat(LifeCycle.next(now, SOURCE_LEFT).orElseThrow().sourceReappeared())
                    .isFalse();
        }
    }

    @Test
    void leavesCommitPendingOnlyByCommitOrCancel() {
        for (LifeCycleEvent event : LifeCycleEvent.values()) {
            LifeCycle.next(new Protection(COMMIT_PENDING, DrillPhase.NONE, false, false), event)
                    .map(Protection::phase)
                    .filter(phase -> phase != COMMIT_PENDING)
                    .ifPresent(_ -> assertThat(event).isIn(COMMIT_STARTED, CANCEL_STARTED));
        }
    }

    @Test
    void reachesEveryPhaseFromTheStart() {
        Set<Protection> seen = new HashSet<>(Set.of(Protection.START));
        Deque<Protection> waiting = new ArrayDeque<>(seen);
        while (!waiting.isEmpty()) {
            Protection now = waiting.pop();
            for (LifeCycleEvent event : LifeCycleEvent.values()) {
                LifeCycle.next(now, event).filter(seen::add).ifPresent(waiting::push);
            }
        }

        assertThat(seen.stream().map(Protection::phase).distinct()).containsExactlyInAnyOrder(ProtectionPhase.values());
        assertThat(seen.stream().map(Protection::drill).distinct()).containsExactlyInAnyOrder(DrillPhase.values());
    }

    @Test
    void alwaysOffersAWayOnFromWherePeopleMayStand() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            Protection now = Protection.START;
            for (int step = 0; step < 200; step++) {
                LifeCycleEvent event = LifeCycleEvent.values()[random.nextInt(LifeCycleEvent.values().length)];
                now = LifeCycle.next(now, event).orElse(now);
                assertThat(now.phase() == CANCELLING_FAILOVER
                                || now.phase() == COMMITTING
                                || now.phase() == UNPROTECTING
                                || NextSteps.of(now, Set.of()).stream().anyMatch(NextStep::legal))
                        .describedAs("seed %s, step %s: nothing is legal in %s", seed, step, now)
                        .isTrue();
            }
        }
    }

    private static Set<Protection> allStates() {
        Set<Protection> states = new HashSet<>();
        for (ProtectionPhase phase : ProtectionPhase.values()) {
            for (DrillPhase drill : DrillPhase.values()) {
                for (boolean critical : new boolean[] {false, true}) {
                    states.add(new Protection(phase, drill, critical, false));
                    states.add(new Protection(phase, drill, critical, true));
                }
            }
        }
        return states;
    }
}
