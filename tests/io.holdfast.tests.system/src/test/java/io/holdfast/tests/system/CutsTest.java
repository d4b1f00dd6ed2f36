package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.harness.Commit;
import io.holdfast.harness.DiskContents;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.OfflineChecks;
import io.holdfast.harness.Verdict;
import io.holdfast.harness.Verifier;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.PointInterval;
import io.holdfast.journal.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stream of a guest that writes is cut at random sequences, and each cut is looked at from outside, by programs that know nothing of
 * Holdfast. The guest writes a record to its first disk, then a row to its second, one transaction after the other: that tells whether two
 * images are from the same instant.
 */
@Timeout(420)
class CutsTest {

    private static final int CUTS = 100;
    private static final int WORKERS = 2;
    private static final int RATE_BEFORE = 10;
    private static final int RATE = 50;
    private static final int BEFORE_PROTECTION = 20;
    private static final int CAPTURED = 300;
    private static final Duration COMMITS_MAX = Duration.ofSeconds(60);
    private static final Duration CHECKS_MAX = Duration.ofMinutes(4);

    /** What the images of one sequence hold. */
    private record Cut(long sequence, DiskContents found) {

        /** Records without their row other than the newest one, whose row was not written yet: the first disk is of a later instant. */
        List<Integer> recordsAhead() {
            return found.files().stream()
                    .filter(number -> number != found.last() && !found.rows().contains(number))
                    .boxed()
                    .toList();
        }
    }

    @TempDir
    private Path folder;

    @Test
    void findsEachOfAHundredRandomCutsClean() throws Exception {
        long seed = Long.getLong("holdfast.seed", System.nanoTime());
        Path remains;
        try (Stage stage = Stage.open(RunKind.MACHINE, Nodes.PRODUCT, GuestImages.ofRepository())) {
            remains = stage.data().getParent();
            List<Commit> commits = captureCommits(stage);
            try (StoppedStore store = StoppedStore.open(stage.data())) {
                List<Long> sequences = randomSequences(store.points(), new Random(seed));
                List<Cut> cuts = lookInto(sequences, store);

                judge(cuts, commits, seed);
            }
        }
        DiskFiles.deleteTree(remains);
    }

    /** Protects the writing guest, lets it write on and kills all of it; gives what had been acknowledged before. */
    private static List<Commit> captureCommits(Stage stage) throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        console.run(RATE_BEFORE);
        console.awaitCommits(BEFORE_PROTECTION, COMMITS_MAX);
        stage.protect();
        console.run(RATE);
        Watch.awaitMore(console, CAPTURED);
        Watch.awaitCaughtUp(stage);
        List<Commit> commits = console.commits();
        stage.killAppliance();
        stage.destroy();
        return commits;
    }

    /**
     * Draws from all points. The newest of each stretch is left out: after it the capture may have been broken, and what is acknowledged during
     * a break bears the stamp of that sequence.
     */
    private static List<Long> randomSequences(Points points, Random random) {
        List<PointInterval> intervals = points.intervals(Long.MIN_VALUE, Long.MAX_VALUE, Points.COUNT_MAX);
        long[] all = intervals.stream()
                .flatMapToLong(interval -> LongStream.range(
                        interval.first().sequence(), interval.last().sequence()))
                .toArray();
        assertThat(all.length).as("points in %s", intervals).isGreaterThan(CAPTURED);
        TreeSet<Long> drawn = new TreeSet<>();
        while (drawn.size() < CUTS) {
            drawn.add(all[random.nextInt(all.length)]);
        }
        return List.copyOf(drawn);
    }

    private List<Cut> lookInto(List<Long> sequences, StoppedStore store) throws Exception {
        List<Callable<List<Cut>>> works = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            Path place = Files.createDirectory(folder.resolve("worker-" + worker));
            int first = worker;
            works.add(() -> {
                List<Cut> cuts = new ArrayList<>();
                for (int next = first; next < sequences.size(); next += WORKERS) {
                    cuts.add(lookInto(sequences.get(next), store, place));
                }
                return cuts;
            });
        }
        List<Cut> all = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            for (Future<List<Cut>> done : workers.invokeAll(works, CHECKS_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                assertThat(done.isCancelled())
                        .as("checks that take longer than %s", CHECKS_MAX)
                        .isFalse();
                all.addAll(done.get());
            }
        }
        all.sort(Comparator.comparingLong(Cut::sequence));
        return all;
    }

    private static Cut lookInto(long sequence, StoppedStore store, Path place) throws IOException {
        Path records = place.resolve("records.ext4");
        Path rows = place.resolve("rows.ext4");
        try (PointImage image = store.openPoint(sequence)) {
            DiskFiles.write(image, 0, GuestImages.FILES_OFFSET, records);
            DiskFiles.write(image, 1, 0, rows);
        }
        try {
            return new Cut(sequence, new OfflineChecks(place).checkFileSystems(records, rows));
        } catch (AssertionError e) {
            throw new AssertionError("cut at sequence " + sequence + ": " + e.getMessage(), e);
        }
    }

    private static void judge(List<Cut> cuts, List<Commit> commits, long seed) {
        List<String> faults = new ArrayList<>();
        int recoveredMost = 0;
        int lastBefore = 0;
        for (Cut cut : cuts) {
            Verdict verdict = Verifier.judge(cut.found(), commits, cut.sequence());
            recoveredMost = Math.max(recoveredMost, verdict.recovered().size());
            List<Integer> ahead = cut.recordsAhead();
            if (!verdict.complete() || !ahead.isEmpty() || cut.found().last() < lastBefore) {
                faults.add("sequence " + cut.sequence() + ": " + verdict + ", records ahead of the second disk " + ahead
                        + ", newest " + cut.found().last() + " after " + lastBefore);
            }
            lastBefore = cut.found().last();
        }
        assertThat(cuts).hasSize(CUTS);
        assertThat(faults).as("unclean cuts of -Dholdfast.seed=%d", seed).isEmpty();
        assertThat(recoveredMost).as("transactions in the newest cut").isGreaterThan(CAPTURED / 2);
    }
}
