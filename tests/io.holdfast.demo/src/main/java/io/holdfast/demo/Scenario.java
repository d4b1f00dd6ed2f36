package io.holdfast.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.Commit;
import io.holdfast.harness.DemoFigures;
import io.holdfast.harness.DiskContents;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.Verdict;
import io.holdfast.harness.Verifier;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One run: protect, let it write, destroy, bring back from two earlier points and from the latest. */
final class Scenario {

    private static final int TRANSACTIONS_PER_SECOND = 25;
    private static final int BEFORE_PROTECTION = 20;
    private static final int FIRST_STRETCH = 70;
    private static final int SECOND_STRETCH = 70;
    private static final int LAST_STRETCH = 70;
    private static final Duration COMMITS_MAX = Duration.ofSeconds(120);
    private static final Duration FAILOVER_MAX = Duration.ofSeconds(120);
    private static final Duration VERIFY_MAX = Duration.ofSeconds(60);
    private static final String MACHINE_PATH = "/machines/" + Stage.MACHINE;

    /** A point as the interface tells it. */
    private record Point(String position, long sequence, long utcMillis) {
        static Point of(JsonNode node) {
            String position = node.path("position").asText();
            return new Point(
                    position,
                    Long.parseLong(position.substring(position.indexOf(':') + 1)),
                    node.path("utcMillis").asLong());
        }
    }

    /** What is known when the machine is gone. */
    private record Destroyed(long atUtcMillis, long shownRpoMillis, List<Commit> commits, JsonNode status) {}

    private final RunKind kind;
    private final Stage stage;
    private final DemoFigures figures;

    Scenario(RunKind kind, Stage stage, DemoFigures figures) {
        this.kind = kind;
        this.stage = stage;
        this.figures = figures;
    }

    /** Plays the run to its end; the replica of the latest point is in production then. */
    void play() throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        console.run(TRANSACTIONS_PER_SECOND);
        console.awaitCommits(BEFORE_PROTECTION, COMMITS_MAX);
        say("protecting the machine while it writes");
        stage.protect();
        say("protected; writing on");
        awaitMore(console, FIRST_STRETCH);
        Point first = Point.of(stage.api().get(MACHINE_PATH + "/points/latest"));
        awaitMore(console, SECOND_STRETCH);
        Point second = Point.of(stage.api().get(MACHINE_PATH + "/points/latest"));
        awaitMore(console, LAST_STRETCH);
        Destroyed destroyed = destroy(console);

        tryEarlier("earlier", first, destroyed);
        tryEarlier("less early", second, destroyed);
        failOver(destroyed);
    }

    private static void awaitMore(GuestConsole console, int transactions) {
        console.awaitCommits(console.commits().size() + transactions, COMMITS_MAX);
    }

    private Destroyed destroy(GuestConsole console) throws IOException, InterruptedException {
        JsonNode replication = stage.api().get(MACHINE_PATH).path("replication");
        long shownRpo = replication.path("rpoMillis").asLong();
        say(kind == RunKind.MACHINE ? "killing QEMU" : "killing QEMU, agent and guard in one instant");
        long at = stage.destroy();
        Api.await("the guest's console ends", Duration.ofSeconds(60), console::ended);
        List<Commit> commits = console.commits();
        say("gone after " + commits.size() + " acknowledged transactions; the RPO shown just before was " + shownRpo
                + " ms");
        return new Destroyed(at, shownRpo, commits, replication.path("status"));
    }

    private void tryEarlier(String name, Point point, Destroyed destroyed) throws IOException, InterruptedException {
        say("test failover to " + point.position());
        long begun = System.nanoTime();
        stage.api()
                .run(
                        MACHINE_PATH + "/test-failover",
                        Map.of("point", point.position(), "network", "isolated"),
                        FAILOVER_MAX);
        double seconds = secondsSince(begun);
        DiskContents found = contentsOf("TEST");
        record(name, Verifier.judge(found, destroyed.commits(), point.sequence()), 0, seconds, destroyed);
        stage.api().run(MACHINE_PATH + "/test-failover/clean-up", Map.of(), FAILOVER_MAX);
    }

    private void failOver(Destroyed destroyed) throws IOException, InterruptedException {
        say("failover to the latest write");
        long begun = System.nanoTime();
        stage.api().run(MACHINE_PATH + "/failover", Map.of("point", "latest", "network", "isolated"), FAILOVER_MAX);
        double seconds = secondsSince(begun);
        JsonNode machine = stage.api().get(MACHINE_PATH);
        Point point = Point.of(stage.api()
                .get(MACHINE_PATH + "/points/"
                        + machine.path("failover").path("point").asText()));
        long rpoMillis = Math.max(0, destroyed.atUtcMillis() - point.utcMillis());
        DiskContents found = contentsOf("FAILOVER");
        Verdict verdict = kind == RunKind.SITE
                ? Verifier.judgeAll(found, destroyed.commits(), point.sequence())
                : Verifier.judge(found, destroyed.commits(), point.sequence());
        record("latest", verdict, rpoMillis, seconds, destroyed);
        say("committing");
        stage.api().run(MACHINE_PATH + "/failover/commit", Map.of(), FAILOVER_MAX);
    }

    private void record(String name, Verdict verdict, long rpoMillis, double rtoSeconds, Destroyed destroyed)
            throws IOException {
        figures.add(
                name,
                DemoFigures.Point.of(
                        kind.word(),
                        verdict,
                        new DemoFigures.Measured(
                                rpoMillis,
                                rtoSeconds,
                                destroyed.status().path("writtenBytes").asLong(),
                                destroyed.status().path("sentBytes").asLong(),
                                stage.storedBytes())));
        say(name + ": booted after " + Math.round(rtoSeconds * 10) / 10.0 + " s, checked from inside: " + verdict);
    }

    /** Asks the replica's guest what its disks hold. */
    private DiskContents contentsOf(String purpose) throws IOException, InterruptedException {
        for (JsonNode replica : stage.api().get(MACHINE_PATH).path("replicas")) {
            if (replica.path("purpose").asText().equals(purpose)) {
                Path socket = Path.of(
                        replica.path("connections").path("consoleSocket").asText());
                try (GuestConsole console = GuestConsole.connect(socket, () -> 0)) {
                    return console.verify(VERIFY_MAX);
                }
            }
        }
        throw new IllegalStateException("the machine shows no replica for " + purpose);
    }

    private void say(String text) {
        System.out.println("[" + kind.word() + "] " + text);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
