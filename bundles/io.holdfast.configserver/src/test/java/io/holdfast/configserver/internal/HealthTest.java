package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.Finding;
import io.holdfast.configserver.HealthView;
import io.holdfast.configserver.PhaseCount;
import io.holdfast.model.CaptureState;
import io.holdfast.model.ProtectionPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {

    private final World world;
    private final FakeAgent agent;

    HealthTest(@TempDir Path folder) {
        world = new World(folder);
        agent = world.enrol("host-1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private HealthView health() {
        return world.server().health().check(ADMIN);
    }

    private List<String> codes() throws IOException {
        String guide =
                Files.readString(Path.of(System.getProperty("holdfast.root"), "docs/operating/jobs-and-errors.md"));
        List<String> codes = health().findings().stream().map(Finding::code).toList();
        assertThat(codes).allSatisfy(code -> assertThat(guide).contains("| `" + code + "` |"));
        return codes;
    }

    @Test
    void findsNothingWhenAllIsWell() throws IOException {
        world.protectedMachine("web", agent);

        assertThat(codes()).isEmpty();
        assertThat(health().machinesByPhase()).containsExactly(new PhaseCount(ProtectionPhase.PROTECTED, 1));
        assertThat(health().agentsLost()).isZero();
        assertThat(health().storeFreeBytes()).isEqualTo(1L << 40);
    }

    @Test
    void saysThatNothingIsProtected() throws IOException {
        assertThat(codes()).containsExactly("setup.machines");
    }

    @Test
    void namesALostAgentAndTheObjectiveThatIsMissed() throws IOException {
        world.protectedMachine("web", agent);
        world.agents.clear();
        world.time.advanceMillis(6_000);

        assertThat(codes()).containsExactly("agent.lost", "machine.recovery-point-objective");
        assertThat(health().agentsLost()).isEqualTo(1);
        assertThat(health().rpoGoalsMissed()).isEqualTo(1);
        assertThat(health().findings().getFirst().severity()).isEqualTo(Finding.Severity.CRITICAL);
    }

    @Test
    void namesABrokenCapture() throws IOException {
        MachineId machine = world.protectedMachine("web", agent);
        Objects.requireNonNull(agent.sources.get(machine)).state = CaptureState.BROKEN;
        world.round();

        assertThat(codes()).containsExactly("machine.marked-for-resynchronisation");
    }

    @Test
    void namesAFailoverThatWaitsForCommitAndASourceThatIsBack() throws IOException {
        MachineId machine = world.protectedMachine("web", agent);
        world.awaitSuccess(world.server().failovers().failover(ADMIN, machine, World.latest(true)));

        assertThat(codes()).containsExactly("machine.source-reappeared", "machine.commit-pending");
    }

    @Test
    void warnsOfAStoreThatGetsFullBeforeItIs() throws IOException {
        world.protectedMachine("web", agent);
        world.store.freeBytes = 2L << 30;
        assertThat(codes()).containsExactly("store.space");
        assertThat(health().findings().getFirst().severity()).isEqualTo(Finding.Severity.WARNING);

        world.store.freeBytes = 1 << 20;
        assertThat(health().findings().getFirst().severity()).isEqualTo(Finding.Severity.CRITICAL);
    }

    @Test
    void passesOnWhatTheWitnessFound() throws IOException {
        world.protectedMachine("web", agent);
        world.store.witnessTrouble = "Machine 1 is not what the anchor has seen.";

        assertThat(codes()).containsExactly("store.witness");
    }

    @Test
    void remindsOfTheOneTimePassword() throws IOException {
        world.protectedMachine("web", agent);
        world.catalog.write(tables -> {
            tables.users().delete("admin");
            return true;
        });

        assertThat(codes()).containsExactly("setup.password");
    }
}
