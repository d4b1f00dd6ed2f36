package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.AnchoredThinning;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thinning is proved against an anchor that was taken before it; what somebody else does to an object is named. */
class AnchoredThinningTest {

    private static final AnchoredThinning THINNED = new AnchoredThinning(1);

    @BeforeAll
    static void thins() {
        THINNED.thin();
    }

    @Test
    void everyCompactionIsProvedAgainstTheAnchorBeforeTheFirst() {
        assertThat(THINNED.compactions()).isGreaterThan(10);
        assertThat(THINNED.bytesAfter()).isLessThan(THINNED.bytesBefore());
    }

    @ParameterizedTest
    @EnumSource
    void namesAnObjectThatWas(AnchoredThinning.Alteration how) {
        assertThat(THINNED.alter(how)).isPresent();
    }
}
