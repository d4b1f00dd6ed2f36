package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorClass;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.FailoverRequest;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.configserver.MachineView;
import io.holdfast.model.CaptureState;
import io.holdfast.model.DrillPhase;
import io.holdfast.model.Job;
import io.holdfast.model.JobState;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.NextStep;
import io.holdfast.model.Operation;
import io.holdfast.model.PointChoice;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Replica;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lives whole lives of a machine at random: operators ask for anything, sources die and come back, agents are lost, targets are full, and the
 * server is killed at random moments. After every move the invariants hold, and at the end everything that can be cleaned up is.
 */
class RandomLifeTest {

    private static final int LIVES = Integer.getInteger("holdfast.lives", 12);
    private static final int MOVES = 60;

    private final Path folder;

    RandomLifeTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void keepsItsPromisesThroughRandomLives() {
        for (long seed = 1; seed <= LIVES; seed++) {
            new Life(seed).live();
        }
    }

    private final class Life {

        private final long seed;
        private final Random random;
        private final World world = new World(folder);
        private final FakeAgent agent = world.enrol("host-1");
        private String story = "";

        Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void live() {
            try (World closing = world) {
                world.protectedMachine("web", agent);
                for (int move = 0; move < MOVES; move++) {
                    step();
                    closing.rounds(random.nextInt(12));
                    check();
                }
                heal();
                closing.settle();
                checkQuiet();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", story:" + story, e);
            }
        }

        private void tell(String what) {
            story += "\n  " + what;
        }

