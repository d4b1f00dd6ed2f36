package io.holdfast.harness.appliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client of the REST interface, signed in as an administrator. */
public final class Api {

    private static final Duration REQUEST_MAX = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 100;
    /** What the administrator's password is changed to; the nodes of tests listen on loopback alone. */
    public static final String PASSWORD = "a password for tests 1";

    private final URI base;
    private final HttpClient client;
    private final ObjectMapper json = new ObjectMapper();
    private String token = "";

    private Api(URI base, HttpClient client) {
        this.base = base;
        this.client = client;
    }

    /** Signs in at a node; on its first start with the one-time password, which is changed, and a recovery key is confirmed. */
    public static Api signIn(NodeProcess node) throws IOException, InterruptedException {
        Api api = new Api(node.address(), client(node.settings().data().resolve("identity/authority.pem")));
        String once = node.oneTimePassword();
        if (once == null) {
            api.open(PASSWORD);
        } else {
            api.open(once);
            api.call("PUT", "/session/password", Map.of("present", once, "next", PASSWORD));
            api.open(PASSWORD);
            api.confirmRecoveryKey();
        }
        return api;
    }

    /** Makes a recovery key and types a line of its paper back, without which nothing can be protected; gives its lines. */
    public List<String> confirmRecoveryKey() throws IOException, InterruptedException {
        JsonNode paper = call("POST", "/keys/paper", null);
        List<String> lines = new ArrayList<>();
        paper.path("lines").forEach(line -> lines.add(line.asText()));
        call(
                "POST",
                "/keys/paper/confirm",
                Map.of("line", lines.get(paper.path("lineToConfirm").asInt() - 1)));
        return lines;
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return call("GET", path, null);
    }

    public JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return call("POST", path, body);
    }

    public JsonNode put(String path, Object body) throws IOException, InterruptedException {
        return call("PUT", path, body);
    }

    /** Starts a job and waits until it has succeeded. */
    public JsonNode run(String path, Object body, Duration timeout) throws IOException, InterruptedException {
        return awaitJob(post(path, body).path("id").asText(), timeout);
    }

    /** Waits until a job has succeeded; a failed one is an error with what it says. */
    public JsonNode awaitJob(String id, Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            JsonNode job = get("/jobs/" + id);
            switch (job.path("state").asText()) {
                case "SUCCEEDED" -> {
                    return job;
                }
                case "FAILED", "CANCELLED" -> throw new IllegalStateException("job failed: " + job.toPrettyString());
                default -> pause(deadline, "job is not done: " + job.toPrettyString());
            }
        }
    }

    /** Waits until a machine's protection has reached a phase. */
    public JsonNode awaitPhase(String machine, String phase, Duration timeout)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            JsonNode view = get("/machines/" + machine);
            if (view.path("protection").path("phase").asText().equals(phase)) {
                return view;
            }
            pause(deadline, "machine is not " + phase + ": " + view.toPrettyString());
        }
    }

    /** Waits for something of which the caller knows how to look. */
    public static void await(String what, Duration timeout, BooleanSupplier there) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!there.getAsBoolean()) {
            pause(deadline, what);
        }
    }

    private static void pause(long deadline, String what) throws InterruptedException {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException("waited too long; " + what);
        }
        synchronized (Api.class) {
            Api.class.wait(LOOK_MILLIS);
        }
    }

    private void open(String password) throws IOException, InterruptedException {
        token = "";
        token = call("POST", "/session", Map.of("user", "admin", "password", password))
                .path("token")
                .asText();
    }

    private JsonNode call(String method, String path, @Nullable Object body) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve("/api/v1" + path)).timeout(REQUEST_MAX);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json");
            request.method(method, HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
        }
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        JsonNode answer = response.body().length == 0 ? json.nullNode() : json.readTree(response.body());
        if (response.statusCode() / 100 != 2) {
            throw new ApiException(
                    response.statusCode(),
                    answer.path("code").asText(),
                    answer.path("object").asText() + ": "
                            + answer.path("message").asText());
        }
        return answer;
    }

    private static HttpClient client(Path authority) throws IOException {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return HttpClient.newBuilder()
                    .sslContext(context)
                    .connectTimeout(REQUEST_MAX)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("the authority of the appliance cannot be read", e);
        }
    }
}
