package io.holdfast.demo.soak;

import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import java.io.IOException;
import java.time.Duration;

/** The appliance is stopped, killed and starved, and its guard killed; the longest step of a transaction is printed for each. */
public final class Stalls implements SoakRun {

    private static final double STARVED_SHARE = 0.01;
    private static final Duration STALL = Duration.ofSeconds(8);
    private static final Duration STARVE = Duration.ofSeconds(15);

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        try (Stage stage = Stage.open(RunKind.MACHINE, setting.product(), setting.images())) {
            StallRounds rounds = StallRounds.begin(stage, figures);
            for (int i = 1; i <= setting.count(); i++) {
                rounds.play("stopped " + i, () -> stop(stage));
            }
            rounds.play("killed", stage::killAppliance, stage::restartAppliance);
            rounds.play("starved", () -> starve(stage));
            rounds.play("guard killed", () -> Disturbances.killGuard(stage));
            rounds.play("guard killed, then stopped", () -> {
                Disturbances.killGuard(stage);
                stop(stage);
            });
            rounds.play("guard and appliance killed", () -> killBoth(stage), stage::restartAppliance);
        }
    }

    private static void stop(Stage stage) throws IOException, InterruptedException {
        ProcessTools.signal("STOP", stage.applianceId());
        Disturbances.last(stage, STALL, () -> ProcessTools.signal("CONT", stage.applianceId()));
    }

    private static void starve(Stage stage) throws IOException, InterruptedException {
        ProcessTools.Starved starved = ProcessTools.starve(stage.applianceId(), STARVED_SHARE);
        Disturbances.last(stage, STARVE, starved::close);
    }

    private static void killBoth(Stage stage) throws IOException, InterruptedException {
        ProcessTools.signal("KILL", stage.guards());
        stage.killAppliance();
    }
}
