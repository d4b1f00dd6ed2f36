package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.CopyEnumeration;
import io.holdfast.journal.testkit.CrashEnumeration;
import io.holdfast.journal.testkit.PlantedBug;
import io.holdfast.journal.testkit.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Power fails at every file operation of short workloads, and every combination of what was not forced is what the next start finds. All of one
 * step here, and some of two; {@code ./holdfast test simulation} plays all of two, {@code ./holdfast soak simulation} all of three.
 */
class CrashEnumerationTest {

    private static final long SEED = 20_261_121;
    private static final int EACH = 10;

    @Test
    void recoversFromEveryCrashOfShortWorkloads() {
        CrashEnumeration enumeration = new CrashEnumeration(SEED, PlantedBug.NONE);

        List<List<Step>> workloads = CrashEnumeration.workloads(2);
        for (int index = 0; index < workloads.size(); index++) {
            if (workloads.get(index).size() == 1 || index % EACH == 0) {
                enumeration.play(workloads.get(index));
            }
        }

        assertThat(enumeration.crashPoints()).isGreaterThan(80);
        assertThat(enumeration.states()).isGreaterThan(500);
    }

    @Test
    void recoversFromEveryCrashOfACopyInBothStores() {
        CrashEnumeration ofTheSource = new CrashEnumeration(SEED, PlantedBug.NONE);
        CopyEnumeration ofTheTarget = new CopyEnumeration(SEED);

        for (Step before : List.of(Step.APPEND_MUCH, Step.CLEAN)) {
            ofTheSource.play(List.of(before, Step.COPY));
        }
        ofTheTarget.play(List.of(Step.CLEAN, Step.PIN));

        assertThat(ofTheSource.crashPoints()).isGreaterThan(10);
        assertThat(ofTheTarget.states()).isGreaterThan(100);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEAL", "DESTROY"})
    void recoversWhenTheStartAfterACrashIsCutShortByAnother(Step step) {
        CrashEnumeration enumeration = new CrashEnumeration(SEED, PlantedBug.NONE);

        enumeration.playWithStartsCutShort(step);

        assertThat(enumeration.crashPoints()).isGreaterThan(20);
    }
}
