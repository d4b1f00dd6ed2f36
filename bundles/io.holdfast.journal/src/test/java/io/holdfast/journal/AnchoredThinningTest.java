package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.AnchoredThinning;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thinning, with and without keys, is proved against an anchor that was taken before it; what somebody else does to an object is named. */
class AnchoredThinningTest {

    private static final AnchoredThinning BLIND = new AnchoredThinning(1, false);
    private static final AnchoredThinning RESIDENT = new AnchoredThinning(1, true);

    @BeforeAll
    static void thins() {
        BLIND.thin();
        RESIDENT.thin();
    }

    @Test
    void everyCompactionIsProvedAgainstTheAnchorBeforeTheFirst() {
        assertThat(BLIND.compactions()).isGreaterThan(10);
        assertThat(RESIDENT.compactions()).isGreaterThan(10);
        assertThat(RESIDENT.bytesAfter()).isLessThan(BLIND.bytesAfter());
        assertThat(BLIND.bytesAfter()).isLessThan(BLIND.bytesBefore());
    }

    @ParameterizedTest
    @EnumSource
    void namesAnObjectThatWas(AnchoredThinning.Alteration how) {
        assertThat(BLIND.alter(how)).isPresent();
        assertThat(RESIDENT.alter(how)).isPresent();
    }
}
