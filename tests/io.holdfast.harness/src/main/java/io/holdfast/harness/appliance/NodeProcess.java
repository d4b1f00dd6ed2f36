package io.holdfast.harness.appliance;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One Holdfast node as a process of its own, started with the product's own start script. */
public final class NodeProcess implements AutoCloseable {

    private static final Pattern PASSWORD = Pattern.compile("[Pp]assword[^:]*: +(\\S+)");
    private static final Pattern READY = Pattern.compile("is ready after ([0-9.]+) s");
    private static final Duration READY_MAX = Duration.ofSeconds(180);
    private static final Duration STOP_MAX = Duration.ofSeconds(12);

    /** How a node is started. */
    public record Settings(Path product, Path data, String roles, Ports ports, List<String> more, Host host) {

        public Settings {
            more = List.copyOf(more);
        }

        /** The usual: on this host's loopback. */
        public Settings(Path product, Path data, String roles, Ports ports, List<String> more) {
            this(product, data, roles, ports, more, Host.LOOPBACK);
        }

        /** The same with other further options. */
        public Settings withMore(List<String> other) {
            return new Settings(product, data, roles, ports, other, host);
        }
    }

    /**
     * The place of a node in the network.
     *
     * @param launcher the beginning of its command line, which puts the process there; it becomes the node's own process
     * @param bind the address to listen on
     * @param address by which others reach it, a name or a number
     */
    public record Host(List<String> launcher, String bind, String address) {

        /** Reached from this host alone. */
        public static final Host LOOPBACK = new Host(List.of(), "127.0.0.1", "localhost");

        public Host {
            launcher = List.copyOf(launcher);
        }
    }

    /** Where a node listens. */
    public record Ports(int console, int processServer, int masterTarget) {}

    private final Settings settings;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch readyOrEnded = new CountDownLatch(1);
    private volatile @Nullable String password;
    private volatile double readySeconds = Double.NaN;

    private NodeProcess(Settings settings, Process process) {
        this.settings = settings;
        this.process = process;
    }

    /** Starts a node; see {@link #awaitReady}. */
    public static NodeProcess start(Settings settings) throws IOException {
        List<String> command = new ArrayList<>(settings.host().launcher());
        command.addAll(List.of(
                settings.product().resolve("bin/holdfast-node").toString(),
                "--data",
                settings.data().toString(),
                "--roles",
                settings.roles(),
                "--bind",
                settings.host().bind(),
                "--port",
                Integer.toString(settings.ports().console()),
                "--process-server-port",
                Integer.toString(settings.ports().processServer()),
                "--master-target-port",
                Integer.toString(settings.ports().masterTarget())));
        command.addAll(settings.more());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOLDFAST_JAVA", System.getProperty("java.home"));
        NodeProcess node = new NodeProcess(settings, builder.start());
        Thread reader = new Thread(node::read, "node-output-" + node.process.pid());
        reader.setDaemon(true);
        reader.start();
        return node;
    }

    /** Waits until every component runs, or says what the node said instead. */
    public NodeProcess awaitReady() throws InterruptedException {
        if (!readyOrEnded.await(READY_MAX.toSeconds(), TimeUnit.SECONDS) || Double.isNaN(readySeconds)) {
            throw new IllegalStateException("node on " + settings.data() + " is not ready after "
                    + READY_MAX.toSeconds() + " s; it said:\n" + String.join("\n", output()));
        }
        return this;
    }

    /** The seconds from the start of its process until it was ready, as it says itself. */
    public double readySeconds() {
        return readySeconds;
    }

    /** The one-time password that the first start printed, or null. */
    public @Nullable String oneTimePassword() {
        return password;
    }

    /** What it has printed so far. */
    public List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The address of its console and interface. */
    public URI address() {
        return URI.create(
                "https://" + settings.host().address() + ":" + settings.ports().console());
    }

    public Settings settings() {
        return settings;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it as a loss of power would: SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Ends it as an administrator would: SIGTERM. Returns its exit status. */
    public int stop() throws InterruptedException {
        process.destroy();
        return awaitEnd(STOP_MAX);
    }

    /** Waits for a node that ends by itself; returns its exit status. */
    public int awaitEnd() throws InterruptedException {
        return awaitEnd(READY_MAX);
    }

    private int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            throw new IllegalStateException(
                    "node " + process.pid() + " did not end within " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            take("(output ended: " + e.getMessage() + ")");
        } finally {
            readyOrEnded.countDown();
        }
    }

    private void take(String line) {
        synchronized (lines) {
            lines.add(line);
        }
        Matcher secret = PASSWORD.matcher(line);
        if (secret.find()) {
            password = secret.group(1);
        }
        Matcher ready = READY.matcher(line);
        if (ready.find()) {
            readySeconds = Double.parseDouble(ready.group(1));
            readyOrEnded.countDown();
        }
    }
}
