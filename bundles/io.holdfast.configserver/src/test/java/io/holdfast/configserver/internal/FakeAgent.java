package io.holdfast.configserver.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.identity.Pem;
import io.holdfast.model.AgentError;
import io.holdfast.model.CaptureState;
import io.holdfast.model.MachineStatus;
import java.io.StringWriter;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** An agent with its sources, which outlive the server under test. Commands are done once for each id, as the protocol asks. */
final class FakeAgent {

    private static final int COPY_BYTES = 300;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();

    /** One machine as the agent sees it. */
    static final class Source {
        CaptureState state = CaptureState.CONNECTING;
        boolean running = true;
        int copied;

        @Nullable
        AgentError error;

        long rpoMillis = 250;
    }

    final String name;
    final Map<MachineId, Source> sources = new TreeMap<>();
    final List<String> done = new ArrayList<>();
    final Set<String> silentKinds = new HashSet<>();
    final Map<String, AgentError> refusals = new HashMap<>();
    private final FakeStore store;
    private final Map<String, AgentMessages.CommandResult> results = new TreeMap<>();
    private final Set<String> delivered = new HashSet<>();
    private String id = "";
    private @Nullable X509Certificate certificate;
    String identity = "";

    FakeAgent(String name, FakeStore store) {
        this.name = name;
        this.store = store;
    }

    String id() {
        return id;
    }

    X509Certificate certificate() {
        X509Certificate mine = certificate;
        if (mine == null) {
            throw new IllegalStateException("not enrolled");
        }
        return mine;
    }

    static String request() {
        try {
            KeyPair pair = CertificateAuthority.newKeyPair(RANDOM);
            StringWriter text = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
                writer.writeObject(new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=agent"), pair.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
            }
            return text.toString();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void enrol(AgentGateway gateway, String token) {
        AgentMessages.EnrolAnswer answer =
                gateway.enrol(new AgentMessages.EnrolRequest(token, name, request()), null, "192.0.2.7");
        id = answer.agent();
        certificate = Pem.certificates(answer.certificate(), "answer").getFirst();
    }

    /** One round: says how the machines are, does what it is told. */
    void poll(AgentGateway gateway) {
        try {
            List<AgentMessages.CommandResult> sending = results.values().stream()
                    .filter(result -> !delivered.contains(result.command()))
                    .toList();
            AgentMessages.PollAnswer answer = gateway.poll(
                    new AgentMessages.PollRequest(id, name, "1.0.0", 0, null, statuses(), sending), certificate());
            sending.forEach(result -> delivered.add(result.command()));
            answer.commands().forEach(this::run);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<MachineStatus> statuses() {
        List<MachineStatus> statuses = new ArrayList<>();
        sources.forEach((machine, source) -> statuses.add(status(machine, source)));
        return statuses;
    }

    private MachineStatus status(MachineId machine, Source source) {
        if (source.state == CaptureState.COPYING) {
            source.copied += COPY_BYTES / 3;
            if (source.copied >= COPY_BYTES) {
                source.state = CaptureState.READY;
            }
        }
        if (source.state == CaptureState.READY && source.running) {
            store.write(machine);
        }
        return new MachineStatus(
                machine,
                source.state,
                source.running,
                1,
                9,
                9,
                9,
                9,
                source.rpoMillis,
                source.state == CaptureState.COPYING ? "initial" : null,
                source.copied,
                COPY_BYTES,
                5,
                5,
                0,
                0,
                40,
                "",
                source.error);
    }

    private void run(AgentMessages.AgentCommand command) {
        if (silentKinds.contains(command.kind())) {
            return;
        }
        AgentMessages.CommandResult known = results.get(command.id());
        if (known == null) {
            results.put(command.id(), answer(command));
            done.add(command.kind());
        } else {
            delivered.remove(command.id());
        }
    }

    private AgentMessages.CommandResult answer(AgentMessages.AgentCommand command) {
        AgentError refusal = refusals.get(command.kind());
        if (refusal != null) {
            return new AgentMessages.CommandResult(command.id(), false, refusal, null);
        }
        if (command.kind().equals("inspect")) {
            return ok(command, """
                    {"name":"guest","identity":"%s","hypervisor":"QEMU 7.2.22","running":true,
                     "hardware":{"processors":1,"memoryMebibytes":256,"firmware":"BIOS"},
                     "disks":[{"identity":"disk-a","sizeBytes":1048576}],"instance":"x"}""".formatted(identity));
        }
        Source source = sources.computeIfAbsent(MachineId.parse(command.machine()), _ -> new Source());
        switch (command.kind()) {
            case "protect", "resume", "resynchronise" -> {
                source.copied = 0;
                source.state = source.running ? CaptureState.COPYING : CaptureState.SOURCE_GONE;
            }
            case "pause" -> source.state = CaptureState.PAUSED;
            case "release" -> source.state = CaptureState.RELEASED;
            case "unprotect" -> sources.remove(MachineId.parse(command.machine()));
            case "drain", "marker" -> {
                MachineId machine = MachineId.parse(command.machine());
                store.write(machine);
                return ok(
                        command,
                        write(Map.of(
                                "epoch",
                                store.end(machine).epoch(),
                                "sequence",
                                store.end(machine).sequence())));
            }
            default -> throw new IllegalStateException("no such command: " + command.kind());
        }
        return ok(command, null);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AgentMessages.CommandResult ok(AgentMessages.AgentCommand command, @Nullable String result) {
        return new AgentMessages.CommandResult(command.id(), true, null, result);
    }
}
