package io.holdfast.harness.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.DiskContents;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestMonitor;
import io.holdfast.harness.appliance.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What runs and tests look at again and again: the machine as the interface shows it, and the guest's console and monitor. */
public final class Watch {

    public static final String MACHINE_PATH = "/machines/" + Stage.MACHINE;
    public static final Duration JOB_MAX = Duration.ofSeconds(180);

    private static final int RATE = 10;
    private static final int FILLED_MEBIBYTES = 64;
    private static final int BEFORE_PROTECTION = 20;
    private static final int AFTER_PROTECTION = 30;
    private static final Duration COMMITS_MAX = Duration.ofSeconds(90);
    private static final Duration CAUGHT_UP_MAX = Duration.ofSeconds(90);
    private static final Duration VERIFY_MAX = Duration.ofSeconds(90);

    private Watch() {}

    /** Lets the guest write and protects it; returns when it has written on for a while. */
    public static void protectWriting(Stage stage) throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        console.run(RATE);
        console.awaitCommits(BEFORE_PROTECTION, COMMITS_MAX);
        stage.protect();
        awaitMore(console, AFTER_PROTECTION);
    }

    /**
     * Fills a part of the guest's disk with what cannot be compressed, so that a copy of all is told from a delta, and protects it as above.
     *
     * @return what was sent until all was proven, in bytes
     */
    public static long protectFilled(Stage stage) throws IOException, InterruptedException {
        stage.guest().console().bulk(FILLED_MEBIBYTES);
        protectWriting(stage);
        return awaitCaughtUp(stage).path("sentBytes").asLong();
    }

    /** Waits for so many more transactions; returns how long it took in milliseconds. */
    public static long awaitMore(GuestConsole console, int transactions) {
        return console.awaitCommits(console.commits().size() + transactions, COMMITS_MAX)
                .toMillis();
    }

    /**
     * Waits until all that was written when we first look is proven and nothing is copied.
     *
     * @return the machine's status then
     */
    public static JsonNode awaitCaughtUp(Stage stage) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + CAUGHT_UP_MAX.toNanos();
        long goal = Long.MAX_VALUE;
        while (true) {
            JsonNode machine = stage.api().get(MACHINE_PATH);
            JsonNode status = machine.path("replication").path("status");
            boolean whole = machine.path("protection").path("phase").asText().equals("PROTECTED")
                    && machine.path("replication").path("agentHeard").asBoolean()
                    && status.path("state").asText().equals("READY")
                    && !status.hasNonNull("copyKind");
            if (whole && goal == Long.MAX_VALUE) {
                // what the agent reports is a moment old
                goal = Math.max(status.path("givenSequence").asLong(), stage.givenSequence());
            }
            if (whole && status.path("provenSequence").asLong() >= goal) {
                return status;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the stream has not caught up after " + CAUGHT_UP_MAX.toSeconds()
                        + " s: " + machine.toPrettyString());
            }
            pause(Duration.ofMillis(200));
        }
    }

    /** Whether QEMU answers on the harness's own monitor, and with what state. */
    public static String runState(Stage stage) throws IOException {
        try (GuestMonitor monitor = stage.guest().openMonitor()) {
            return monitor.execute("query-status").path("status").asText();
        }
    }

    /** What the guest has asked its two disks to write since it was started, in bytes. */
    public static long guestWrittenBytes(Stage stage) throws IOException {
        try (GuestMonitor monitor = stage.guest().openMonitor()) {
            long bytes = 0;
            for (JsonNode device : monitor.execute("query-blockstats")) {
                bytes += device.path("stats").path("wr_bytes").asLong();
            }
            return bytes;
        }
    }

    /** Connects to the console of the replica for a purpose; close it. */
    public static GuestConsole replicaConsole(Stage stage, String purpose) throws IOException, InterruptedException {
        return GuestConsole.connect(replicaConsoleSocket(stage, purpose), () -> 0);
    }

    /** The socket of that console; it lies in the replica's folder. */
    public static Path replicaConsoleSocket(Stage stage, String purpose) throws IOException, InterruptedException {
        for (JsonNode replica : stage.api().get(MACHINE_PATH).path("replicas")) {
            if (replica.path("purpose").asText().equals(purpose)) {
                return Path.of(replica.path("connections").path("consoleSocket").asText());
            }
        }
        throw new IllegalStateException("the machine shows no replica for " + purpose);
    }

    /**
     * Fails over to the latest write.
     *
     * @return how long it took from the request to the booted replica, in seconds
     */
    public static double failOver(Stage stage) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        stage.api().run(MACHINE_PATH + "/failover", Map.of("point", "latest", "network", "isolated"), JOB_MAX);
        return Math.round((System.nanoTime() - begun) / 1e8) / 10.0;
    }

    public static DiskContents contents(GuestConsole console) throws IOException {
        return console.verify(VERIFY_MAX);
    }

    /** Lets time pass. */
    public static void pause(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        Api.await("time passes", time.plusSeconds(1), () -> System.nanoTime() >= until);
    }
}
