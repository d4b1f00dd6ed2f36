package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.configserver.ProtectRequest;
import io.holdfast.model.AgentError;
import io.holdfast.model.CaptureState;
import io.holdfast.model.Job;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.JobStep;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.Policy;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Role;
import io.holdfast.model.StreamCoding;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectionTest {

    private final World world;
    private final FakeAgent agent;

    ProtectionTest(@TempDir Path folder) {
        world = new World(folder);
        agent = world.enrol("host-1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void protectsAMachineFromInspectionToTheFirstPoint() {
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        assertThat(world.phase(job.machine())).isEqualTo(ProtectionPhase.ENABLING);

        Job ended = world.awaitSuccess(job);

        assertThat(ended.kind().title()).isEqualTo("Enable protection");
        assertThat(ended.steps()).allSatisfy(step -> assertThat(step.state()).isEqualTo(JobStep.State.DONE));
        assertThat(ended.steps().getFirst().evidence()).extracting("name").contains("hypervisor", "sizeBytes");
        assertThat(world.phase(job.machine())).isEqualTo(ProtectionPhase.PROTECTED);
        assertThat(world.machine(job.machine()).latestPoint()).isNotNull();
        assertThat(world.server().jobs().list(ADMIN, job.machine(), 10))
                .extracting(Job::kind)
                .containsExactly(JobKind.FINALIZE, JobKind.PROTECT);
        assertThat(agent.done).containsExactly("inspect", "protect");
    }

    @Test
    void protectsAMachineThatTheTargetCouldNotRunNowAndSaysSo() {
        world.target.refusal = new HoldfastException(ErrorCode.HYPERVISOR_NOT_FOUND, "qemu", "not installed");

        MachineId machine = world.protect("web", agent);

        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
        Job finalize = world.server().jobs().list(ADMIN, machine, 10).getFirst();
        assertThat(finalize.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(finalize.steps().getLast().evidence())
                .extracting("value")
                .asString()
                .contains("HYPERVISOR_NOT_FOUND");
        assertThat(world.store.offers).isEmpty();
    }

    @Test
    void showsHowFarTheFirstCopyIs() {
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));

        world.until(
                "progress",
                () -> world.job(job.id()).steps().stream()
                        .map(JobStep::progress)
                        .anyMatch(progress -> progress != null && progress.done() > 0));

        assertThat(world.job(job.id()).steps())
                .filteredOn(step -> step.progress() != null)
                .allSatisfy(step -> assertThat(
                                Objects.requireNonNull(step.progress()).unit())
                        .isEqualTo("bytes"));
        assertThat(world.phase(job.machine())).isEqualTo(ProtectionPhase.INITIAL_REPLICATION);
    }

    @Test
    void findsTheSameJobWhenAskedTwice() {
        Job first = world.server().machines().protect(ADMIN, World.wish("web", agent));

        assertThat(world.server()
                        .machines()
                        .protect(ADMIN, World.wish("web", agent))
                        .id())
                .isEqualTo(first.id());
        world.rounds(4);
        assertThat(world.server()
                        .machines()
                        .protect(ADMIN, World.wish("web", agent))
                        .id())
                .isEqualTo(first.id());
    }

    @Test
    void refusesWhatIsProtectedAlready() {
        world.protect("web", agent);

        assertRefused(
                ErrorCode.ALREADY_PROTECTED, () -> world.server().machines().protect(ADMIN, World.wish("web", agent)));
        assertRefused(
                ErrorCode.ALREADY_EXISTS,
                () -> world.server()
                        .machines()
                        .protect(
                                ADMIN,
                                new ProtectRequest(
                                        "web",
                                        "host-1",
                                        new MachineAddress("kvm", Map.of("qmp", "/x")),
                                        Policy.DEFAULT,
                                        "")));
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> world.server()
                        .machines()
                        .protect(
                                ADMIN,
                                new ProtectRequest(
                                        "db",
                                        "nobody",
                                        new MachineAddress("kvm", Map.of("qmp", "/x")),
                                        Policy.DEFAULT,
                                        "")));
    }

    @Test
    void noticesOneMachineUnderTwoAddresses() {
        agent.identity = "uuid-of-the-guest";
        world.protect("web", agent);

        Job second = world.await(world.server().machines().protect(ADMIN, World.wish("again", agent)));

        assertThat(second.state()).isEqualTo(JobState.FAILED);
        assertThat(Objects.requireNonNull(second.error()).code()).isEqualTo(ErrorCode.ALREADY_PROTECTED);
        assertThat(world.machine(second.machine()).protection().critical()).isTrue();
        world.awaitSuccess(world.server().machines().unprotect(ADMIN, second.machine(), HistoryFate.DESTROY));
        assertThat(world.server().machines().list(ADMIN)).hasSize(1);
    }

    @Test
    void retriesARecoverableErrorByTheScheduleAndGoesOn() {
        agent.refusals.put("inspect", new AgentError(ErrorCode.MONITOR_NOT_REACHABLE, "/run/web", "no such socket"));
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        Job retrying = world.job(job.id());
        assertThat(Objects.requireNonNull(retrying.retryAtMillis()) - world.time.utcMillis())
                .isBetween(58_000L, 60_000L);
        assertThat(Objects.requireNonNull(retrying.error()).fix()).contains("monitor socket");
        agent.refusals.clear();

        world.rounds(4 * 50);
        assertThat(world.job(job.id()).state()).isEqualTo(JobState.RETRYING);

        world.awaitSuccess(job);
    }

    @Test
    void waitsLongerAfterEachFailureWhateverTheWallClockDoes() {
        agent.refusals.put("inspect", new AgentError(ErrorCode.MONITOR_IN_USE, "/run/web", "in use"));
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("first failure", () -> world.job(job.id()).failedAttempts() == 1);
        world.time.setWallClockBack(3_600_000);

        long before = world.time.monotonicNanos();
        world.until("second failure", () -> world.job(job.id()).failedAttempts() == 2);
        long first = world.time.monotonicNanos() - before;
        world.until("third failure", () -> world.job(job.id()).failedAttempts() == 3);
        long second = world.time.monotonicNanos() - before - first;

        assertThat(first / 1_000_000_000).isBetween(59L, 63L);
        assertThat(second / 1_000_000_000).isBetween(119L, 123L);
    }

    @Test
    void triesAgainAtOnceWhenAPersonSaysSo() {
        agent.refusals.put("inspect", new AgentError(ErrorCode.MONITOR_IN_USE, "/run/web", "in use"));
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        agent.refusals.clear();

        world.server().jobs().retry(ADMIN, job.id());
        world.rounds(60);

        assertThat(world.job(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void goesOnWithAFirstCopyThatItsAgentHadRefused() {
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("told to begin", () -> world.phase(job.machine()) == ProtectionPhase.INITIAL_REPLICATION);
        FakeAgent.Source source = Objects.requireNonNull(agent.sources.get(job.machine()));
        source.state = CaptureState.ERROR;
        source.error = new AgentError(ErrorCode.ALREADY_PROTECTED, "web", "carries the bitmap of another protection");
        assertThat(world.await(job).state()).isEqualTo(JobState.FAILED);
        source.error = null;

        Job again = world.server().machines().protect(ADMIN, World.wish("web", agent));

        assertThat(again.id()).isEqualTo(job.id());
        world.awaitSuccess(again);
        assertThat(agent.done).contains("resume");
    }

    @Test
    void turnsCriticalOnAFinalErrorAndGoesOnWhenItIsMended() {
        agent.refusals.put(
                "inspect", new AgentError(ErrorCode.HYPERVISOR_TOO_OLD, "QEMU 2.0", "too old; expected 6.0"));
        Job job = world.await(world.server().machines().protect(ADMIN, World.wish("web", agent)));
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(world.machine(job.machine()).protection().critical()).isTrue();
        assertThat(world.server().health().check(ADMIN).findings())
                .extracting("code")
                .contains("machine.critical");
        agent.refusals.clear();

        Job again = world.server().machines().protect(ADMIN, World.wish("web", agent));

        assertThat(again.id()).isEqualTo(job.id());
        world.awaitSuccess(again);
        assertThat(world.machine(job.machine()).protection().critical()).isFalse();
        assertThat(world.machine(job.machine()).error()).isNull();
    }

    @Test
    void stopsTryingWhenTheAgentIsLostAndGoesOnWhenItIsBack() {
        world.agents.clear();
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        assertThat(Objects.requireNonNull(world.job(job.id()).error()).code()).isEqualTo(ErrorCode.NETWORK);

        world.agents.add(agent);
        world.rounds(80);

        assertThat(world.job(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(agent.done).containsExactly("inspect", "protect");
    }

    @Test
    void waitsForSpaceInTheStore() {
        world.store.freeBytes = 10;
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        assertThat(Objects.requireNonNull(world.job(job.id()).error()).code()).isEqualTo(ErrorCode.DISK_FULL);
        assertThat(world.store.histories).isEmpty();

        world.store.freeBytes = 1L << 40;

        world.awaitSuccess(job);
    }

    @Test
    void waitsForASourceThatVanishesDuringTheFirstCopy() {
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("copy", () -> world.phase(job.machine()) == ProtectionPhase.INITIAL_REPLICATION);
        FakeAgent.Source source = Objects.requireNonNull(agent.sources.get(job.machine()));
        source.state = CaptureState.SOURCE_GONE;
        source.running = false;

        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);
        source.running = true;
        source.state = CaptureState.COPYING;

        world.awaitSuccess(job);
    }

    @Test
    void followsTheCaptureThroughABreak() {
        MachineId machine = world.protect("web", agent);
        FakeAgent.Source source = Objects.requireNonNull(agent.sources.get(machine));

        source.state = CaptureState.BROKEN;
        world.round();
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.MARKED_FOR_RESYNCHRONISATION);

        source.copied = 0;
        source.state = CaptureState.COPYING;
        world.round();
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.RESYNCHRONISING);

        world.until("protected again", () -> world.phase(machine) == ProtectionPhase.PROTECTED);
    }

    @Test
    void turnsCriticalOnWhatTheAgentCannotMendAndBack() {
        MachineId machine = world.protect("web", agent);
        FakeAgent.Source source = Objects.requireNonNull(agent.sources.get(machine));

        source.state = CaptureState.ERROR;
        source.error = new AgentError(ErrorCode.EPOCH_STALE, "web", "another writer");
        world.round();
        assertThat(world.machine(machine).protection().critical()).isTrue();
        assertThat(Objects.requireNonNull(world.machine(machine).error()).code())
                .isEqualTo(ErrorCode.EPOCH_STALE);

        source.error = null;
        source.state = CaptureState.READY;
        world.round();
        assertThat(world.machine(machine).protection().critical()).isFalse();
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
    }

    @Test
    void pausesResumesMarksAndResynchronises() {
        MachineId machine = world.protect("web", agent);

        world.awaitSuccess(world.server().machines().pause(ADMIN, machine, 10));
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PAUSED);
        world.awaitSuccess(world.server().machines().resume(ADMIN, machine));
        world.until("protected again", () -> world.phase(machine) == ProtectionPhase.PROTECTED);
        Job mark = world.awaitSuccess(
                world.server().machines().mark(ADMIN, machine, MarkerKind.APPLICATION_CONSISTENT, "before upgrade"));
        assertThat(mark.steps().getFirst().evidence()).extracting("name").containsExactly("sequence");
        world.awaitSuccess(world.server().machines().resynchronise(ADMIN, machine));
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
    }

    @Test
    void refusesWhatIsNotLegalWithTheReasonItShows() {
        MachineId machine = world.protect("web", agent);

        assertThatThrownBy(() -> world.server().machines().resume(ADMIN, machine))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ILLEGAL_STATE))
                .hasMessageContaining("Protection is not paused.");
    }

    @Test
    void endsProtectionAndKeepsTheHistory() {
        MachineId machine = world.protect("web", agent);

        world.awaitSuccess(world.server().machines().unprotect(ADMIN, machine, HistoryFate.KEEP));

        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.UNPROTECTED);
        assertThat(world.store.histories).containsKey(machine);
        assertThat(agent.sources).isEmpty();
        assertRefused(
                ErrorCode.ALREADY_EXISTS, () -> world.server().machines().protect(ADMIN, World.wish("web", agent)));
    }

    @Test
    void endsProtectionWithHistoryAndAll() {
        MachineId machine = world.protect("web", agent);

        Job job = world.awaitSuccess(world.server().machines().unprotect(ADMIN, machine, HistoryFate.DESTROY));

        assertThat(world.store.histories).isEmpty();
        assertThat(world.server().machines().list(ADMIN)).isEmpty();
        assertThat(world.job(job.id()).state()).isEqualTo(JobState.SUCCEEDED);
        world.protect("web", agent);
    }

    @Test
    void leavesEverythingAsItIsWhenALockKeepsWhatAnAdministratorWouldDestroy() {
        MachineId machine = world.protect("web", agent);
        world.store.locked.add(machine);

        Job job = world.await(world.server().machines().unprotect(ADMIN, machine, HistoryFate.DESTROY));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.error()).extracting("code").isEqualTo(ErrorCode.RETENTION_LOCKED);
        assertThat(world.store.histories).containsKey(machine);
        assertThat(agent.sources).as("it is protected as before").containsKey(machine);
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
    }

    @Test
    void letsAnOperatorEndProtectionAndOnlyAnAdministratorDestroyTheHistory() {
        MachineId machine = world.protect("web", agent);
        Caller operator = new Caller("o", Role.OPERATOR, false, "192.0.2.1");

        assertRefused(
                ErrorCode.NOT_AUTHORISED,
                () -> world.server().machines().unprotect(operator, machine, HistoryFate.DESTROY));
        world.awaitSuccess(world.server().machines().unprotect(operator, machine, HistoryFate.KEEP));

        assertThat(world.store.histories).containsKey(machine);
    }

    @Test
    void endsAProtectionThatNeverCameAbout() {
        agent.refusals.put("inspect", new AgentError(ErrorCode.MONITOR_IN_USE, "/run/web", "in use"));
        Job job = world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.until("retry", () -> world.job(job.id()).state() == JobState.RETRYING);

        world.awaitSuccess(world.server().machines().unprotect(ADMIN, job.machine(), HistoryFate.DESTROY));

        assertThat(world.job(job.id()).state()).isEqualTo(JobState.CANCELLED);
        assertThat(world.server().machines().list(ADMIN)).isEmpty();
    }

    @Test
    void endsProtectionWithoutTheAgentAndTellsItLater() {
        MachineId machine = world.protect("web", agent);
        world.agents.clear();
        world.rounds(30);

        world.awaitSuccess(world.server().machines().unprotect(ADMIN, machine, HistoryFate.DESTROY));
        assertThat(agent.sources).containsKey(machine);
        world.agents.add(agent);
        agent.sources.values().forEach(source -> source.state = CaptureState.CONNECTING);
        world.rounds(3);

        assertThat(agent.sources).isEmpty();
    }

    @Test
    void addsTheAgeOfTheReportToTheObjectiveAndComparesNoClocks() {
        MachineId machine = world.protect("web", agent);
        world.agents.clear();
        world.time.setWallClockBack(3_600_000);

        world.time.advanceMillis(10_000);

        assertThat(Objects.requireNonNull(world.machine(machine).replication()).rpoMillis())
                .isEqualTo(10_251);
        assertThat(Objects.requireNonNull(world.machine(machine).replication()).agentHeard())
                .isFalse();
        assertThat(Objects.requireNonNull(world.machine(machine).replication()).rpoGoalMet())
                .isFalse();
    }

    @Test
    void showsHowTheStreamIsCompressedAsLongAsThereIsOne() {
        MachineId machine = world.protect("web", agent);
        StreamCoding coding = new StreamCoding("LZ4", "It is the faster one.");

        world.codings.put(machine, coding);
        assertThat(world.machine(machine).coding()).isEqualTo(coding);

        world.codings.clear();
        assertThat(world.machine(machine).coding()).isNull();
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
