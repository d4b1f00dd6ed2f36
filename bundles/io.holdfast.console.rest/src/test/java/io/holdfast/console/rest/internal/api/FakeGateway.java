package io.holdfast.console.rest.internal.api;

import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.AgentMessages;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A gateway that remembers what it was asked and hands out one command. */
final class FakeGateway implements AgentGateway {

    private final AtomicReference<String> asked = new AtomicReference<>("");

    String asked() {
        return asked.get();
    }

    @Override
    public AgentMessages.EnrolAnswer enrol(
            AgentMessages.EnrolRequest request, @Nullable X509Certificate certificate, String origin) {
        asked.set("enrol " + request.name() + " token=" + request.token() + " certificate=" + name(certificate)
                + " from " + origin);
        return new AgentMessages.EnrolAnswer("agent-id", "certificate", "chain");
    }

    @Override
    public AgentMessages.PollAnswer poll(AgentMessages.PollRequest request, X509Certificate certificate) {
        asked.set("poll " + request.name() + " machines=" + request.machines() + " certificate=" + name(certificate));
        return new AgentMessages.PollAnswer(
                List.of(new AgentMessages.AgentCommand(
                        "c-1", "marker", Samples.MACHINE.toString(), Map.of("label", "now", "minutes", 3))),
                77);
    }

    private static String name(@Nullable X509Certificate certificate) {
        return certificate == null
                ? "none"
                : certificate.getSubjectX500Principal().getName();
    }
}
