package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.Commit;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.Verdict;
import io.holdfast.harness.Verifier;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** QEMU, agent and guard are killed in one instant; the latest write is brought back and checked from inside. */
public final class SiteKills implements SoakRun {

    private static final long RPO_MILLIS_MAX = 1_000;
    private static final int RANDOM_MILLIS = 3_000;

    /** What was shown and when it ended. */
    private record Kill(long shownRpoMillis, long askedNanos, long killedNanos, long killedUtcMillis) {}

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        long worst = 0;
        for (int round = 1; round <= setting.count(); round++) {
            try (Stage stage = Stage.open(RunKind.SITE, setting.product(), setting.images())) {
                figures.say("round " + round + ": " + stage.whereabouts());
                worst = Math.max(worst, once(round, stage, setting, figures));
            }
        }
        figures.say("worst RPO " + worst + " ms");
    }

    private static long once(int round, Stage stage, Setting setting, SoakFigures figures)
            throws IOException, InterruptedException {
        Watch.protectWriting(stage);
        Watch.pause(Duration.ofMillis(setting.random().nextInt(RANDOM_MILLIS)));
        GuestConsole console = stage.guest().console();
        long asked = System.nanoTime();
        long shown = stage.api()
                .get(Watch.MACHINE_PATH)
                .path("replication")
                .path("rpoMillis")
                .asLong();
        long killedUtc = stage.destroy();
        Kill kill = new Kill(shown, asked, System.nanoTime(), killedUtc);
        Api.await("the guest's console ends", Duration.ofSeconds(60), console::ended);
        List<Commit> commits = console.commits();

        double rtoSeconds = Watch.failOver(stage);
        JsonNode point = recoveredPoint(stage);
        Verdict verdict;
        try (GuestConsole replica = Watch.replicaConsole(stage, "FAILOVER")) {
            verdict = Verifier.judgeAll(Watch.contents(replica), commits, sequenceOf(point));
        }
        long rpo = // from the last write in the point to the kill
                Math.max(0, kill.killedUtcMillis() - point.path("utcMillis").asLong());
        long oldestLost = oldestLostMillis(verdict, commits, kill);
        long allowed = kill.shownRpoMillis() + (kill.killedNanos() - kill.askedNanos()) / 1_000_000;
        figures.add(figures.row()
                .put("round", round)
                .put("acknowledged", verdict.acknowledged().size())
                .put("recovered", verdict.recovered().size())
                .put("lost", verdict.lost().size())
                .put("torn", verdict.torn().size())
                .put("oldestLostMillis", oldestLost)
                .put("shownRpoMillis", kill.shownRpoMillis())
                .put("allowedMillis", allowed)
                .put("rpoMillis", rpo)
                .put("rtoSeconds", rtoSeconds));
        figures.claim(verdict.consistent(), "round " + round + ": " + verdict);
        figures.claim(
                oldestLost <= allowed,
                "round " + round + ": a transaction was lost that was " + oldestLost + " ms old; " + allowed
                        + " ms were shown");
        figures.claim(rpo <= RPO_MILLIS_MAX, "round " + round + ": RPO " + rpo + " ms");
        return rpo;
    }

    private static JsonNode recoveredPoint(Stage stage) throws IOException, InterruptedException {
        String position = stage.api()
                .get(Watch.MACHINE_PATH)
                .path("failover")
                .path("point")
                .asText();
        return stage.api().get(Watch.MACHINE_PATH + "/points/" + position);
    }

    private static long sequenceOf(JsonNode point) {
        String position = point.path("position").asText();
        return Long.parseLong(position.substring(position.indexOf(':') + 1));
    }

    /** How long before the kill the oldest transaction was read that is lost; 0 when none is. */
    private static long oldestLostMillis(Verdict verdict, List<Commit> commits, Kill kill) {
        return commits.stream()
                .filter(commit -> verdict.lost().contains(commit.number()))
                .min(Comparator.comparingLong(Commit::atNanos))
                .map(commit -> Math.max(0, (kill.killedNanos() - commit.atNanos()) / 1_000_000))
                .orElse(0L);
    }
}
