package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.PlantedBug;
import io.holdfast.journal.testkit.SimulatedRun;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lives of a store chosen by seeds; {@code ./holdfast test simulation} plays more of them, {@code ./holdfast soak simulation} most. */
class SimulationTest {

    private static final int SEEDS = 60;
    private static final int SEEDS_TO_FIND_A_BUG = 2_000;

    @Test
    void keepsItsPromisesWhateverGoesWrong() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            new SimulatedRun(seed, PlantedBug.NONE).play();
        }
    }

    /** A seal that found no room for its ledger entry and was taken up again recorded another digest than the file had. */
    @ParameterizedTest
    @ValueSource(longs = {21, 230, 231})
    void recordsWhatASegmentIsWhenItsSealingWasTakenUpAgain(long seed) {
        new SimulatedRun(seed, PlantedBug.NONE).play();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void findsAMistakePlantedInTheStore(PlantedBug bug) {
        assertThat(LongStream.rangeClosed(1, SEEDS_TO_FIND_A_BUG).anyMatch(seed -> breaks(seed, bug)))
                .as("found within " + SEEDS_TO_FIND_A_BUG + " seeds")
                .isTrue();
    }

    private static boolean breaks(long seed, PlantedBug bug) {
        try {
            new SimulatedRun(seed, bug).play();
            return false;
        } catch (AssertionError _) {
            return true;
        }
    }
}
