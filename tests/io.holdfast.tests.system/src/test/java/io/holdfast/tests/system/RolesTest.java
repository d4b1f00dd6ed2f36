package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.Commit;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.Verdict;
import io.holdfast.harness.Verifier;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.appliance.ApiException;
import io.holdfast.harness.appliance.NodeProcess;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bundles of the product: all that they declare runs, and each can be taken out and put back while machines are protected. */
class RolesTest {

    private static final int PAUSE_SECONDS = 3;
    private static final int COMMITS_WHILE_AWAY = 20;
    private static final Duration AWAY_MAX = Duration.ofSeconds(30);
    private static final Duration THREADS_END_MAX = Duration.ofSeconds(90);
    private static final String THREADS = "holdfast-";

    @TempDir
    private Path folder;

    @Test
    @Timeout(120)
    void everyComponentOfTheProductRuns() throws Exception {
        try (NodeProcess node =
                NodeProcess.start(Nodes.appliance(folder.resolve("data"))).awaitReady()) {
            Api api = Api.signIn(node);

            assertThat(Bundles.listed(api)).isEqualTo(Bundles.declared());
            assertThat(Bundles.trouble(api.get("/bundles"))).isEmpty();
            assertThat(node.output())
                    .as("lines of the node")
                    .allMatch(line -> line.matches("First start.*|It is shown.*|Holdfast .*"));
        }
    }

    @Test
    @Timeout(120)
    void stopsAndStartsARoleButNotWhatTheInterfaceRestsOn() throws Exception {
        try (NodeProcess node =
                NodeProcess.start(Nodes.appliance(folder.resolve("data"))).awaitReady()) {
            Api api = Api.signIn(node);

            api.post("/bundles/io.holdfast.processserver/stop", Map.of());
            assertThat(Bundles.trouble(api.get("/bundles"))).containsExactly("io.holdfast.processserver is STOPPED");
            api.post("/bundles/io.holdfast.processserver/start", Map.of());
            Bundles.awaitWhole(api);

            for (String name : List.of("configserver", "console.rest", "identity", "catalog.jdbc", "node", "base")) {
                assertThatThrownBy(() -> api.post("/bundles/io.holdfast." + name + "/stop", Map.of()))
                        .as(name)
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.code()).isEqualTo("ILLEGAL_STATE"));
            }
        }
    }

    @Test
    @Timeout(600)
    void restartOfAnyRoleUnderLoadLosesNothing() throws Exception {
        try (Stage stage = Stage.open(RunKind.MACHINE, Nodes.PRODUCT, GuestImages.ofRepository())) {
            GuestConsole console = stage.guest().console();
            Watch.protectWriting(stage);
            Watch.awaitCaughtUp(stage);
            long threads = threads(stage.applianceId());

            for (String bundle : Bundles.restartable(stage.api())) {
                restart(stage, bundle);
            }
            assertThat(inspect(stage).path("running").asBoolean())
                    .as("the machine through the adapter that came back")
                    .isTrue();
            List<Commit> acknowledged = console.commits();
            Watch.awaitCaughtUp(stage);
            Api.await(
                    "threads of Holdfast to become " + threads + " again",
                    THREADS_END_MAX,
                    () -> threads(stage.applianceId()) <= threads);
            stage.destroy();
            Watch.failOver(stage);

            try (GuestConsole replica = Watch.replicaConsole(stage, "FAILOVER")) {
                Verdict verdict = Verifier.judge(Watch.contents(replica), acknowledged, Verifier.EVERYTHING);
                assertThat(verdict.complete()).as(verdict.toString()).isTrue();
            }
        }
    }

    /** Takes a bundle away for some seconds in which the guest goes on, and waits until all is well again. */
    private static void restart(Stage stage, String bundle) throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        long begun = System.nanoTime();
        stage.api().post("/bundles/" + bundle + "/restart", Map.of("pauseSeconds", PAUSE_SECONDS));
        console.awaitCommits(console.commits().size() + COMMITS_WHILE_AWAY, AWAY_MAX);
        Api.await(
                "the pause of " + bundle,
                Duration.ofSeconds(PAUSE_SECONDS + 1),
                () -> System.nanoTime() - begun
                        > Duration.ofSeconds(PAUSE_SECONDS).toNanos());
        Bundles.awaitWhole(stage.api());
        Watch.awaitCaughtUp(stage);
        assertThat(Watch.runState(stage))
                .as("guest after a restart of " + bundle)
                .isEqualTo("running");
        System.out.println(bundle + " away and back, caught up after "
                + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms, threads "
                + threads(stage.applianceId()));
    }

    /** Looks at the machine that is held: only the adapter that holds it can. */
    private static JsonNode inspect(Stage stage) throws IOException, InterruptedException {
        return stage.api()
                .post(
                        "/inspections",
                        Map.of(
                                "agent",
                                stage.api().get("/agents").get(0).path("name").asText(),
                                "address",
                                Map.of(
                                        "adapter",
                                        "kvm",
                                        "properties",
                                        Map.of(
                                                "qmp", stage.guest().monitor().toString(),
                                                "qmpOob",
                                                        stage.guest()
                                                                .outOfBandMonitor()
                                                                .toString()))));
    }

    private static long threads(long process) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(process), "task"))) {
            return tasks.filter(task -> nameOf(task).startsWith(THREADS)).count();
        } catch (IOException e) {
            throw new IllegalStateException("the threads of process " + process + " cannot be listed", e);
        }
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException _) {
            // it has ended meanwhile
            return "";
        }
    }
}
