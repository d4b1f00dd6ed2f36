package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.stage.Comparison;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.time.Duration;

/** The appliance, all roles in one process, is killed in mid-stream at random moments; in the end source and image are compared. */
public final class ApplianceKills implements SoakRun {

    private static final int BEFORE_KILL_MILLIS = 4_000;
    private static final int DOWN_MILLIS = 6_000;
    private static final int WHILE_DOWN = 10;

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        try (Stage stage = Stage.open(RunKind.MACHINE, setting.product(), setting.images())) {
            figures.say("protecting; " + stage.whereabouts());
            long whole = Watch.protectFilled(stage);
            figures.say("sent for the whole machine: " + whole + " bytes");
            for (int round = 1; round <= setting.count(); round++) {
                killOnce(round, whole, stage, setting, figures);
            }
            stage.guest().console().stop();
            for (Comparison disk : Comparison.ofPausedGuest(stage)) {
                figures.say("disk" + disk.disk() + ": " + disk.words());
                figures.claim(disk.identical(), "source and image of disk" + disk.disk() + " differ: " + disk.words());
            }
        }
    }

    private static void killOnce(int round, long whole, Stage stage, Setting setting, SoakFigures figures)
            throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        long before = setting.random().nextInt(BEFORE_KILL_MILLIS);
        long written = Watch.guestWrittenBytes(stage);
        Watch.pause(Duration.ofMillis(before));
        stage.killAppliance();
        long pauseMillis = Watch.awaitMore(console, WHILE_DOWN);
        Watch.pause(Duration.ofMillis(setting.random().nextInt(DOWN_MILLIS)));
        stage.restartAppliance();
        JsonNode status = Watch.awaitCaughtUp(stage);
        Delta delta = Delta.of(status, Watch.guestWrittenBytes(stage) - written);
        figures.add(figures.row()
                .put("round", round)
                .put("afterMillis", before)
                .put("tenCommitsMillis", pauseMillis)
                .put("writtenBytes", delta.writtenBytes())
                .put("sentBytes", delta.sentBytes())
                .put("epoch", status.path("epoch").asLong()));
        figures.claim(delta.isDelta(whole), "round " + round + ": more than the delta was sent: " + delta);
        figures.claim(
                Watch.runState(stage).equals("running"), "round " + round + ": the guest is " + Watch.runState(stage));
    }
}
