package io.holdfast.demo.soak;

import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.fault.SmallDisk;
import io.holdfast.harness.stage.Ground;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The disk with all of the appliance's data is full and hangs, and so is and does one that holds the agent's change log alone; the longest step
 * of a transaction is printed for each.
 */
public final class DiskStalls implements SoakRun {

    private static final int DATA_MEBIBYTES = 1_024;
    private static final int LOG_MEBIBYTES = 320;
    private static final Duration FULL = Duration.ofSeconds(20);
    private static final Duration HANGING = Duration.ofSeconds(10);
    private static final Duration BEFORE_GUARD_KILL = Duration.ofSeconds(3);

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        Ground ground = Ground.fresh();
        try (SmallDisk data = SmallDisk.under(Files.createDirectory(ground.data()), DATA_MEBIBYTES);
                Stage stage = Stage.open(
                        ground, RunKind.MACHINE, setting.product(), setting.images(), UnaryOperator.identity())) {
            StallRounds rounds = StallRounds.begin(stage, figures);
            for (int i = 1; i <= setting.count(); i++) {
                playDisk("data", i, data, stage, rounds);
            }
            stage.stopAppliance();
            try (SmallDisk log = SmallDisk.under(stage.machineFolder().resolve("log"), LOG_MEBIBYTES)) {
                stage.restartAppliance();
                for (int i = 1; i <= setting.count(); i++) {
                    playDisk("log", i, log, stage, rounds);
                }
                stage.killAppliance();
            }
        }
    }

    private static void playDisk(String what, int time, SmallDisk disk, Stage stage, StallRounds rounds)
            throws IOException, InterruptedException {
        rounds.play(what + " full " + time, () -> {
            disk.fill();
            Disturbances.last(stage, FULL, disk::empty);
        });
        rounds.play(what + " full, guard killed " + time, () -> {
            disk.fill();
            killGuardSoon(stage);
            Disturbances.last(stage, FULL, disk::empty);
        });
        rounds.play(what + " hung " + time, () -> {
            disk.freeze();
            Disturbances.last(stage, HANGING, disk::thaw);
        });
        rounds.play(what + " hung, guard killed " + time, () -> {
            disk.freeze();
            killGuardSoon(stage);
            Disturbances.last(stage, HANGING, disk::thaw);
        });
    }

    /** Where nothing can be written the guard's place may well stay empty: nobody waits for another one. */
    private static void killGuardSoon(Stage stage) throws IOException, InterruptedException {
        Watch.pause(BEFORE_GUARD_KILL);
        ProcessTools.signal("KILL", stage.guards());
    }
}