        private Optional<MachineView> machine() {
            return world.server().machines().list(ADMIN).stream().findFirst();
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0 -> toggleAgent();
                case 1 -> toggleSource();
                case 2 -> toggleTarget();
                case 3 -> {
                    tell("kill soon");
                    world.kill.killAt(1 + random.nextInt(20));
                }
                default -> ask();
            }
        }

        private void toggleAgent() {
            tell(world.agents.isEmpty() ? "agent back" : "agent lost");
            if (world.agents.isEmpty()) {
                world.agents.add(agent);
            } else {
                world.agents.clear();
            }
        }

        private void toggleSource() {
            agent.sources.values().forEach(source -> {
                source.running = !source.running;
                tell("source " + (source.running ? "up" : "down") + ", capture was " + source.state);
                if (source.state != CaptureState.RELEASED) {
                    source.copied = 0;
                    source.state = source.running ? CaptureState.COPYING : CaptureState.SOURCE_GONE;
                }
            });
        }

        private void toggleTarget() {
            world.target.refusal = world.target.refusal == null
                    ? new HoldfastException(ErrorCode.OUT_OF_MEMORY, "host", "too little memory")
                    : null;
            tell("target refuses: " + world.target.refusal);
        }

        private void ask() {
            Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
            try {
                Optional<MachineView> machine = machine();
                if (machine.isEmpty()) {
                    tell("protect");
                    world.server().machines().protect(ADMIN, World.wish("web", agent));
                    return;
                }
                boolean legal = machine.get().nextSteps().stream()
                        .filter(step -> step.operation() == operation)
                        .anyMatch(NextStep::legal);
                tell(operation + (legal ? "" : " (not legal)") + " in "
                        + machine.get().protection());
                perform(machine.get().id(), operation);
            } catch (HoldfastException e) {
                tell("  refused: " + e.getMessage());
                assertThat(e.code().errorClass()).describedAs(e.getMessage()).isEqualTo(ErrorClass.REFUSED);
            } catch (KillSwitch.Killed _) {
                tell("  killed while asking");
                world.restart();
            }
        }

        private Job perform(MachineId id, Operation operation) {
            PointChoice latest = new PointChoice.Latest();
            NetworkChoice isolated = new NetworkChoice.Isolated();
            return switch (operation) {
                case PAUSE -> world.server().machines().pause(ADMIN, id, 0);
                case RESUME -> world.server().machines().resume(ADMIN, id);
                case MARK -> world.server().machines().mark(ADMIN, id, MarkerKind.CRASH_CONSISTENT, "x");
                case RESYNCHRONISE -> world.server().machines().resynchronise(ADMIN, id);
                case TEST_FAILOVER -> world.server().failovers().testFailover(ADMIN, id, latest, isolated);
                case CLEAN_UP_TEST_FAILOVER -> world.server().failovers().cleanUpTestFailover(ADMIN, id);
                case FAILOVER ->
                    world.server()
                            .failovers()
                            .failover(ADMIN, id, new FailoverRequest(latest, isolated, random.nextBoolean()));
                case CANCEL_FAILOVER -> world.server().failovers().cancelFailover(ADMIN, id);
                case COMMIT_FAILOVER -> world.server().failovers().commitFailover(ADMIN, id);
                case UNPROTECT ->
                    world.server()
                            .machines()
                            .unprotect(ADMIN, id, random.nextBoolean() ? HistoryFate.KEEP : HistoryFate.DESTROY);
            };
        }

        private void check() {
            List<Replica> production = machine().map(MachineView::replicas).orElse(List.of()).stream()
                    .filter(replica -> replica.purpose() == Replica.Purpose.FAILOVER)
                    .toList();
            machine().ifPresent(machine -> {
                ProtectionPhase phase = machine.protection().phase();
                boolean fenced = phase == ProtectionPhase.FAILING_OVER
                        || phase == ProtectionPhase.COMMIT_PENDING
                        || phase == ProtectionPhase.CANCELLING_FAILOVER
                        || phase == ProtectionPhase.COMMITTING;
                assertThat(machine.failover() != null)
                        .describedAs("a failover on record in %s", phase)
                        .isIn(fenced, true);
                if (phase == ProtectionPhase.COMMIT_PENDING) {
                    assertThat(production).extracting(Replica::state).contains(Replica.State.BOOTED);
                    assertThat(world.target.guests).isNotEmpty();
                }
                assertThat(machine.jobs()).hasSizeLessThanOrEqualTo(3);
            });
        }

        /** Everything works again, and whatever waits has its time. */
        private void heal() {
            tell("heal");
            world.kill.disarm();
            world.target.refusal = null;
            if (world.agents.isEmpty()) {
                world.agents.add(agent);
            }
            agent.sources.values().forEach(source -> {
                source.running = true;
                source.state = source.state == CaptureState.SOURCE_GONE ? CaptureState.COPYING : source.state;
            });
            world.until("no job is left", () -> {
                world.time.advanceMillis(5_000);
                return machine().isEmpty() || machine().get().jobs().isEmpty() || isStuckOnACondition();
            });
        }

        /** A failover without force rightly waits for nothing: it failed. What retries without end would be a bug. */
        private boolean isStuckOnACondition() {
            return world.server().jobs().list(ADMIN, null, 20).stream()
                    .filter(job -> !job.state().ended())
                    .allMatch(job -> job.state() == JobState.RETRYING && job.failedAttempts() > 8);
        }

        private void checkQuiet() {
            assertThat(world.server().jobs().list(ADMIN, null, 20))
                    .allSatisfy(job -> assertThat(job.state().ended())
                            .describedAs("%s", job)
                            .isTrue());
            List<Replica> replicas = machine().map(MachineView::replicas).orElse(List.of());
            long permanent = world.target.guests.keySet().stream()
                    .filter(id ->
                            replicas.stream().noneMatch(replica -> replica.id().equals(id.toString())))
                    .count();
            assertThat(world.store.offers.size())
                    .describedAs("offers for replicas %s", replicas)
                    .isEqualTo((int) replicas.stream()
                            .filter(replica -> replica.state() != Replica.State.PERMANENT)
                            .count());
            assertThat(world.target.guests).hasSize(replicas.size() + (int) permanent);
            machine().ifPresent(machine -> {
                boolean drill = replicas.stream().anyMatch(replica -> replica.purpose() == Replica.Purpose.TEST);
                assertThat(machine.protection().drill() != DrillPhase.NONE).isEqualTo(drill);
            });
        }
    }
}
