package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.model.Job;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.PointChoice;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Replica;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server at every moment of every job, as {@link KillSwitch} tells them. What was asked must come about all the same, once.
 */
class KillTest {

    private static final int MOMENTS_MAX = 1_000;

    private final World world;
    private final FakeAgent agent;

    KillTest(@TempDir Path folder) {
        world = new World(folder);
        agent = world.enrol("host-1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** Does something from a machine made ready for it, once for each moment at which it can be killed. */
    private void killAtEveryMoment(
            JobKind kind, Function<Integer, MachineId> ready, Function<MachineId, Job> ask, Check check) {
        int killed = 0;
        for (int moment = 1; moment <= MOMENTS_MAX; moment++) {
            MachineId machine = ready.apply(moment);
            int before = world.restarts;
            world.kill.killAt(moment);
            askUntilAnswered(machine, ask);
            String when = kind + " killed at moment " + moment;
            world.until(
                    "end of " + when,
                    () -> newest(machine, kind).map(job -> job.state().ended()).orElse(false));
            boolean dead = world.restarts > before;
            world.kill.disarm();
            world.settle();

            assertThat(newest(machine, kind).orElseThrow().state())
                    .describedAs(when)
                    .isEqualTo(JobState.SUCCEEDED);
            assertThat(world.server().jobs().list(ADMIN, machine, 50).stream().filter(job -> job.kind() == kind))
                    .describedAs(when)
                    .hasSize(1);
            check.check(machine, when);
            cleanUp(machine);
            if (!dead) {
                assertThat(killed).describedAs("kills of %s", kind).isGreaterThan(5);
                return;
            }
            killed++;
        }
        throw new AssertionError(kind + " has more than " + MOMENTS_MAX + " moments");
    }

    /** What is right in the end. */
    private interface Check {
        void check(MachineId machine, String when);
    }

    /** A client that gets no answer asks again. */
    private void askUntilAnswered(MachineId machine, Function<MachineId, Job> ask) {
        try {
            ask.apply(machine);
        } catch (KillSwitch.Killed _) {
            world.restart();
            if (world.server().machines().list(ADMIN).stream()
                    .anyMatch(view -> view.id().equals(machine))) {
                ask.apply(machine);
            }
        }
    }

    private Optional<Job> newest(MachineId machine, JobKind kind) {
        return world.server().jobs().list(ADMIN, machine, 50).stream()
                .filter(job -> job.kind() == kind)
                .findFirst();
    }

    private void cleanUp(MachineId machine) {
        world.catalog.write(tables -> {
            tables.machines().delete(machine);
            return true;
        });
        agent.sources.clear();
        agent.done.clear();
        world.store.histories.clear();
        world.store.offers.clear();
        world.target.guests.clear();
        world.restart();
    }

    private MachineId isProtected() {
        return world.protectedMachine("web", agent);
    }

    private MachineId isFailedOver() {
        MachineId machine = isProtected();
        world.killSource(agent, machine);
        world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(false)));
        return machine;
    }

    @Test
    void failsOverOnceWheneverItIsKilled() {
        killAtEveryMoment(
                JobKind.FAILOVER,
                _ -> {
                    MachineId machine = isProtected();
                    world.killSource(agent, machine);
                    return machine;
                },
                machine -> world.server().failovers().failover(ADMIN, machine, World.latest(false)),
                (machine, when) -> {
                    assertThat(world.phase(machine)).describedAs(when).isEqualTo(ProtectionPhase.COMMIT_PENDING);
                    assertThat(world.target.guests).describedAs(when).hasSize(1);
                    assertThat(world.store.offers).describedAs(when).hasSize(1);
                    FakeStore.History history = Objects.requireNonNull(world.store.histories.get(machine));
                    assertThat(history.epochs).describedAs(when).hasSize(1);
                    assertThat(Objects.requireNonNull(world.machine(machine).failover())
                                    .oldEnd())
                            .describedAs(when)
                            .isEqualTo(history.endBeforeEpoch);
                    assertThat(agent.done).describedAs(when).containsSubsequence("drain", "release");
                });
    }

