package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.Truncations;
import io.holdfast.journal.testkit.Truncations.Moment;
import io.holdfast.journal.testkit.Truncations.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that was killed in a commit, its growing files cut. {@code ./holdfast soak flips} cuts them at every byte. */
class TruncationTest {

    private static final int STEP = 101;
    private static final long STRAIGHT_INTO_THE_SEGMENT = 2;
    private static final long INTO_THE_LOG = 3;

    @ParameterizedTest
    @EnumSource(Moment.class)
    void theNewestSegmentMayLackOnlyWhatWasNeverAcknowledged(Moment killed) {
        Truncations store = new Truncations(new Origin(STRAIGHT_INTO_THE_SEGMENT, killed)).cutNewestSegment(STEP);

        assertThat(store.failures()).isEmpty();
        assertThat(store.cuts()).isGreaterThan(100);
        assertThat(store.accepted() > 0).as("cuts are accepted").isEqualTo(killed == Moment.BEFORE_THE_GROUP);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void theIntakeLogMayLackOnlyWhatWasNeverAcknowledged(Moment killed) {
        Truncations store = new Truncations(new Origin(INTO_THE_LOG, killed)).cutLog(STEP);

        assertThat(store.failures()).isEmpty();
        assertThat(store.cuts()).isGreaterThan(100);
        assertThat(store.accepted() > 0).as("cuts are accepted").isEqualTo(killed == Moment.BEFORE_THE_SLOT);
    }

    @Test
    void aLogOfZeroesIsNotTakenForOneThatWasNeverWritten() {
        Truncations store = new Truncations(new Origin(INTO_THE_LOG, Moment.AFTERWARDS));

        store.cutLog(8192);

        assertThat(store.failures()).isEmpty();
        assertThat(store.accepted()).isZero();
    }
}
