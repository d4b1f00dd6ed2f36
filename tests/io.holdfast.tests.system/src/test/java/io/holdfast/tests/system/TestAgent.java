package io.holdfast.tests.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.appliance.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/**
 * An agent that is enrolled the regular way and answers its commands, but captures nothing. It knows {@code docs/protocol/agent.md} and none of
 * the product's code.
 */
final class TestAgent implements AutoCloseable {

    private static final Duration REQUEST_MAX = Duration.ofSeconds(60);
    private static final int POLLS_MAX = 60;
    private static final String FACTS = """
            {"name":"shop","identity":"","hypervisor":"none","running":true,
             "hardware":{"processors":1,"memoryMebibytes":64,"firmware":"BIOS"},
             "disks":[{"identity":"disk-0","sizeBytes":1048576}]}""";

    private final ObjectMapper json = new ObjectMapper();
    private final URI server;
    private final HttpClient client;
    private final SSLContext tls;
    private final String id;

    private TestAgent(URI server, SSLContext tls, String id) {
        this.server = server;
        this.tls = tls;
        this.client = client(tls);
        this.id = id;
    }

    /** Enrols with a token of the administrator's. */
    static TestAgent enrol(NodeProcess node, Api api, Certificates certificates, String name)
            throws IOException, InterruptedException {
        Path authority = node.settings().data().resolve("identity/authority.pem");
        Path key = certificates.newKey(name);
        URI server = URI.create("https://localhost:" + node.settings().ports().console());
        ObjectMapper json = new ObjectMapper();
        String request = json.writeValueAsString(Map.of(
                "token",
                api.post("/enrolment-tokens", Map.of("validMinutes", 10))
                        .path("token")
                        .asText(),
                "name",
                name,
                "csr",
                Files.readString(certificates.request(key, name))));
        try (HttpClient stranger = client(certificates.showingNone(authority))) {
            JsonNode answer = json.readTree(post(stranger, server, "/agent/v1/enrol", request.getBytes())
                    .body());
            Path certificate = Files.writeString(
                    Path.of(key + ".pem"), answer.path("certificate").asText());
            return new TestAgent(
                    server,
                    certificates.showing(key, certificate, authority),
                    answer.path("agent").asText());
        }
    }

    SSLContext tls() {
        return tls;
    }

    /** Has a machine assigned to it and makes the appliance open its history. */
    UUID protect(Api api, String name) throws IOException, InterruptedException {
        String agent = "";
        for (JsonNode known : api.get("/agents")) {
            agent = known.path("id").asText().equals(id) ? known.path("name").asText() : agent;
        }
        poll("");
        String machine = api.post(
                        "/machines",
                        Map.of(
                                "name",
                                name,
                                "agent",
                                agent,
                                "address",
                                Map.of("adapter", "kvm", "properties", Map.of("qmp", "/none", "qmpOob", "/none")),
                                "bootSign",
                                "READY "))
                .path("machine")
                .asText();
        String command = "";
        for (int polls = 0; polls < POLLS_MAX; polls++) {
            for (JsonNode told : poll(command)) {
                command = told.path("id").asText();
                if (told.path("kind").asText().equals("protect")) {
                    return UUID.fromString(machine);
                }
            }
        }
        throw new IllegalStateException("never told to protect " + machine);
    }

    /** One poll; answers a command with the facts of a machine. */
    private JsonNode poll(String command) throws IOException, InterruptedException {
        ObjectNode body = json.createObjectNode()
                .put("agent", id)
                .put("name", "any")
                .put("version", "1")
                .put("waitMillis", 500)
                .putNull("since");
        body.putArray("machines");
        ArrayNode results = body.putArray("results");
        if (!command.isEmpty()) {
            results.addObject().put("command", command).put("ok", true).put("result", FACTS);
        }
        HttpResponse<String> answer = post("/agent/v1/poll", json.writeValueAsBytes(body));
        if (answer.statusCode() != 200) {
            throw new IOException("poll answered with " + answer.statusCode() + ": " + answer.body());
        }
        return json.readTree(answer.body()).path("commands");
    }

    /** Posts anything to a path of the agents' with this agent's certificate. */
    HttpResponse<String> post(String path, byte[] body) throws IOException, InterruptedException {
        return post(client, server, path, body);
    }

    private static HttpResponse<String> post(HttpClient client, URI server, String path, byte[] body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .timeout(REQUEST_MAX)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .connectTimeout(REQUEST_MAX)
                .build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
