package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Ways to keep points of a disk of 1 GiB that changes by 25.6 MiB from round to round, each at work on the same image, round after round by turns.
 * Before each step the kernel forgets the image and the files of whoever is next. Fields: {@code docs/operating/figures.md}.
 */
public final class RivalsBench {

    private static final int ROUNDS = 10;
    private static final int ROUNDS_LEAST = 2;

    /** No round but the first two begins later, so that everything ends within 15 minutes. */
    private static final Duration ROUNDS_TIME = Duration.ofMinutes(6);

    private static final String OURS = "holdfast";

    private final Path folder;
    private final RivalImage image;
    private final Map<Rival, RivalFigures> rivals = new LinkedHashMap<>();
    private String oldestDigest = "";
    private int rounds;

    private interface Opening {

        Rival open(Path folder, Path image) throws IOException, InterruptedException;
    }

    private interface Step {

        void run(Rival rival, RivalFigures figures) throws IOException, InterruptedException;
    }

    private RivalsBench(Path folder) throws IOException {
        this.folder = folder;
        this.image = RivalImage.create(folder.resolve("image.raw"));
    }

    /**
     * Measures and prints.
     *
     * @param arguments {@code --json FILE}, {@code --directory DIR}
     * @throws Exception when the directory cannot be written
     */
    public static void main(String[] arguments) throws Exception {
        Optional<Path> json = Optional.empty();
        Path base = Path.of(System.getProperty("java.io.tmpdir"));
        for (int index = 0; index < arguments.length; index += 2) {
            String value = index + 1 < arguments.length ? arguments[index + 1] : "";
            switch (arguments[index]) {
                case "--json" -> json = Optional.of(Path.of(value));
                case "--directory" -> base = Path.of(value);
                default -> throw new IllegalArgumentException(arguments[index] + " is unknown; see --help");
            }
        }
        Path folder = Files.createTempDirectory(base.toAbsolutePath(), "holdfast-rivals");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            new RivalsBench(folder).run(json);
        } finally {
            Folders.deleteAll(folder);
        }
    }

    private void run(Optional<Path> json) throws IOException, InterruptedException {
        long start = System.nanoTime();
        double loadBefore = IngestReport.systemLoad();
        try {
            open("restic", ResticRival::new);
            open("borg", BorgRival::new);
            open("qemu-img", QemuImgRival::new);
            open("virtnbdbackup", VirtnbdRival::new);
            open(OURS, HoldfastRival::new);
            measure(start + ROUNDS_TIME.toNanos());
        } finally {
            for (Rival rival : rivals.keySet()) {
                rival.close();
            }
        }
        report(json, (System.nanoTime() - start) / 1e9, loadBefore);
    }

    private void open(String name, Opening opening) throws IOException, InterruptedException {
        Path place = Files.createDirectory(folder.resolve(name));
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Rival rival = opening.open(place, image.file());
            rivals.put(rival, new RivalFigures(rival.name(), rival.note()));
        } catch (IOException e) {
            System.out.println(name + " could not be set up: " + e.getMessage());
        }
    }

    private void measure(long endNanos) throws IOException, InterruptedException {
        each("first copy", (rival, figures) -> figures.first(rival.first(), rival.spaceBytes()));
        while (rounds < ROUNDS_LEAST || rounds < ROUNDS && System.nanoTime() < endNanos) {
            rounds++;
            int number = rounds;
            change(number, RivalImage.writes(number));
            oldestDigest = number == 1 ? RivalImage.digest(image.file()) : oldestDigest;
            each("round " + number, (rival, figures) -> figures.round(rival.keep(number), rival.spaceBytes()));
        }
        String newestDigest = RivalImage.digest(image.file());
        each("restore of the oldest", (rival, figures) -> restore(rival, 1, oldestDigest, figures::oldest));
        each("restore of the newest", (rival, figures) -> restore(rival, rounds, newestDigest, figures::newest));
        change(rounds + 1, RivalImage.tinyWrite());
        each("one write more", (rival, figures) -> figures.interval(rival.keep(rounds + 1)));
    }

    private void change(int round, List<RivalImage.Write> writes) throws IOException, InterruptedException {
        image.apply(writes);
        step("writes", (rival, _) -> rival.changed(round, writes));
    }

    private interface Taker {

        void take(RivalCost cost, boolean right);
    }

    private void restore(Rival rival, int round, String digest, Taker taker) throws IOException, InterruptedException {
        Path target = Files.createDirectory(folder.resolve("restored"));
        try {
            RivalCost cost = rival.restore(round, target);
            Path raw = rival.restored(round, target);
            taker.take(cost, RivalImage.digest(raw).equals(digest));
        } finally {
            Folders.deleteAll(target);
        }
    }

    /** Does a step with each rival that has not failed, with nothing of its files in memory. */
    private void each(String what, Step step) throws IOException, InterruptedException {
        System.out.println(what + " ...");
        RivalTool.sync(folder);
        step(what, (rival, figures) -> {
            PageCache.drop(image.file());
            PageCache.drop(folder.resolve(rival.name()));
            step.run(rival, figures);
        });
    }

    private void step(String what, Step step) throws InterruptedException {
        for (Map.Entry<Rival, RivalFigures> entry : rivals.entrySet()) {
            if (!entry.getValue().hasFailed()) {
                try {
                    step.run(entry.getKey(), entry.getValue());
                } catch (IOException e) {
                    System.out.println(entry.getKey().name() + ", " + what + ": " + e.getMessage());
                    entry.getValue().failed(what + ": " + e.getMessage());
                }
            }
        }
    }

    private void report(Optional<Path> json, double seconds, double loadBefore) throws IOException {
        List<RivalFigures> all = List.copyOf(rivals.values());
        RivalFigures ours = all.stream()
                .filter(each -> each.name().equals(OURS))
                .findFirst()
                .orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%n%-14s %8s %8s %8s %9s %9s %9s %9s %8s%n%-14s %8s %8s %8s %9s %9s %9s %9s %8s%n",
                "",
                "first",
                "a round",
                "interval",
                "space",
                "of points",
                "oldest",
                "newest",
                "memory",
                "",
                "s",
                "s",
                "s",
                "MiB",
                "MiB",
                "s",
                "s",
                "MiB");
        all.forEach(each -> System.out.println(each.toLine()));
        List<String> verdicts = new ArrayList<>();
        for (RivalColumn column : RivalColumn.values()) {
            RivalFigures best = column.best(all);
            verdicts.add(column.toJson(best, ours));
            if (best != ours) {
                System.out.printf(
                        Locale.ROOT,
                        "%s: %s leads, %.2f to our %.2f: %s%n",
                        column.label(),
                        best.name(),
                        column.of(best),
                        column.of(ours),
                        column.reason());
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d rounds in %.0f s; load of the machine %.1f before, %.1f at the end%n",
                rounds,
                seconds,
                loadBefore,
                IngestReport.systemLoad());
        if (json.isPresent()) {
            Files.writeString(
                    json.get(),
                    String.format(
                            Locale.ROOT,
                            "{\"rivals\":[%s],\"columns\":[%s],\"rounds\":%d,\"imageMebibytes\":1024,\"changedMebibytes\":%.1f,"
                                    + "\"seconds\":%.0f,\"loadBefore\":%.2f,\"loadAfter\":%.2f}%n",
                            all.stream().map(RivalFigures::toJson).collect(Collectors.joining(",")),
                            String.join(",", verdicts),
                            rounds,
                            rounds * RivalImage.roundBytes() / (double) (1 << 20),
                            seconds,
                            loadBefore,
                            IngestReport.systemLoad()));
        }
    }
}