    @Test
    void cancelsAFailoverOnceWheneverItIsKilled() {
        killAtEveryMoment(
                JobKind.CANCEL_FAILOVER,
                _ -> isFailedOver(),
                machine -> world.server().failovers().cancelFailover(ADMIN, machine),
                (machine, when) -> {
                    assertThat(world.phase(machine))
                            .describedAs(when)
                            .isEqualTo(ProtectionPhase.MARKED_FOR_RESYNCHRONISATION);
                    assertThat(world.target.guests).describedAs(when).isEmpty();
                    assertThat(world.store.offers).describedAs(when).isEmpty();
                    assertThat(world.machine(machine).replicas())
                            .describedAs(when)
                            .isEmpty();
                    assertThat(Objects.requireNonNull(world.store.histories.get(machine)).epochs)
                            .describedAs(when)
                            .hasSize(2);
                });
    }

    @Test
    void commitsOnceWheneverItIsKilled() {
        killAtEveryMoment(
                JobKind.COMMIT_FAILOVER,
                _ -> isFailedOver(),
                machine -> world.server().failovers().commitFailover(ADMIN, machine),
                (machine, when) -> {
                    assertThat(world.phase(machine)).describedAs(when).isEqualTo(ProtectionPhase.COMMITTED);
                    assertThat(world.store.offers).describedAs(when).isEmpty();
                    assertThat(world.machine(machine).replicas())
                            .describedAs(when)
                            .extracting(Replica::state)
                            .containsExactly(Replica.State.PERMANENT);
                });
    }

    @Test
    void testsAFailoverOnceWheneverItIsKilled() {
        killAtEveryMoment(
                JobKind.TEST_FAILOVER,
                _ -> isProtected(),
                machine -> world.server()
                        .failovers()
                        .testFailover(ADMIN, machine, new PointChoice.Latest(), new NetworkChoice.Isolated()),
                (machine, when) -> {
                    assertThat(world.target.guests).describedAs(when).hasSize(1);
                    assertThat(world.store.offers).describedAs(when).hasSize(1);
                    assertThat(world.phase(machine)).describedAs(when).isEqualTo(ProtectionPhase.PROTECTED);
                });
    }

    @Test
    void endsProtectionOnceWheneverItIsKilled() {
        killAtEveryMoment(
                JobKind.UNPROTECT,
                _ -> isProtected(),
                machine -> world.server().machines().unprotect(ADMIN, machine, HistoryFate.DESTROY),
                (_, when) -> {
                    assertThat(world.server().machines().list(ADMIN))
                            .describedAs(when)
                            .isEmpty();
                    assertThat(world.store.histories).describedAs(when).isEmpty();
                    assertThat(agent.sources).describedAs(when).isEmpty();
                });
    }

    @Test
    void protectsOnceWheneverItIsKilled() {
        for (int moment = 1; moment <= MOMENTS_MAX; moment++) {
            int before = world.restarts;
            world.kill.killAt(moment);
            try {
                world.server().machines().protect(ADMIN, World.wish("web", agent));
            } catch (KillSwitch.Killed _) {
                world.restart();
                if (world.server().machines().list(ADMIN).isEmpty()) {
                    world.server().machines().protect(ADMIN, World.wish("web", agent));
                }
            }
            MachineId machine = world.server().machines().list(ADMIN).getFirst().id();
            String when = "PROTECT killed at moment " + moment;
            world.until(
                    "end of " + when,
                    () -> newest(machine, JobKind.PROTECT).orElseThrow().state().ended());
            boolean dead = world.restarts > before;
            world.kill.disarm();

            assertThat(world.phase(machine)).describedAs(when).isEqualTo(ProtectionPhase.PROTECTED);
            assertThat(List.copyOf(agent.done)).describedAs(when).containsExactly("inspect", "protect");
            assertThat(world.server().jobs().list(ADMIN, machine, 50))
                    .describedAs(when)
                    .hasSize(2);
            cleanUp(machine);
            if (!dead) {
                assertThat(moment).isGreaterThan(15);
                return;
            }
        }
        throw new AssertionError("more than " + MOMENTS_MAX + " moments");
    }
}
