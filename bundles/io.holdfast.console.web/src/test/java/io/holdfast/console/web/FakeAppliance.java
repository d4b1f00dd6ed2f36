package io.holdfast.console.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.console.rest.StaticFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the pages with canned answers of the interface, over plain HTTP on this machine. */
final class FakeAppliance implements AutoCloseable {

    private static final String API = "/api/v1";

    /** That of the real server: a page that needs more than it allows fails here too. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";

    private final WebContent pages = new WebContent();
    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, String> received = new ConcurrentHashMap<>();
    private final List<HttpExchange> streams = new CopyOnWriteArrayList<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    FakeAppliance() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(workers);
        server.createContext("/", this::serve);
        server.start();
    }

    /** Answers a call, method and path below the interface, with a canned file. */
    void answer(String call, String file) throws IOException {
        try (InputStream in = FakeAppliance.class.getResourceAsStream("/appliance/" + file)) {
            answer(call, 200, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Answers a call. */
    void answer(String call, int status, String json) {
        answers.put(call, new Answer(status, json));
    }

    /** Answers as an appliance with four machines in different states and a store that takes no new points. */
    void answerAsBusy() throws IOException {
        answer("GET /session", "session.json");
        answer("GET /machines", "machines.json");
        answer("GET /jobs", "jobs.json");
        answer("GET /agents", "agents.json");
        answer("GET /status", "status.json");
        answer("GET /space", "space.json");
        answer("GET /keys", "keys.json");
    }

    /** What a call is answered. */
    String body(String call) {
        return answers.getOrDefault(call, new Answer(404, "")).json;
    }

    /** One element of a list that is answered; elements stand one after another at the first level of indentation. */
    String answered(String call, int index) {
        return body(call).split("(?m)^ (?=\\{)")[index + 1].replaceAll("(?s),?\\s*(\\]\\s*)?$", "");
    }

    /** The last body of a call with its second proof before it; empty when it was never made. */
    String received(String call) {
        return received.getOrDefault(call, "");
    }

    /** Tells all open pages. */
    void publish(String name, String json) throws IOException {
        for (HttpExchange stream : streams) {
            write(stream.getResponseBody(), "event: " + name + "\ndata: " + json.replace("\n", "") + "\n\n");
        }
    }

    /** Breaks the line to all open pages. */
    void endStreams() {
        streams.forEach(HttpExchange::close);
        streams.clear();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** What a page asked for that is not there. */
    Queue<String> complaints() {
        return complaints;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        exchange.getResponseHeaders().add("Content-Security-Policy", POLICY);
        if (path.equals(API + "/events")) {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            streams.add(exchange);
            write(exchange.getResponseBody(), "retry: 200\nevent: begin\ndata: {}\n\n");
        } else if (path.startsWith(API)) {
            String call = exchange.getRequestMethod() + " " + path.substring(API.length());
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.put(call, exchange.getRequestHeaders().getFirst("X-Holdfast-Proof") + " " + body);
            Answer answer = answers.get(call);
            if (answer == null) {
                complaints.add(call);
                answer = new Answer(404, "{\"code\":\"NOT_FOUND\",\"message\":\"nothing is here\"}");
            }
            send(exchange, answer.status, "application/json", answer.json.getBytes(StandardCharsets.UTF_8));
        } else {
            StaticFile file =
                    pages.find(path.equals("/") ? "/index.html" : path).orElse(null);
            if (file == null) {
                complaints.add(path);
                send(exchange, 404, "text/plain", new byte[0]);
            } else {
                send(exchange, 200, file.contentType(), file.content());
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] content) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", contentType);
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
        exchange.close();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdown();
    }

    private record Answer(int status, String json) {}
}
