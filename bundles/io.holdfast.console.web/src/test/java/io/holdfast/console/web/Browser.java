package io.holdfast.console.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A headless browser, steered over its debugging port with what the JDK has. One page, one thread. */
final class Browser implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 20_000_000;
    private static final Pattern VALUE = Pattern.compile("\"type\":\"string\",\"value\":\"((?:[^\"\\\\]++|\\\\.)*+)\"");

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final String session;
    private int number;

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /** Starts a browser with a profile of its own in a folder. */
    Browser(Path folder) throws IOException, InterruptedException {
        Path profile = folder.resolve("profile");
        process = new ProcessBuilder(List.of(
                        PROGRAM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--window-size=1280,1000",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("browser.log").toFile())
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        await(
                "the browser opens its debugging port",
                () -> Files.exists(port) && Files.readString(port).lines().count() >= 2);
        List<String> lines = Files.readAllLines(port);
        socket = client.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), new Receiver())
                .join();
        String target = part(send("Target.createTarget", "{\"url\":\"about:blank\"}", ""), "targetId");
        session = part(
                send("Target.attachToTarget", "{\"targetId\":\"" + target + "\",\"flatten\":true}", ""), "sessionId");
    }

    /** Goes to an address, as light or dark as asked. */
    void open(String url, String scheme) throws InterruptedException {
        send(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]}",
                session);
        send("Page.navigate", "{\"url\":\"" + url + "\"}", session);
    }

    /** Shows the page as a medium would: {@code screen} or {@code print}. */
    void show(String medium) throws InterruptedException {
        send("Emulation.setEmulatedMedia", "{\"media\":\"" + medium + "\"}", session);
    }

    /** Makes the window so wide; it stays as high as it is. */
    void widen(int pixels) throws InterruptedException {
        send(
                "Emulation.setDeviceMetricsOverride",
                "{\"width\":" + pixels + ",\"height\":1000,\"deviceScaleFactor\":1,\"mobile\":false}",
                session);
    }

    /** Evaluates an expression and gives its value as text. */
    String evaluate(String expression) throws InterruptedException {
        String answer = send("Runtime.evaluate", "{\"expression\":\"String(" + escape(expression) + ")\"}", session);
        Matcher value = VALUE.matcher(answer);
        if (!value.find()) {
            throw new AssertionError(expression + " has no value: " + answer);
        }
        return value.group(1)
                .replace("\\\"", "\"")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\\\", "\\");
    }

    /** The text of the page as it is seen. */
    String text() throws InterruptedException {
        return evaluate("document.body?.innerText ?? ''").replaceAll("\\s+", " ");
    }

    /** Waits until the page shows a text. */
    void awaitText(String wanted) throws InterruptedException, IOException {
        try {
            await(wanted, () -> text().contains(wanted));
        } catch (AssertionError e) {
            throw new AssertionError("the page never showed '" + wanted + "' but: " + text(), e);
        }
    }

    /** Waits until an expression is true. */
    void awaitTrue(String expression) throws InterruptedException, IOException {
        await(expression, () -> evaluate(expression).equals("true"));
    }

    /** Presses the first button, or opens the first disclosure, of this name below an element. */
    void press(String below, String name) throws InterruptedException {
        String pressed = evaluate("(() => { const found = [...document.querySelectorAll('" + below
                + " :is(button, summary)')]" + ".find((each) => each.textContent === '" + name
                + "' && !each.disabled); found?.click(); return Boolean(found); })()");
        if (!pressed.equals("true")) {
            throw new AssertionError("there is no button '" + name + "' below " + below);
        }
    }

    /** Writes into the field of this label. */
    void type(String label, String value) throws InterruptedException {
        String typed = evaluate(
                "(() => { const found = [...document.querySelectorAll('label')].find((each) => each.textContent === '"
                        + label + "'); if (found) { found.control.value = '" + value
                        + "'; } return Boolean(found); })()");
        if (!typed.equals("true")) {
            throw new AssertionError("there is no field '" + label + "'");
        }
    }

    /** Keeps what the page looks like. */
    void screenshot(Path file) throws IOException, InterruptedException {
        String answer = send("Page.captureScreenshot", "{\"format\":\"png\",\"captureBeyondViewport\":true}", session);
        Files.write(file, Base64.getDecoder().decode(part(answer, "data")));
    }

    private String send(String method, String parameters, String toSession) throws InterruptedException {
        int id = ++number;
        String to = toSession.isEmpty() ? "" : ",\"sessionId\":\"" + toSession + "\"";
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + to + "}", true)
                .join();
        while (true) {
            String message = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("the browser did not answer " + method);
            }
            if (message.startsWith("{\"id\":" + id + ",")) {
                return message;
            }
        }
    }

    private static String part(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new AssertionError("no " + name + " in " + json);
        }
        return found.group(1);
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private final class Receiver implements WebSocket.Listener {

        private final StringBuilder partial = new StringBuilder();

        @Override
        @SuppressWarnings("null") // the JDK interface says nothing about null; it never passes null here
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                messages.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(last);
        }
    }
}
