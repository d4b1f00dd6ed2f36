package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * An appliance made of the committed OpenAPI document: it answers each documented call with the document's example, unless a test says
 * otherwise, and complains about everything that is not documented.
 */
final class DocumentedAppliance implements AutoCloseable {

    static final String TOKEN = "q3v8Yb0Jr1kW5nZt7xCm2A";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DOCUMENT = Path.of(
            System.getProperty("holdfast.root"), "bundles/io.holdfast.console.rest/src/main/resources/openapi.json");

    private final JsonNode document;
    private final HttpsServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Deque<Answer>> planned = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    DocumentedAppliance(SSLContext tls, int port) throws IOException {
        document = JSON.readTree(Files.readAllBytes(DOCUMENT));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(workers);
        server.createContext("/", this::serve);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "https://127.0.0.1:" + port();
    }

    /** Answers the next call of an operation so; the last plan stays. */
    void plan(String operation, int status, String json) {
        planned.computeIfAbsent(operation, _ -> new ArrayDeque<>()).add(new Answer(status, json));
    }

    /** Refuses the next call of an operation. */
    void refuse(String operation, int status, String code, String errorClass) {
        plan(
                operation,
                status,
                "{\"code\":\"" + code
                        + "\",\"object\":\"thing\",\"message\":\"thing: found this; expected that\",\"class\":\""
                        + errorClass + "\"}");
    }

    /** The example of a schema, changed in some fields. */
    String example(String schema, Map<String, Object> changes) {
        ObjectNode example =
                document.at("/components/schemas/" + schema + "/example").deepCopy();
        changes.forEach((name, value) -> example.set(name, JSON.valueToTree(value)));
        return example.toString();
    }

    /** Goes back to the document's examples. */
    void forget() {
        planned.clear();
        calls.clear();
        complaints.clear();
    }

    /** What was called: operation, query and body. */
    List<String> calls() {
        return calls;
    }

    /** What was called that is not documented. */
    Queue<String> complaints() {
        return complaints;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod().toLowerCase(Locale.ROOT);
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getRawQuery() == null
                ? ""
                : exchange.getRequestURI().getRawQuery();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonNode operation = operation(method, path);
        if (operation.isMissingNode()) {
            complaints.add(method + " " + path + " is not documented");
            send(
                    exchange,
                    new Answer(
                            404,
                            "{\"code\":\"NOT_FOUND\",\"object\":\"x\",\"message\":\"x: nothing\",\"class\":\"REFUSED\"}"));
            return;
        }
        String name = operation.get("operationId").textValue();
        calls.add((name + " " + query + " " + body).strip().replaceAll(" +", " "));
        checkRequest(operation, query, body);
        boolean open = operation.get("security").isEmpty();
        if (!open && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            send(
                    exchange,
                    new Answer(
                            401,
                            "{\"code\":\"NOT_AUTHENTICATED\",\"object\":\"session\",\"message\":\"session: it has ended\",\"class\":\"REFUSED\"}"));
            return;
        }
        Deque<Answer> answers = planned.getOrDefault(name, new ArrayDeque<>());
        synchronized (answers) {
            send(
                    exchange,
                    answers.isEmpty() ? documented(operation) : answers.size() > 1 ? answers.remove() : answers.peek());
        }
    }

    private JsonNode operation(String method, String path) {
        for (Map.Entry<String, JsonNode> template : document.get("paths").properties()) {
            if (path.matches(template.getKey().replaceAll("\\{[^}]*}", "[^/]+"))) {
                return template.getValue().path(method);
            }
        }
        return document.path("no such path");
    }

    private Answer documented(JsonNode operation) {
        Map.Entry<String, JsonNode> success =
                operation.get("responses").properties().iterator().next();
        JsonNode schema = success.getValue().at("/content/application~1json/schema");
        boolean list = schema.path("type").asText().equals("array");
        JsonNode named = list ? schema.get("items") : schema;
        if (!named.has("$ref")) {
            return new Answer(Integer.parseInt(success.getKey()), "");
        }
        String example = document.at(named.get("$ref").textValue().substring(1) + "/example")
                .toString();
        return new Answer(Integer.parseInt(success.getKey()), list ? "[" + example + "]" : example);
    }

    private void checkRequest(JsonNode operation, String query, String body) throws IOException {
        String name = operation.get("operationId").textValue();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
            boolean known = false;
            for (JsonNode parameter : operation.path("parameters")) {
                known |= parameter.path("in").asText().equals("query")
                        && parameter.path("name").asText().equals(pair.split("=")[0]);
            }
            if (!known) {
                complaints.add(name + ": query parameter " + pair + " is not documented");
            }
        }
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        if (schema.isMissingNode()) {
            if (!body.isEmpty()) {
                complaints.add(name + ": a body is not documented");
            }
            return;
        }
        JsonNode fields = document.at(schema.get("$ref").textValue().substring(1));
        Set<String> given = new TreeSet<>();
        JSON.readTree(body).fieldNames().forEachRemaining(given::add);
        for (JsonNode required : fields.path("required")) {
            if (!given.contains(required.textValue())) {
                complaints.add(name + ": lacks " + required.textValue());
            }
        }
        given.stream()
                .filter(field -> !fields.path("properties").has(field))
                .forEach(field -> complaints.add(name + ": field " + field + " is not documented"));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] content = answer.json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdown();
    }

    private record Answer(int status, String json) {}
}
