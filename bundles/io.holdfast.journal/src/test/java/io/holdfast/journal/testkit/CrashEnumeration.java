package io.holdfast.journal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.journal.Durable;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.Pin;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Plays short workloads on a store that has a little history, lets power fail at each of their file operations, and judges what the next start
 * finds for every subset of the operations that were not forced: all subsets of up to eight, a sample above; and with each single write torn.
 */
public final class CrashEnumeration {

    private static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);
    private static final int DISK_BYTES_MOST = 20_000;
    private static final int WRITE_BYTES_MOST = 9_000;
    private static final int RECORDS_MOST = 6;
    private static final int SUBSETS_OF_MOST = 8;
    private static final int SAMPLES = 1 << SUBSETS_OF_MOST;

    private final long seed;
    private long crashPoints;
    private long states;

    /** What a workload is made of. */
    public enum Step {
        APPEND,
        APPEND_MUCH,
        COMMIT,
        SEAL,
        PIN,
        OPEN_EPOCH,
        BRANCH
    }

    public CrashEnumeration(long seed) {
        this.seed = seed;
    }

    /** All workloads of one to so many steps. */
    public static List<List<Step>> workloads(int stepsMost) {
        List<List<Step>> all = new ArrayList<>();
        List<List<Step>> longest = List.of(List.of());
        for (int length = 1; length <= stepsMost; length++) {
            List<List<Step>> longer = new ArrayList<>();
            for (List<Step> before : longest) {
                for (Step step : Step.values()) {
                    List<Step> workload = new ArrayList<>(before);
                    workload.add(step);
                    longer.add(workload);
                }
            }
            all.addAll(longer);
            longest = longer;
        }
        return all;
    }

    /** How many times power failed. */
    public long crashPoints() {
        return crashPoints;
    }

    /** How many outcomes of that were judged. */
    public long states() {
        return states;
    }

    /**
     * Plays one workload with a crash at each of its operations, and one after its end.
     *
     * @throws AssertionError when something acknowledged is lost or something is there that nobody offered; it names the workload, the
     *     operation and what had reached the medium
     */
    public void play(List<Step> workload) {
        boolean ended = false;
        for (int operation = 1; !ended; operation++) {
            Play play = new Play();
            play.files.crashAt(play.files.operations() + operation);
            try {
                workload.forEach(play::act);
                ended = true;
            } catch (SimulatedCrash _) {
                // judged below
            }
            crashPoints++;
            judge(play, workload + ", power lost at operation " + (ended ? "(after the last)" : operation));
        }
    }

    private void judge(Play play, String where) {
        List<Long> unforced = play.files.unforced();
        StoreDriver.Mark mark = play.driver.mark();
        for (CrashChoice choice : choices(unforced)) {
            states++;
            play.driver.rewind(mark);
            try {
                play.check(play.files.afterCrash(choice));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", " + where + ", not forced " + unforced + ", found after it " + choice + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }

    private List<CrashChoice> choices(List<Long> unforced) {
        List<CrashChoice> choices = new ArrayList<>();
        if (unforced.size() <= SUBSETS_OF_MOST) {
            for (int bits = 0; bits < 1 << unforced.size(); bits++) {
                choices.add(new CrashChoice(subset(unforced, bits), CrashChoice.NOTHING_TORN));
            }
        } else {
            Random random = new Random(seed);
            choices.add(new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN));
            choices.add(new CrashChoice(Set.copyOf(unforced), CrashChoice.NOTHING_TORN));
            for (int sample = 2; sample < SAMPLES; sample++) {
                Set<Long> kept = new HashSet<>(unforced);
                kept.removeIf(_ -> random.nextBoolean());
                choices.add(new CrashChoice(kept, CrashChoice.NOTHING_TORN));
            }
        }
        for (long torn : unforced) {
            Set<Long> others = new HashSet<>(unforced);
            others.remove(torn);
            choices.add(new CrashChoice(others, torn));
        }
        return choices;
    }

    private static Set<Long> subset(List<Long> unforced, int bits) {
        Set<Long> kept = new HashSet<>();
        for (int index = 0; index < unforced.size(); index++) {
            if ((bits & 1 << index) != 0) {
                kept.add(unforced.get(index));
            }
        }
        return kept;
    }

    /** One store with one machine and what was told about them. */
    private final class Play {

        final SimulatedFiles files = new SimulatedFiles(seed);
        final StoreDriver driver = new StoreDriver(seed, DISK_BYTES_MOST, WRITE_BYTES_MOST);
        private final RecoveryStore store = RecoveryStore.open(files, SETTINGS, StoreDriver.TIME);
        private final MachineHistory history = store.create(driver.machine());
        private final List<Pin> pins = new ArrayList<>();

        Play() {
            act(Step.OPEN_EPOCH);
            act(Step.APPEND);
            act(Step.COMMIT);
            act(Step.SEAL);
            act(Step.APPEND);
            act(Step.COMMIT);
        }

        void act(Step step) {
            switch (step) {
                case APPEND -> driver.append(history, RECORDS_MOST);
                case APPEND_MUCH -> {
                    for (int batch = 0; batch < 6; batch++) {
                        driver.append(history, 4 * RECORDS_MOST);
                    }
                }
                case COMMIT ->
                    store.commit().stream().map(Durable::head).forEach(head -> driver.acknowledged(head.blockNumber()));
                case SEAL -> store.maintain();
                case PIN -> pins.add(history.pin(history.head().position(), "kept"));
                case OPEN_EPOCH -> driver.openEpoch(history, false);
                case BRANCH -> driver.openEpoch(history, true);
            }
        }

        /** Starts on what a crash left, compares it with the model, and goes on with it. */
        void check(SimulatedFiles found) {
            try (RecoveryStore again = RecoveryStore.open(found, SETTINGS, StoreDriver.TIME)) {
                MachineHistory recovered = again.find(driver.machine()).orElseThrow();
                driver.checkRecovered(recovered);
                driver.checkRandomPoint(recovered);
                assertThat(recovered.pins()).as("pins").containsAll(pins);
                assertThat(again.damages().stream()
                                .filter(damage -> !damage.detail().contains("the other slot was used")))
                        .as("damages")
                        .isEmpty();
                driver.append(recovered, RECORDS_MOST);
                again.commit();
                assertThat(recovered.head().position().compareTo(Position.ORIGIN))
                        .isPositive();
            }
        }
    }
}
