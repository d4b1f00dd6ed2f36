package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.configserver.FailoverRequest;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.model.ActiveLocation;
import io.holdfast.model.CaptureState;
import io.holdfast.model.DrillPhase;
import io.holdfast.model.Job;
import io.holdfast.model.JobState;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.Operation;
import io.holdfast.model.PointChoice;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Replica;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailoverTest {

    private final World world;
    private final FakeAgent agent;
    private final MachineId machine;

    FailoverTest(@TempDir Path folder) {
        world = new World(folder);
        agent = world.enrol("host-1");
        machine = world.protectedMachine("web", agent);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Job failOver() {
        world.killSource(agent, machine);
        return world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(false)));
    }

    @Test
    void refusesWhileTheSourceRuns() {
        assertRefused(
                ErrorCode.SOURCE_STILL_RUNNING,
                () -> world.server().failovers().failover(ADMIN, machine, World.latest(false)));

        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
        assertThat(world.server().jobs().list(ADMIN, machine, 10)).isEmpty();
    }

    @Test
    void isNotHinderedByAReportFromBeforeTheEndOfTheSource() {
        FakeAgent.Source source = Objects.requireNonNull(agent.sources.get(machine));
        source.running = false;
        source.state = CaptureState.SOURCE_GONE;

        world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(false)));

        assertThat(agent.done).contains("drain", "release");
    }

    @Test
    void isNotHinderedByTheLastReportOfAnAgentThatEndedWithItsSource() {
        world.agents.clear();

        world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(false)));

        assertThat(agent.done).doesNotContain("drain");
    }

    @Test
    void failsOverToTheLatestWriteThatTheAgentStillHolds() {
        Job job = failOver();

        assertThat(agent.done).contains("drain", "release");
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.COMMIT_PENDING);
        assertThat(world.machine(machine).activeLocation()).isEqualTo(ActiveLocation.SECONDARY);
        Position point =
                Objects.requireNonNull(world.machine(machine).failover()).point();
        assertThat(point).isEqualTo(Objects.requireNonNull(world.store.histories.get(machine)).endBeforeEpoch);
        assertThat(world.machine(machine).replicas()).singleElement().satisfies(replica -> {
            assertThat(replica.state()).isEqualTo(Replica.State.BOOTED);
            assertThat(replica.id()).isEqualTo(job.id().toString());
            assertThat(replica.connections()).containsKeys("consoleSocket", "qmp");
        });
        assertThat(world.target.guests).hasSize(1);
        assertThat(world.store.histories.get(machine))
                .satisfies(history -> assertThat(Objects.requireNonNull(history).epochs)
                        .singleElement()
                        .asString()
                        .startsWith("FAILOVER at " + point));
    }

    @Test
    void failsOverByForceAndReportsTheSource() {
        world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(true)));
        FakeAgent.Source source = Objects.requireNonNull(agent.sources.get(machine));
        assertThat(source.state).isEqualTo(CaptureState.RELEASED);

        assertThat(world.machine(machine).protection().sourceReappeared()).isTrue();
        assertThat(world.server().health().check(ADMIN).findings())
                .extracting("code")
                .contains("machine.source-reappeared");

        source.running = false;
        world.rounds(2);
        assertThat(world.machine(machine).protection().sourceReappeared()).isFalse();
        source.running = true;
        world.rounds(2);
        assertThat(world.machine(machine).protection().sourceReappeared()).isTrue();
        assertThat(source.state).isEqualTo(CaptureState.RELEASED);
    }

    @Test
    void failsOverWithoutTheAgentFromWhatTheStoreHas() {
        world.agents.clear();
        world.rounds(30);
        Position last =
                Objects.requireNonNull(world.machine(machine).latestPoint()).position();

        world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(false)));

        assertThat(Objects.requireNonNull(world.machine(machine).failover()).point())
                .isEqualTo(last);
        assertThat(agent.done).doesNotContain("drain", "release");
    }

    @Test
    void tellsAnAgentThatComesBackToLeaveTheSourceAlone() {
        world.agents.clear();
        world.rounds(30);
        world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(false)));

        world.agents.add(agent);
        world.rounds(3);

        assertThat(Objects.requireNonNull(agent.sources.get(machine)).state).isEqualTo(CaptureState.RELEASED);
        assertThat(world.machine(machine).protection().sourceReappeared()).isTrue();
    }

    @Test
    void goesOnWithoutADrainThatIsNeverAnswered() {
        agent.silentKinds.add("drain");
        agent.silentKinds.add("release");

        Job job = failOver();

        assertThat(job.steps().get(1).evidence()).extracting("value").containsExactly("given up after 60 seconds");
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.COMMIT_PENDING);
    }

    @Test
    void failsOverToAnEarlierPointOnAnotherNetwork() {
        world.killSource(agent, machine);
        Position earlier = Objects.requireNonNull(world.store.histories.get(machine))
                .points
                .get(1)
                .position();

        world.awaitSuccess(world.server()
                .failovers()
                .failover(
                        ADMIN,
                        machine,
                        new FailoverRequest(new PointChoice.At(earlier), new NetworkChoice.Bridge("br0"), false)));

        assertThat(Objects.requireNonNull(world.machine(machine).failover()).point())
                .isEqualTo(earlier);
        assertThat(agent.done).doesNotContain("drain");
        assertThat(world.target.guests.values())
                .singleElement()
                .satisfies(guest -> assertThat(guest.spec.network()).isInstanceOf(ReplicaNetwork.Mapped.class));
    }

    @Test
    void namesAPointThatIsNotThere() {
        world.killSource(agent, machine);

        assertRefused(
                ErrorCode.POINT_NOT_FOUND,
                () -> world.server()
                        .failovers()
                        .failover(
                                ADMIN,
                                machine,
                                new FailoverRequest(
                                        new PointChoice.At(new Position(1, 999)),
                                        new NetworkChoice.Isolated(),
                                        false)));
        assertRefused(
                ErrorCode.POINT_OLDER_THAN_HISTORY,
                () -> world.server()
                        .failovers()
                        .failover(
                                ADMIN,
                                machine,
                                new FailoverRequest(new PointChoice.Before(-5), new NetworkChoice.Isolated(), false)));
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
    }

    @Test
    void findsTheSameJobWhenAskedTwiceDuringAndAfter() {
        world.killSource(agent, machine);
        Job first = world.server().failovers().failover(ADMIN, machine, World.latest(false));

        Job during = world.server().failovers().failover(ADMIN, machine, World.latest(false));
        world.awaitSuccess(first);
        Job after = world.server().failovers().failover(ADMIN, machine, World.latest(false));

        assertThat(during.id()).isEqualTo(first.id());
        assertThat(after.id()).isEqualTo(first.id());
        assertThat(world.target.guests).hasSize(1);
        assertRefused(
                ErrorCode.ILLEGAL_STATE,
                () -> world.server()
                        .failovers()
                        .failover(
                                ADMIN,
                                machine,
                                new FailoverRequest(new PointChoice.Before(5), new NetworkChoice.Isolated(), false)));
    }

    @Test
    void waitsForSpaceBeforeAnythingIsFenced() {
        world.target.refusal = new HoldfastException(ErrorCode.DISK_FULL, "replica folder", "too little space");
        world.killSource(agent, machine);
        Job job = world.server().failovers().failover(ADMIN, machine, World.latest(false));
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);

        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
        assertThat(Objects.requireNonNull(world.store.histories.get(machine)).epochs)
                .isEmpty();

        world.target.refusal = null;
        world.awaitSuccess(job);
    }

    @Test
    void leavesNothingBehindWhenItIsDroppedBeforeTheFence() {
        world.target.refusal = new HoldfastException(ErrorCode.OUT_OF_MEMORY, "host", "too little memory");
        world.killSource(agent, machine);
        Job job = world.server().failovers().failover(ADMIN, machine, World.latest(false));
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        assertThat(world.store.offers).hasSize(1);

        world.server().jobs().cancel(ADMIN, job.id());
        world.rounds(30);

        assertThat(world.job(job.id()).state()).isEqualTo(JobState.CANCELLED);
        assertThat(world.store.offers).isEmpty();
        assertThat(world.machine(machine).replicas()).isEmpty();
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
    }

    @Test
    void takesThePlaceOfAResynchronisationThatLasts() {
        agent.silentKinds.add("resynchronise");
        Job resynchronise = world.server().machines().resynchronise(ADMIN, machine);
        world.rounds(2);

        failOver();

        assertThat(world.job(resynchronise.id()).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void startsTheReplicaAgainWhenItStopsBeforeItHasBooted() {
        world.target.looksUntilBooted = Integer.MAX_VALUE;
        world.killSource(agent, machine);
        Job job = world.server().failovers().failover(ADMIN, machine, World.latest(false));
        world.until(
                "started",
                () -> !world.target.guests.isEmpty()
                        && world.target.guests.values().iterator().next().state == ReplicaStatus.State.RUNNING);
        world.rounds(20);

        world.target.guests.values().forEach(guest -> guest.state = ReplicaStatus.State.STOPPED);
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        world.target.looksUntilBooted = 0;

        world.awaitSuccess(job);
    }

    @Test
    void cancelsAFailoverAndTakesTheSourceUpAgain() {
        failOver();
        Position oldEnd =
                Objects.requireNonNull(world.machine(machine).failover()).oldEnd();
        Objects.requireNonNull(agent.sources.get(machine)).running = true;

        world.awaitSuccess(world.server().failovers().cancelFailover(ADMIN, machine));

        assertThat(world.target.guests).isEmpty();
        assertThat(world.store.offers).isEmpty();
        assertThat(world.machine(machine).failover()).isNull();
        assertThat(Objects.requireNonNull(world.store.histories.get(machine))
                        .epochs
                        .getLast())
                .startsWith("RESUME at " + oldEnd);
        world.until("protected again", () -> world.phase(machine) == ProtectionPhase.PROTECTED);
        assertThat(world.machine(machine).protection().sourceReappeared()).isFalse();
    }

    @Test
    void cancelsAFailoverThatCannotEnd() {
        world.target.looksUntilBooted = Integer.MAX_VALUE;
        world.killSource(agent, machine);
        Job job = world.server().failovers().failover(ADMIN, machine, World.latest(false));
        world.until("fenced", () -> world.phase(machine) == ProtectionPhase.FAILING_OVER);
        assertRefused(ErrorCode.ILLEGAL_STATE, () -> world.server().jobs().cancel(ADMIN, job.id()));

        world.awaitSuccess(world.server().failovers().cancelFailover(ADMIN, machine));

        assertThat(world.job(job.id()).state()).isEqualTo(JobState.CANCELLED);
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.MARKED_FOR_RESYNCHRONISATION);
    }

    @Test
    void commitsAndMakesTheReplicaPermanent() {
        failOver();

        Job job = world.server().failovers().commitFailover(ADMIN, machine);
        world.until("copying", () -> world.phase(machine) == ProtectionPhase.COMMITTING);
        assertThat(world.store.offers).hasSize(1);
        world.awaitSuccess(job);

        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.COMMITTED);
        assertThat(world.store.offers).isEmpty();
        assertThat(world.machine(machine).replicas())
                .singleElement()
                .satisfies(replica -> assertThat(replica.state()).isEqualTo(Replica.State.PERMANENT));
        assertThat(world.target.guests.values())
                .singleElement()
                .satisfies(guest -> assertThat(guest.hydrated).isEqualTo(1_000));
        assertRefused(ErrorCode.ILLEGAL_STATE, () -> world.server().failovers().cancelFailover(ADMIN, machine));
    }

    @Test
    void goesOnHydratingAfterTheReplicaWasBlocked() {
        failOver();
        Job job = world.server().failovers().commitFailover(ADMIN, machine);
        world.until("hydrating", () -> world.target.guests.values().iterator().next().hydrating);

        world.target.guests.values().forEach(guest -> {
            guest.state = ReplicaStatus.State.BLOCKED;
            guest.hydrating = false;
        });

        world.awaitSuccess(job);
    }

    @Test
    void waitsForAReplicaThatDoesNotAnswerYetAfterARestart() {
        failOver();
        Job job = world.server().failovers().commitFailover(ADMIN, machine);
        world.until("hydrating", () -> world.target.guests.values().iterator().next().hydrating);
        world.target.silent = true;
        world.restart();
        world.rounds(60);
        assertThat(world.job(job.id()).state()).isEqualTo(JobState.RUNNING);
        assertThat(world.job(job.id()).error()).isNull();

        world.target.silent = false;

        world.awaitSuccess(job);
    }

    @Test
    void namesAReplicaThatDoesNotAnswerForLong() {
        failOver();
        Job job = world.server().failovers().commitFailover(ADMIN, machine);
        world.target.silent = true;
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        assertThat(Objects.requireNonNull(world.job(job.id()).error()).code())
                .isEqualTo(ErrorCode.MONITOR_NOT_REACHABLE);
        world.target.silent = false;

        world.awaitSuccess(job);
    }

    @Test
    void leavesTheCommittedReplicaWhenProtectionEnds() {
        failOver();
        world.awaitSuccess(world.server().failovers().commitFailover(ADMIN, machine));

        world.awaitSuccess(world.server().machines().unprotect(ADMIN, machine, HistoryFate.DESTROY));

        assertThat(world.target.guests).hasSize(1);
        assertThat(world.store.histories).isEmpty();
        world.rounds(30);
        assertThat(world.target.guests).hasSize(1);
    }

    @Test
    void testsAFailoverBesideTheRunningProtectionAndCleansUp() {
        Job job = world.awaitSuccess(world.server()
                .failovers()
                .testFailover(ADMIN, machine, new PointChoice.Latest(), new NetworkChoice.Isolated()));

        assertThat(world.machine(machine).protection().drill()).isEqualTo(DrillPhase.RUNNING);
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
        assertThat(Objects.requireNonNull(world.store.histories.get(machine)).epochs)
                .isEmpty();
        assertThat(job.steps()).hasSize(7);

        world.awaitSuccess(world.server().failovers().cleanUpTestFailover(ADMIN, machine));

        assertThat(world.machine(machine).protection().drill()).isEqualTo(DrillPhase.NONE);
        assertThat(world.target.guests).isEmpty();
        assertThat(world.store.offers).isEmpty();
        assertThat(world.machine(machine).replicas()).isEmpty();
    }

    @Test
    void doesNotTurnCriticalOverATest() {
        world.target.refusal = new HoldfastException(ErrorCode.HYPERVISOR_NOT_FOUND, "qemu", "not installed");

        Job job = world.await(world.server()
                .failovers()
                .testFailover(ADMIN, machine, new PointChoice.Latest(), new NetworkChoice.Isolated()));
        world.rounds(30);

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(world.machine(machine).protection().critical()).isFalse();
        assertThat(world.store.offers).isEmpty();
    }

    @Test
    void failsOverWhileATestRuns() {
        world.awaitSuccess(world.server()
                .failovers()
                .testFailover(ADMIN, machine, new PointChoice.Latest(), new NetworkChoice.Isolated()));

        failOver();

        assertThat(world.target.guests).hasSize(2);
        world.awaitSuccess(world.server().failovers().cleanUpTestFailover(ADMIN, machine));
        assertThat(world.target.guests).hasSize(1);
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.COMMIT_PENDING);
    }

    @Test
    void bootsAKeptHistory() {
        world.awaitSuccess(world.server().machines().unprotect(ADMIN, machine, HistoryFate.KEEP));

        world.awaitSuccess(world.server()
                .failovers()
                .testFailover(ADMIN, machine, new PointChoice.Latest(), new NetworkChoice.Isolated()));

        assertThat(world.target.guests).hasSize(1);
    }

    @Test
    void keepsAllOfItOverARestart() {
        failOver();

        world.restart();
        world.rounds(30);

        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.COMMIT_PENDING);
        assertThat(world.target.guests).hasSize(1);
        assertThat(world.machine(machine).nextSteps())
                .filteredOn(step -> step.legal())
                .extracting("operation")
                .hasSameElementsAs(Set.of(Operation.CANCEL_FAILOVER, Operation.COMMIT_FAILOVER));
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
