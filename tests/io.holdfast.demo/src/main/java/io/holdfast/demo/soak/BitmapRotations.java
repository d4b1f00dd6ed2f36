package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.MonitorRelay.Step;
import io.holdfast.harness.stage.Comparison;
import io.holdfast.harness.stage.RotationKills;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;

/** Appliance and guard are killed at each step of a bitmap rotation, with an I/O thread under load; source and image are compared each time. */
public final class BitmapRotations implements SoakRun {

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        try (RotationKills kills = RotationKills.open(setting.product(), setting.images())) {
            figures.say("protected; " + kills.stage().whereabouts());
            for (int round = 1; round <= setting.count(); round++) {
                killOnce(round, kills, figures);
            }
        }
    }

    private static void killOnce(int round, RotationKills kills, SoakFigures figures)
            throws IOException, InterruptedException {
        Step step = Step.values()[(round - 1) % Step.values().length];
        long written = Watch.guestWrittenBytes(kills.stage());
        kills.killAt(step);
        JsonNode status = kills.recover();
        Delta delta = Delta.of(status, Watch.guestWrittenBytes(kills.stage()) - written);
        figures.add(figures.row()
                .put("step", step.name())
                .put("writtenBytes", delta.writtenBytes())
                .put("sentBytes", delta.sentBytes())
                .put("epoch", status.path("epoch").asLong()));
        for (Comparison disk : Comparison.ofPausedGuest(kills.stage())) {
            figures.claim(
                    disk.identical(),
                    "round " + round + ", " + step + ": source and image of disk" + disk.disk() + " differ: "
                            + disk.words());
        }
    }
}
