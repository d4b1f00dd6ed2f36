package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.CrashEnumeration;
import io.holdfast.journal.testkit.PlantedBug;
import io.holdfast.journal.testkit.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Power fails at every file operation of every short workload, and every combination of what was not forced is what the next start finds. Two
 * steps here; {@code ./holdfast soak simulation} plays three.
 */
class CrashEnumerationTest {

    private static final long SEED = 20_261_121;

    @Test
    void recoversFromEveryCrashOfEveryWorkloadOfTwoSteps() {
        CrashEnumeration enumeration = new CrashEnumeration(SEED, PlantedBug.NONE);

        for (List<Step> workload : CrashEnumeration.workloads(2)) {
            enumeration.play(workload);
        }

        assertThat(enumeration.crashPoints()).isGreaterThan(250);
        assertThat(enumeration.states()).isGreaterThan(2_000);
    }
}
