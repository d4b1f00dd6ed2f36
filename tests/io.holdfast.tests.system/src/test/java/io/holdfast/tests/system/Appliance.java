package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.appliance.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** An appliance with the agent of its own host, and what an operator asks of it. */
final class Appliance implements AutoCloseable {

    static final Duration JOB_MAX = Duration.ofSeconds(90);

    private static final Duration AGENT_MAX = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int RPO_GOAL_MILLIS = 1_000;

    private final NodeProcess node;
    private final Api api;

    private Appliance(NodeProcess node, Api api) {
        this.node = node;
        this.api = api;
    }

    /** Starts an appliance; returns when its agent is heard of. */
    static Appliance start(NodeProcess.Settings settings) throws IOException, InterruptedException {
        NodeProcess node = NodeProcess.start(settings).awaitReady();
        Appliance appliance = new Appliance(node, Api.signIn(node));
        appliance.await(
                "an agent that is connected",
                AGENT_MAX,
                "/agents",
                agents -> agents.path(0).path("state").asText().equals("CONNECTED"));
        return appliance;
    }

    Api api() {
        return api;
    }

    NodeProcess node() {
        return node;
    }

    /** Asks for the protection of a machine; returns the job. */
    JsonNode protect(String name, Path monitor, Path outOfBandMonitor) throws IOException, InterruptedException {
        return api.post(
                "/machines",
                Map.of(
                        "name",
                        name,
                        "agent",
                        api.get("/agents").path(0).path("name").asText(),
                        "address",
                        Map.of(
                                "adapter",
                                "kvm",
                                "properties",
                                Map.of("qmp", monitor.toString(), "qmpOob", outOfBandMonitor.toString())),
                        "policy",
                        Map.of("rpoGoalMillis", RPO_GOAL_MILLIS),
                        "bootSign",
                        "READY "));
    }

    /** Waits until a job has met an error that it names so, and checks that it is a whole one. */
    JsonNode awaitError(JsonNode job, String code) throws IOException, InterruptedException {
        JsonNode met = await(
                "error " + code,
                JOB_MAX,
                "/jobs/" + job.path("id").asText(),
                now -> now.path("error").path("code").asText().equals(code));
        for (String part : List.of("object", "message", "fix")) {
            assertThat(met.path("error").path(part).asText()).as(part).isNotBlank();
        }
        return met;
    }

    /** Waits until something that the interface tells is as it should be. */
    JsonNode await(String what, Duration limit, String path, Predicate<JsonNode> right)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        JsonNode found = api.get(path);
        while (!right.test(found)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "not within " + limit.toSeconds() + " s: " + what + "; found " + found.toPrettyString());
            }
            long next = System.nanoTime() + LOOK.toNanos();
            Api.await("the next look", JOB_MAX, () -> System.nanoTime() >= next);
            found = api.get(path);
        }
        return found;
    }

    /** Waits until a job has done what it was asked for. */
    JsonNode awaitSuccess(JsonNode job) throws IOException, InterruptedException {
        return api.awaitJob(job.path("id").asText(), JOB_MAX);
    }

    /** Has the present step of a job tried again now. */
    void retry(JsonNode job) throws IOException, InterruptedException {
        api.post("/jobs/" + job.path("id").asText() + "/retry", Map.of());
    }

    /** Ends the protection of a machine and destroys what was kept of it. */
    void endProtection(String name) throws IOException, InterruptedException {
        awaitSuccess(api.post("/machines/" + name + "/unprotect", Map.of("history", "DESTROY")));
    }

    String phase(String name) throws IOException, InterruptedException {
        return api.get("/machines/" + name).path("protection").path("phase").asText();
    }

    /** The names of the machines it knows. */
    List<String> machines() throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        api.get("/machines").forEach(machine -> names.add(machine.path("name").asText()));
        return names;
    }

    @Override
    public void close() {
        node.close();
    }
}
