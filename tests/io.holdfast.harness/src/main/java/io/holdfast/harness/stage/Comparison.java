package io.holdfast.harness.stage;

import io.holdfast.harness.GuestMonitor;
import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One disk of the source against its image in the store, byte by byte, as {@code qemu-img compare} sees them.
 *
 * @param disk its number
 * @param identical whether nothing differs
 * @param words of the tool
 */
public record Comparison(int disk, boolean identical, String words) {

    private static final int DISKS = 2;
    private static final Duration COMPARE_MAX = Duration.ofSeconds(120);

    /**
     * Pauses the guest, waits until all that it wrote is proven, and compares each disk with an export of the latest point. The guest goes on
     * when that is done.
     */
    public static List<Comparison> ofPausedGuest(Stage stage) throws IOException, InterruptedException {
        try (GuestMonitor monitor = stage.guest().openMonitor()) {
            monitor.execute("stop");
            Watch.awaitCaughtUp(stage);
            Map<String, String> latest = Map.of("point", "latest", "network", "isolated");
            stage.api().run(Watch.MACHINE_PATH + "/test-failover", latest, Watch.JOB_MAX);
            try {
                return compareAll(stage);
            } finally {
                stage.api().run(Watch.MACHINE_PATH + "/test-failover/clean-up", Map.of(), Watch.JOB_MAX);
                monitor.execute("cont");
            }
        }
    }

    private static List<Comparison> compareAll(Stage stage) throws IOException {
        Path socket = exportSocket(stage);
        List<Comparison> all = new ArrayList<>();
        for (int disk = 0; disk < DISKS; disk++) {
            String image = "nbd+unix:///disk" + disk + "?socket=" + socket;
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
                            image));
            all.add(new Comparison(disk, ended.exitCode() == 0, ended.output().strip()));
        }
        return List.copyOf(all);
    }

    private static Path exportSocket(Stage stage) throws IOException {
        try (Stream<Path> files = Files.list(stage.data().resolve("run"))) {
            return files.filter(file -> file.toString().endsWith(".nbd"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no export is offered"));
        }
    }
}
