package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestMonitor;
import io.holdfast.harness.ProcessTools;
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

/** The appliance, all roles in one process, is killed in mid-stream at random moments; in the end source and image are compared. */
public final class ApplianceKills implements SoakRun {

    private static final int BEFORE_KILL_MILLIS = 4_000;
    private static final int DOWN_MILLIS = 6_000;
    private static final int WHILE_DOWN = 10;
    private static final Duration COMPARE_MAX = Duration.ofSeconds(120);

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
            compare(stage, figures);
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

    /** Pauses the guest, waits until all is proven and compares each disk with an export of the latest point. */
    private static void compare(Stage stage, SoakFigures figures) throws IOException, InterruptedException {
        try (GuestMonitor monitor = stage.guest().openMonitor()) {
            monitor.execute("stop");
        }
        Watch.awaitCaughtUp(stage);
        stage.api()
                .run(
                        Watch.MACHINE_PATH + "/test-failover",
                        Map.of("point", "latest", "network", "isolated"),
                        Watch.JOB_MAX);
        Path socket = exportSocket(stage);
        for (int disk = 0; disk < 2; disk++) {
            ProcessTools.Ended ended = ProcessTools.run(
                    COMPARE_MAX,
                    List.of(
                            "qemu-img",
                            "compare",
                            "-U",
                            "-f",
                            "raw",
                            "-F",
                            "raw",
                            stage.guest().disk(disk).toString(),
                            "nbd+unix:///disk" + disk + "?socket=" + socket));
            figures.say("disk" + disk + ": " + ended.output().strip());
            figures.claim(
                    ended.exitCode() == 0,
                    "source and image of disk" + disk + " differ: "
                            + ended.output().strip());
        }
        stage.api().run(Watch.MACHINE_PATH + "/test-failover/clean-up", Map.of(), Watch.JOB_MAX);
    }

    private static Path exportSocket(Stage stage) throws IOException {
        try (Stream<Path> files = Files.list(stage.data().resolve("run"))) {
            return files.filter(file -> file.toString().endsWith(".nbd"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no export is offered"));
        }
    }
}
