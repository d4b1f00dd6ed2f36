package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.GuestMonitor;
import io.holdfast.harness.SocketRelay;
import io.holdfast.harness.Waiting;
import io.holdfast.harness.stage.Comparison;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The mirror of one of two disks breaks, and nobody but QEMU knows at first. */
@Timeout(400)
class MirrorBrokenTest {

    private static final Duration BROKEN = Duration.ofSeconds(4);
    private static final Duration NOTICED_MAX = Duration.ofSeconds(15);
    private static final int TRANSACTIONS = 20;

    /** Breaks the mirror of the second disk. */
    private interface Break {
        void now() throws IOException;
    }

    @Test
    void noLaterPointIsListedUntilBothMirrorsAreWholeAgain() throws Exception {
        try (Stage stage = Stage.open(RunKind.MACHINE, Nodes.PRODUCT, GuestImages.ofRepository())) {
            Watch.protectWriting(stage);
            Watch.awaitCaughtUp(stage);
            try (SocketRelay relay = SocketRelay.inFrontOf(stage.machineFolder().resolve("capture.sock"))) {
                try (GuestMonitor monitor = stage.guest().openMonitor()) {
                    expectHeldBack(stage, monitor, relay, () -> cancelSecond(monitor));
                    expectHeldBack(
                            stage,
                            monitor,
                            relay,
                            () -> assertThat(relay.endTowardsClient("-disk1")).isEqualTo(1));
                }
                assertThat(Comparison.ofPausedGuest(stage)).allMatch(Comparison::identical);
            }
        }
    }

    private static void expectHeldBack(Stage stage, GuestMonitor monitor, SocketRelay relay, Break breaking)
            throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        assertThat(mirrors(monitor)).hasSize(2);
        relay.refuse(true);
        breaking.now();
        Waiting.until(
                "QEMU has ended the second mirror",
                NOTICED_MAX,
                () -> mirrors(monitor).stream().noneMatch(job -> job.endsWith("-1")));
        long broken = stage.givenSequence();

        int commits = console.commits().size();
        long until = System.nanoTime() + BROKEN.toNanos();
        while (System.nanoTime() < until) {
            assertThat(listed(stage)).as("points while a mirror is broken").allMatch(sequence -> sequence <= broken);
            Watch.pause(Duration.ofMillis(100));
        }
        assertThat(console.commits()).as("commits of the guest meanwhile").hasSizeGreaterThan(commits);
        assertThat(mirrors(monitor)).as("mirrors, the other disk's among them").isEmpty();

        long before = status(stage.api().get(Watch.MACHINE_PATH))
                .path("givenSequence")
                .asLong();
        relay.refuse(false);
        Watch.awaitMore(console, TRANSACTIONS);
        Watch.awaitCaughtUp(stage);
        assertThat(mirrors(monitor)).hasSize(2);
        assertThat(listed(stage))
                .as("points after both are whole: none of the stretch between")
                .anyMatch(sequence -> sequence > before)
                .noneMatch(sequence -> sequence > broken && sequence <= before);
    }

    /** What an operator could do who takes the job for a forgotten one. */
    private static void cancelSecond(GuestMonitor monitor) throws IOException {
        String second = mirrors(monitor).stream()
                .filter(job -> job.endsWith("-1"))
                .findFirst()
                .orElseThrow();
        monitor.execute(
                "block-job-cancel",
                GuestMonitor.arguments().put("device", second).put("force", true));
    }

    private static List<String> mirrors(GuestMonitor monitor) throws IOException {
        List<String> jobs = new ArrayList<>();
        for (JsonNode job : monitor.execute("query-block-jobs")) {
            jobs.add(job.path("device").asText());
        }
        return jobs;
    }

    /** Everything that the interface calls a point. */
    private static List<Long> listed(Stage stage) throws IOException, InterruptedException {
        List<Long> sequences = new ArrayList<>();
        for (JsonNode point : stage.api().get(Watch.MACHINE_PATH + "/points?limit=1000")) {
            sequences.add(sequence(point));
        }
        JsonNode machine = stage.api().get(Watch.MACHINE_PATH);
        sequences.add(sequence(machine.path("latestPoint")));
        sequences.add(status(machine).path("provenSequence").asLong());
        return sequences;
    }

    private static long sequence(JsonNode point) {
        String position = point.path("position").asText();
        return Long.parseLong(position.substring(position.indexOf(':') + 1));
    }

    private static JsonNode status(JsonNode machine) {
        return machine.path("replication").path("status");
    }
}
