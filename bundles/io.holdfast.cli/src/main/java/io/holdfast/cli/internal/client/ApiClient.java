package io.holdfast.cli.internal.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.base.ErrorCode;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Calls one appliance. Every error becomes a {@link CliException} with the server's own words and the exit code that fits its name. */
public final class ApiClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final String API = "/api/v1";

    private final ServerAddress address;
    private final HttpClient http;
    private final Optional<String> token;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * Creates the client; nothing is sent yet.
     *
     * @param address where the appliance is
     * @param tls whom to believe
     * @param token of the session, when there is one
     */
    public ApiClient(ServerAddress address, SSLContext tls, Optional<String> token) {
        this.address = address;
        this.http = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        this.token = token;
    }

    /**
     * Reads something.
     *
     * @param path below {@code /api/v1}, encoded
     * @return the answer
     */
    public JsonNode get(String path) {
        return call("GET", path, BodyPublishers.noBody());
    }

    /**
     * Does something that needs no words.
     *
     * @param method of HTTP
     * @param path below {@code /api/v1}, encoded
     * @return the answer; missing when there is nothing to say
     */
    public JsonNode call(String method, String path) {
        return call(method, path, BodyPublishers.noBody());
    }

    /**
     * Does something.
     *
     * @param method of HTTP
     * @param path below {@code /api/v1}, encoded
     * @param body fields and their values
     * @return the answer; missing when there is nothing to say
     */
    public JsonNode call(String method, String path, Map<String, ?> body) {
        try {
            return call(method, path, BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values can be written as JSON", e);
        }
    }

    /**
     * Opens the stream of events.
     *
     * @return its lines as they come; ends when the server ends it; close it
     */
    public Stream<String> events() {
        HttpRequest request = request("/events").GET().build();
        HttpResponse<Stream<String>> response = send(request, BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            try (Stream<String> lines = response.body()) {
                throw refused(response.statusCode(), String.join("\n", lines.toList()));
            }
        }
        return response.body();
    }

    /**
     * Writes a word so that it can be a part of a path or a query.
     *
     * @param word any text
     * @return encoded
     */
    public static String encode(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Tells which appliance this is.
     *
     * @return where it is
     */
    public ServerAddress address() {
        return address;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private JsonNode call(String method, String path, BodyPublisher body) {
        HttpRequest.Builder request = request(path).method(method, body).timeout(ANSWER);
        if (body.contentLength() > 0) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> response = send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw refused(response.statusCode(), response.body());
        }
        return response.body().isEmpty() ? MissingNode.getInstance() : parse(response.body());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.uri(API + path));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (SSLException e) {
            throw unreachable(
                    "it is not the appliance that is trusted, or not called by a name of its certificate: " + words(e),
                    e);
        } catch (IOException e) {
            throw unreachable("it does not answer: " + words(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted while it was asked", e);
        }
    }

    private CliException unreachable(String found, Exception cause) {
        return new CliException(ExitCode.UNREACHABLE, "NETWORK", address.toString(), address + ": " + found, cause);
    }

    private static String words(Throwable error) {
        Throwable deepest = error;
        for (Throwable next = deepest.getCause(); next != null; next = deepest.getCause()) {
            deepest = next;
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }

    private CliException refused(int status, String body) {
        JsonNode error = parse(body);
        String code = error.path("code").asText("PROTOCOL_ERROR");
        return new CliException(
                exitCode(code, error.path("class").asText()),
                code,
                error.path("object").asText(address.toString()),
                error.path("message").asText(address + ": no valid answer (status " + status + ")"));
    }

    private static ExitCode exitCode(String code, String errorClass) {
        if (code.equals(ErrorCode.NOT_AUTHENTICATED.name())
                || code.equals(ErrorCode.NOT_AUTHORISED.name())
                || code.equals(ErrorCode.PASSWORD_CHANGE_REQUIRED.name())) {
            return ExitCode.NOT_AUTHORISED;
        }
        if (code.equals(ErrorCode.INVALID_ARGUMENT.name())) {
            return ExitCode.USAGE;
        }
        if (code.equals(ErrorCode.TIMEOUT.name())) {
            return ExitCode.TIMEOUT;
        }
        return errorClass.equals("REFUSED") ? ExitCode.REFUSED : ExitCode.FAILED;
    }

    private JsonNode parse(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "PROTOCOL_ERROR",
                    address.toString(),
                    address + ": it answered, but not as a Holdfast appliance does; expected JSON",
                    e);
        }
    }
}
