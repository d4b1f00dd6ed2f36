package io.holdfast.demo.soak;

import io.holdfast.harness.Commit;
import io.holdfast.harness.DiskContents;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestMonitor;
import io.holdfast.harness.OfflineChecks;
import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.Verdict;
import io.holdfast.harness.Verifier;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The appliance is killed under a replica in production: while its data is copied into it, and after. In the end the replica's images are
 * opened alone and compared with the source's disks.
 */
public final class ReplicaKills implements SoakRun {

    private static final int RATE = 25;
    private static final int UP_MILLIS = 1_500;
    private static final int DOWN_MILLIS = 3_000;
    private static final int BETWEEN = 10;
    private static final int ALONE = 50;
    private static final int DISKS = 2;
    private static final Duration QUIT_MAX = Duration.ofSeconds(30);
    private static final Duration HYDRATED_MAX = Duration.ofMinutes(3);
    private static final Duration ANSWERING_MAX = Duration.ofSeconds(60);

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        try (Stage stage = Stage.open(RunKind.MACHINE, setting.product(), setting.images())) {
            figures.say("protecting; " + stage.whereabouts());
            Watch.protectFilled(stage);
            List<Commit> ofSource = destroySource(stage);
            Watch.failOver(stage);
            try (GuestConsole replica = Watch.replicaConsole(stage, "FAILOVER")) {
                playReplica(ofSource, replica, stage, setting, figures);
            }
            figures.sumUp("Holdfast killed by SIGKILL " + setting.count()
                    + " times under a replica that runs in production: no I/O error inside it, no acknowledged write of it lost, hydration ends,"
                    + " equal image");
        }
    }

    /** Ends the source once all that its disks hold is in the latest point, so that they can be compared with what comes of it. */
    private static List<Commit> destroySource(Stage stage) throws IOException, InterruptedException {
        GuestConsole source = stage.guest().console();
        source.stop();
        try (GuestMonitor monitor = stage.guest().openMonitor()) {
            monitor.execute("stop");
        }
        Watch.awaitCaughtUp(stage);
        stage.destroy();
        Api.await("the guest's console ends", Duration.ofSeconds(60), source::ended);
        return source.commits();
    }

    private static void playReplica(
            List<Commit> ofSource, GuestConsole replica, Stage stage, Setting setting, SoakFigures figures)
            throws IOException, InterruptedException {
        replica.awaitAnswering(ANSWERING_MAX);
        // a kernel on a busy host may complain of a timer when it starts
        List<String> errorsOfBoot = replica.kernelErrors();
        replica.run(RATE);
        Watch.awaitMore(replica, BETWEEN);
        Path folder = Watch.replicaConsoleSocket(stage, "FAILOVER").getParent();
        List<ReplicaImage> images = watchImages(folder);
        stage.api().post(Watch.MACHINE_PATH + "/failover/commit", Map.of());
        for (int round = 1; round <= setting.count(); round++) {
            killOnce(round, stage, replica, setting, figures);
        }
        stage.api().awaitPhase(Stage.MACHINE, "COMMITTED", HYDRATED_MAX);
        figures.say("all data copied into the replica; killing the appliance for good");
        stage.killAppliance();
        Watch.awaitMore(replica, ALONE);
        replica.stop();
        List<String> errors = new ArrayList<>(replica.kernelErrors());
        errors.removeAll(errorsOfBoot);
        figures.claim(errors.isEmpty(), "the replica's kernel said " + errors);
        List<Commit> all = new ArrayList<>(ofSource);
        all.addAll(replica.commits());
        judge("inside, without the appliance", Watch.contents(replica), all, figures);
        endReplica(folder, images);
        compare(stage, images, all, figures);
    }

    private static GuestMonitor monitor(Path folder) throws IOException {
        return GuestMonitor.connect(folder.resolve("source.qmp"));
    }

    private static List<ReplicaImage> watchImages(Path folder) throws IOException {
        List<ReplicaImage> images = new ArrayList<>();
        try (GuestMonitor monitor = monitor(folder)) {
            monitor.execute("stop");
            for (int disk = 0; disk < DISKS; disk++) {
                images.add(ReplicaImage.watch(monitor, folder, disk));
            }
            monitor.execute("cont");
        }
        return images;
    }

    private static void endReplica(Path folder, List<ReplicaImage> images) throws IOException {
        long process =
                Long.parseLong(Files.readString(folder.resolve("qemu.pid")).strip());
        try (GuestMonitor monitor = monitor(folder)) {
            monitor.execute("stop");
            for (ReplicaImage image : images) {
                image.readBitmap(monitor, folder.resolve("soak.nbd"));
            }
            monitor.execute("quit");
        }
        ProcessTools.awaitEnd(process, QUIT_MAX);
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
    private static void judge(String where, DiskContents found, List<Commit> all, SoakFigures figures) {
        Verdict verdict = Verifier.judge(found, all, Verifier.EVERYTHING);
        figures.say("checked from " + where + ": " + verdict);
        figures.claim(
                verdict.complete(), "not all that was acknowledged is there, seen from " + where + ": " + verdict);
    }

    /** The images alone: equal to the source's disks but for what the replica wrote, and that is whole. */
    private static void compare(Stage stage, List<ReplicaImage> images, List<Commit> all, SoakFigures figures)
            throws IOException {
        Path work = Files.createDirectory(stage.data().resolveSibling("images"));
        List<Path> raws = new ArrayList<>();
        for (int disk = 0; disk < DISKS; disk++) {
            ReplicaImage.Compared compared =
                    images.get(disk).compare(stage.guest().disk(disk), work);
            figures.say("disk" + disk + ": " + compared.comparedBlocks()
                    + " blocks of 64 KiB that the replica never wrote compared with the source's, "
                    + compared.differing().size() + " differ");
            figures.claim(
                    compared.differing().size() == 0,
                    "blocks of disk" + disk + " differ that the replica never wrote: " + compared.differing());
            raws.add(compared.raw());
        }
        judge("outside, the images alone", new OfflineChecks(work).check(raws.get(0), raws.get(1)), all, figures);
    }
}
