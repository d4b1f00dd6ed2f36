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

    /** A seal that was taken up again behind the padding of its segment recorded another digest than the file had. See also {@link SealingTest}. */
    @Test
    void recordsWhatASegmentIsWhenItsSealingWasTakenUpAgain() {
        new SimulatedRun(230, PlantedBug.NONE).play();
    }

    /** A copy of blocks that the source had not forced did not go on once they had come to lie elsewhere in the source's segment. */
    @ParameterizedTest
    @ValueSource(longs = {51, 75, 84, 92})
    void copiesBlocksWhereTheyLieForGood(long seed) {
        new SimulatedRun(seed, PlantedBug.NONE).play();
    }

    /** The verification took a history that was being destroyed for damage. */
    @Test
    void verifiesAHistoryThatIsBeingDestroyedAsIntact() {
        new SimulatedRun(4, PlantedBug.NONE).play();
    }

    /** Maintenance that found no room to clean tried again without end. */
    @Test
    void endsMaintenanceWithoutRoom() {
        new SimulatedRun(3316, PlantedBug.NONE).play();
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
