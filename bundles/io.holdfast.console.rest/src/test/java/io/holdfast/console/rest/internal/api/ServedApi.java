package io.holdfast.console.rest.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.server.Api;
import io.holdfast.console.rest.internal.server.ConsoleServer;
import io.holdfast.console.rest.internal.server.ServerSettings;
import io.holdfast.console.rest.internal.server.TestTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The whole interface on a real server, with fakes behind it, and a client to call it. */
final class ServedApi implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    final FakeControl control = new FakeControl();
    final FakeGateway gateway = new FakeGateway();
    final ConsoleServer server;
    final HttpClient client =
            HttpClient.newBuilder().sslContext(TestTls.client()).build();

    ServedApi() {
        this(new ServerSettings(
                "127.0.0.1",
                0,
                new ServerSettings.Limits(
                        200, 100, Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofMillis(300))));
    }

    ServedApi(ServerSettings settings) {
        Api api = new Api(Routes.router(control, gateway), new SessionGate(control.access), new JsonCodec());
        server = ConsoleServer.start(settings, TestTls::server, api);
    }

    URI uri(String path) {
        return URI.create("https://127.0.0.1:" + server.port() + path);
    }

    /** Signs a user in as a program does. */
    String token(String user) {
        return call(
                        null,
                        "POST",
                        "/api/v1/session",
                        "{\"user\":\"" + user + "\",\"password\":\"" + FakeAccess.PASSWORD + "\"}")
                .json()
                .get("token")
                .textValue();
    }

    Answer call(@Nullable String token, String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(client, request.build());
    }

    static Answer send(HttpClient client, HttpRequest request) {
        try {
            return new Answer(client.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
    }

    /** What came back. */
    record Answer(HttpResponse<String> http) {

        int status() {
            return http.statusCode();
        }

        JsonNode json() {
            try {
                return JSON.readTree(http.body());
            } catch (IOException e) {
                throw new IllegalStateException("no JSON: " + http.body(), e);
            }
        }

        String code() {
            return json().path("code").asText();
        }

        String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }
    }
}
