package io.holdfast.configserver.internal;

import static io.holdfast.configserver.internal.World.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.configserver.AgentView;
import io.holdfast.configserver.EnrolmentToken;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.identity.Pem;
import io.holdfast.model.AgentError;
import io.holdfast.model.CaptureState;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.MachineCarriers;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.SourceFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentDeskTest {

    private static final long POLL_WAIT_MILLIS = 900;

    private final Path folder;
    private final World world;

    AgentDeskTest(@TempDir Path folder) {
        this.folder = folder;
        world = new World(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private String token() {
        return world.server().agents().createToken(ADMIN, 10).token();
    }

    private AgentMessages.EnrolAnswer enrol(String token, String name) {
        return world.server()
                .agentGateway()
                .enrol(new AgentMessages.EnrolRequest(token, name, FakeAgent.request()), null, "192.0.2.7");
    }

    private static AgentMessages.PollRequest poll(String agent, int waitMillis) {
        return new AgentMessages.PollRequest(agent, "host-1", "1.0.0", waitMillis, null, List.of(), List.of());
    }

    @Test
    void givesACertificateThatTheJdkAcceptsForATokenOnce() throws Exception {
        String token = token();

        AgentMessages.EnrolAnswer answer = enrol(token, "host-1");

        X509Certificate certificate =
                Pem.certificates(answer.certificate(), "answer").getFirst();
        X509Certificate authority = Pem.certificates(answer.chain(), "answer").getFirst();
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(new Date(world.time.utcMillis()));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
        assertThat(CertificateAuthority.Names.of(certificate).commonName()).isEqualTo(answer.agent());
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> enrol(token, "host-2"));
    }

    @Test
    void refusesATokenThatIsWrongOrTooOld() {
        String token = token();
        world.time.advanceMillis(Duration.ofMinutes(10).toMillis());

        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> enrol(token, "host-1"));
        assertRefused(ErrorCode.NOT_AUTHENTICATED, () -> enrol("guessed", "host-1"));
        assertRefused(
                ErrorCode.NOT_AUTHENTICATED,
                () -> world.server()
                        .agentGateway()
                        .enrol(new AgentMessages.EnrolRequest(null, "host-1", FakeAgent.request()), null, "192.0.2.7"));
        assertThat(world.server().agents().list(ADMIN)).isEmpty();
    }

    @Test
    void keepsATokenThatABadRequestDidNotUse() {
        String token = token();

        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> enrol(token, "../../etc"));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> world.server()
                        .agentGateway()
                        .enrol(new AgentMessages.EnrolRequest(token, "host-1", "no request"), null, "192.0.2.7"));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> world.server()
                        .agentGateway()
                        .enrol(new AgentMessages.EnrolRequest(token, "host-1", "x".repeat(20_000)), null, "192.0.2.7"));

        assertThat(enrol(token, "host-1").agent()).isNotEmpty();
    }

    @Test
    void showsNoSecretInTexts() {
        EnrolmentToken token = world.server().agents().createToken(ADMIN, 10);

        assertThat(token.toString()).doesNotContain(token.token());
        assertThat(new AgentMessages.EnrolRequest(token.token(), "x", "y").toString())
                .doesNotContain(token.token());
        assertThat(token.authorityFingerprint()).hasSize(64);
    }

    @Test
    void renewsACertificateWithTheOneBefore() {
        FakeAgent agent = world.enrol("host-1");

        AgentMessages.EnrolAnswer answer = world.server()
                .agentGateway()
                .enrol(
                        new AgentMessages.EnrolRequest(null, "host-1", FakeAgent.request()),
                        agent.certificate(),
                        "192.0.2.7");

        assertThat(answer.agent()).isEqualTo(agent.id());
        agent.poll(world.server().agentGateway());
    }

    @Test
    void refusesACertificateThatHasEndedOrIsAnothers() {
        FakeAgent first = world.enrol("host-1");
        FakeAgent second = world.enrol("host-2");
        X509Certificate node = world.authority()
                .certify(
                        new CertificateAuthority.Names("Holdfast node", Set.of(), Set.of()),
                        CertificateAuthority.newKeyPair(new SecureRandom()).getPublic(),
                        Duration.ofDays(1));

        assertRefused(
                ErrorCode.NOT_AUTHENTICATED,
                () -> world.server().agentGateway().poll(poll(first.id(), 0), second.certificate()));
        assertRefused(
                ErrorCode.NOT_AUTHENTICATED, () -> world.server().agentGateway().poll(poll(first.id(), 0), node));
        world.time.advanceMillis(Duration.ofDays(91).toMillis());
        assertRefused(
                ErrorCode.CERTIFICATE_EXPIRED,
                () -> world.server().agentGateway().poll(poll(first.id(), 0), first.certificate()));
    }

    @Test
    void refusesAnAgentThatWasRemoved() {
        FakeAgent agent = world.enrol("host-1");

        world.server().agents().remove(ADMIN, "host-1");

        assertRefused(
                ErrorCode.NOT_AUTHENTICATED,
                () -> world.server().agentGateway().poll(poll(agent.id(), 0), agent.certificate()));
    }

    @Test
    void keepsAnAgentThatHasAMachine() {
        FakeAgent agent = world.enrol("host-1");
        world.protectedMachine("web", agent);

        assertRefused(ErrorCode.ILLEGAL_STATE, () -> world.server().agents().remove(ADMIN, "host-1"));
    }

    @Test
    void letsAnAgentCarryItsOwnMachinesAlone() {
        FakeAgent first = world.enrol("host-1");
        FakeAgent second = world.enrol("host-2");
        MachineId machine = world.protectedMachine("web", first);
        MachineCarriers carriers = world.server().machineCarriers();

        assertThat(carriers.mayCarry(first.id(), machine)).isTrue();
        assertThat(carriers.mayCarry(second.id(), machine)).isFalse();
        assertThat(carriers.mayCarry("host-1", machine)).isFalse();
        assertThat(carriers.mayCarry("", machine)).isFalse();
        assertThat(carriers.mayCarry(first.id(), new MachineId(new UUID(7, 7)))).isFalse();
    }

    @Test
    void noticesALostAgentAfterFiveSecondsAndItsReturn() {
        FakeAgent agent = world.enrol("host-1");
        world.agents.clear();

        world.time.advanceMillis(4_900);
        assertThat(state()).isEqualTo(AgentView.State.CONNECTED);
        world.time.advanceMillis(200);
        assertThat(state()).isEqualTo(AgentView.State.LOST);

        agent.poll(world.server().agentGateway());
        assertThat(state()).isEqualTo(AgentView.State.CONNECTED);
    }

    private AgentView.State state() {
        return world.server().agents().list(ADMIN).getFirst().state();
    }

    @Test
    void letsANewAgentTakeOverTheMachinesOfALostOneOfItsName() {
        FakeAgent old = world.enrol("host-1");
        MachineId machine = world.protectedMachine("web", old);
        assertRefused(ErrorCode.ALREADY_EXISTS, () -> enrol(token(), "host-1"));
        world.agents.clear();
        world.time.advanceMillis(6_000);

        FakeAgent fresh = world.enrol("host-1");

        assertThat(world.machine(machine).agent()).isEqualTo(fresh.id());
        assertThat(world.server().machineCarriers().mayCarry(fresh.id(), machine))
                .isTrue();
        assertThat(world.server().machineCarriers().mayCarry(old.id(), machine)).isFalse();
        assertThat(world.server().agents().list(ADMIN)).hasSize(1);
        assertRefused(
                ErrorCode.NOT_AUTHENTICATED,
                () -> world.server().agentGateway().poll(poll(old.id(), 0), old.certificate()));
    }

    @Test
    void handsACommandOutAgainUntilItIsAnswered() throws Exception {
        FakeAgent agent = world.enrol("host-1");
        world.agents.clear();
        world.server().machines().protect(ADMIN, World.wish("web", agent));
        world.round();

        List<AgentMessages.AgentCommand> first = commands(agent);
        List<AgentMessages.AgentCommand> soon = commands(agent);
        world.time.advanceMillis(5_000);
        List<AgentMessages.AgentCommand> later = commands(agent);
        world.restart();
        List<AgentMessages.AgentCommand> afterRestart = commands(agent);

        assertThat(first).extracting(AgentMessages.AgentCommand::kind).containsExactly("inspect");
        assertThat(soon).isEmpty();
        assertThat(later).isEqualTo(first);
        assertThat(afterRestart).isEqualTo(first);
    }

    private List<AgentMessages.AgentCommand> commands(FakeAgent agent) throws InterruptedException {
        return world.server()
                .agentGateway()
                .poll(poll(agent.id(), 0), agent.certificate())
                .commands();
    }

    @Test
    void passesOverAnswersToWhatWasNeverAsked() throws Exception {
        FakeAgent agent = world.enrol("host-1");
        AgentMessages.CommandResult stray = new AgentMessages.CommandResult("no-such-command", true, null, "{}");

        AgentMessages.PollAnswer answer = world.server()
                .agentGateway()
                .poll(
                        new AgentMessages.PollRequest(
                                agent.id(), "host-1", "1.0.0", 0, null, List.of(), List.of(stray)),
                        agent.certificate());

        assertThat(answer.commands()).isEmpty();
    }

    @Test
    void boundsAPoll() {
        FakeAgent agent = world.enrol("host-1");

        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> world.server().agentGateway().poll(poll(agent.id(), 30_001), agent.certificate()));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> world.server().agentGateway().poll(poll(agent.id(), -1), agent.certificate()));
    }

    @Test
    void wakesAWaitingPollForACommand() throws Exception {
        FakeAgent agent = world.enrol("host-1");
        world.agents.clear();
        CompletableFuture<AgentMessages.PollAnswer> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return world.server().agentGateway().poll(poll(agent.id(), 30_000), agent.certificate());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        CompletableFuture<SourceFacts> inspected = CompletableFuture.supplyAsync(() -> world.server()
                .machines()
                .inspect(ADMIN, "host-1", new MachineAddress("kvm", Map.of("qmp", "/run/web"))));

        List<AgentMessages.AgentCommand> commands =
                waiting.get(30, TimeUnit.SECONDS).commands();
        while (commands.isEmpty()) {
            commands = world.server()
                    .agentGateway()
                    .poll(poll(agent.id(), (int) POLL_WAIT_MILLIS), agent.certificate())
                    .commands();
        }

        assertThat(commands).extracting(AgentMessages.AgentCommand::kind).containsExactly("inspect");
        assertThat(commands.getFirst().arguments())
                .isEqualTo(Map.of("address", Map.of("adapter", "kvm", "properties", Map.of("qmp", "/run/web"))));
        AgentError error = new AgentError(ErrorCode.MONITOR_NOT_QMP, "/run/web", "no QMP");
        world.server()
                .agentGateway()
                .poll(
                        new AgentMessages.PollRequest(
                                agent.id(),
                                "host-1",
                                "1.0.0",
                                0,
                                null,
                                List.of(),
                                List.of(new AgentMessages.CommandResult(
                                        commands.getFirst().id(), false, error, null))),
                        agent.certificate());
        assertThatThrownBy(() -> inspected.get(30, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(HoldfastException.class)
                .hasMessageContaining("no QMP");
    }

    @Test
    void saysAtOnceWhenTheAgentToLookIsLost() {
        world.enrol("host-1");
        world.time.advanceMillis(6_000);

        assertRefused(
                ErrorCode.NETWORK,
                () -> world.server()
                        .machines()
                        .inspect(ADMIN, "host-1", new MachineAddress("kvm", Map.of("qmp", "/run/web"))));
    }

    @Test
    void doesNotLetAnAgentSpeakForAnothersMachine() throws Exception {
        FakeAgent first = world.enrol("host-1");
        FakeAgent second = world.enrol("host-2");
        MachineId machine = world.protectedMachine("web", first);
        world.agents.clear();
        world.restart();
        FakeAgent.Source source = new FakeAgent.Source();
        source.state = CaptureState.BROKEN;
        second.sources.put(machine, source);

        second.poll(world.server().agentGateway());

        assertThat(world.machine(machine).replication()).isNull();
        assertThat(world.phase(machine)).isEqualTo(ProtectionPhase.PROTECTED);
    }

    @Test
    void letsTheAgentOfItsOwnNodeInByItself() throws Exception {
        Path agentFolder = folder.resolve("agent");
        try (ConfigurationServer server = world.serverWithLocalAgent(agentFolder)) {
            server.tick();
            Path token = agentFolder.resolve("enrolment.token");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                    .isEqualTo("rw-------");
            assertThat(agentFolder.resolve("authority.pem")).exists();

            AgentMessages.EnrolAnswer answer = server.agentGateway()
                    .enrol(
                            new AgentMessages.EnrolRequest(
                                    Files.readString(token).trim(), "local", FakeAgent.request()),
                            null,
                            "127.0.0.1");
            Files.writeString(agentFolder.resolve("agent.pem"), answer.certificate());
            world.time.advanceMillis(2_000);
            server.tick();

            assertThat(token).doesNotExist();
            Files.delete(agentFolder.resolve("agent.pem"));
            world.time.advanceMillis(2_000);
            server.tick();
            assertThat(token).exists();

            Files.writeString(agentFolder.resolve("agent.pem"), answer.certificate());
            world.time.advanceMillis(2_000);
            server.tick();
            assertThat(token).doesNotExist();
            world.time.advanceMillis(Duration.ofDays(91).toMillis());
            server.tick();
            assertThat(token).as("its certificate has ended").exists();
        }
    }

    @Test
    void letsTheAgentOfItsOwnNodeInAgainAfterItWasRemoved() throws Exception {
        Path agentFolder = Files.createDirectory(folder.resolve("agent"));
        try (ConfigurationServer server = world.serverWithLocalAgent(agentFolder)) {
            server.tick();
            Path token = agentFolder.resolve("enrolment.token");
            AgentMessages.EnrolAnswer answer = server.agentGateway()
                    .enrol(
                            new AgentMessages.EnrolRequest(
                                    Files.readString(token).trim(), "local", FakeAgent.request()),
                            null,
                            "127.0.0.1");
            Files.writeString(agentFolder.resolve("agent.pem"), answer.certificate());
            world.time.advanceMillis(2_000);
            server.tick();
            assertThat(token).doesNotExist();

            server.agents().remove(ADMIN, "local");
            world.time.advanceMillis(2_000);
            server.tick();

            assertThat(token).exists();
        }
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
