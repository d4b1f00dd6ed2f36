package io.holdfast.demo.soak;

import io.holdfast.harness.Commit;
import io.holdfast.harness.DiskContents;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.Verdict;
import io.holdfast.harness.Verifier;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The appliance is killed under a replica in production: while its data is copied into it, and after. */
public final class ReplicaKills implements SoakRun {

    private static final int RATE = 25;
    private static final int UP_MILLIS = 1_500;
    private static final int DOWN_MILLIS = 3_000;
    private static final int BETWEEN = 10;
    private static final int ALONE = 50;
    private static final Duration HYDRATED_MAX = Duration.ofMinutes(3);
    private static final Duration ANSWERING_MAX = Duration.ofSeconds(60);

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        try (Stage stage = Stage.open(RunKind.MACHINE, setting.product(), setting.images())) {
            figures.say("protecting; " + stage.whereabouts());
            Watch.protectWriting(stage);
            Watch.awaitCaughtUp(stage);
            GuestConsole source = stage.guest().console();
            source.stop();
            Watch.awaitCaughtUp(stage);
            stage.destroy();
            Api.await("the guest's console ends", Duration.ofSeconds(10), source::ended);
            Watch.failOver(stage);
            try (GuestConsole replica = Watch.replicaConsole(stage, "FAILOVER")) {
                replica.awaitAnswering(ANSWERING_MAX);
                replica.run(RATE);
                Watch.awaitMore(replica, BETWEEN);
                stage.api().post(Watch.MACHINE_PATH + "/failover/commit", Map.of());
                for (int round = 1; round <= setting.count(); round++) {
                    killOnce(round, stage, replica, setting, figures);
                }
                stage.api().awaitPhase(Stage.MACHINE, "COMMITTED", HYDRATED_MAX);
                figures.say("all data copied into the replica; killing the appliance for good");
                stage.killAppliance();
                Watch.awaitMore(replica, ALONE);
                replica.stop();
                judge(source.commits(), replica, figures);
            }
        }
    }

    private static void killOnce(int round, Stage stage, GuestConsole replica, Setting setting, SoakFigures figures)
            throws IOException, InterruptedException {
        long up = setting.random().nextInt(UP_MILLIS);
        Watch.pause(Duration.ofMillis(up));
        String phase = stage.api()
                .get(Watch.MACHINE_PATH)
                .path("protection")
                .path("phase")
                .asText();
        int before = replica.commits().size();
        stage.killAppliance();
        long down = setting.random().nextInt(DOWN_MILLIS);
        Watch.pause(Duration.ofMillis(down));
        int whileDown = replica.commits().size() - before;
        stage.restartAppliance();
        long tenCommits = Watch.awaitMore(replica, BETWEEN);
        figures.add(figures.row()
                .put("round", round)
                .put("upMillis", up)
                .put("downMillis", down)
                .put("phaseAtKill", phase)
                .put("commitsWhileDown", whileDown)
                .put("tenCommitsMillis", tenCommits));
    }

    /** What both guests had acknowledged must be there, whole. */
    private static void judge(List<Commit> ofSource, GuestConsole replica, SoakFigures figures) throws IOException {
        List<String> errors = replica.kernelErrors();
        figures.claim(errors.isEmpty(), "the replica's kernel said " + errors);
        DiskContents found = Watch.contents(replica);
        List<Commit> all = new ArrayList<>(ofSource);
        all.addAll(replica.commits());
        Verdict verdict = Verifier.judge(found, all, Verifier.EVERYTHING);
        figures.say("checked from inside, without the appliance: " + verdict);
        figures.claim(verdict.complete(), "the replica has not all that was acknowledged: " + verdict);
    }
}
