package io.holdfast.journal.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.RetentionPolicy;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ColdBudgetTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 1));
    private static final MachineId OTHER = new MachineId(new UUID(1, 2));
    private static final ColdTier AN_HOUR_A_DAY = new ColdTier(0, 60);
    private static final long MEGABYTE = 1_000_000;
    private static final long GIGABYTE = 1_000 * MEGABYTE;

    private final ColdBudget budget = new ColdBudget();

    @Test
    void assumesEightMegabytesASecondAndLearns() {
        assertThat(budget.forecastNanos(8 * MEGABYTE)).isEqualTo(TimeUnit.SECONDS.toNanos(1));

        budget.spent(MACHINE, 0, GIGABYTE, TimeUnit.SECONDS.toNanos(500));

        assertThat(TimeUnit.NANOSECONDS.toMillis(budget.forecastNanos(8 * MEGABYTE)))
                .isBetween(3_900L, 4_000L);
    }

    @Test
    void letsASegmentBeginThatFitsWhatIsLeftOfTheDay() {
        assertThat(budget.fits(MACHINE, 0, AN_HOUR_A_DAY, 28 * GIGABYTE)).isTrue();
        assertThat(budget.fits(MACHINE, 0, AN_HOUR_A_DAY, 29 * GIGABYTE)).isFalse();

        budget.spent(MACHINE, 0, 16 * GIGABYTE, TimeUnit.SECONDS.toNanos(2_000));

        assertThat(budget.fits(MACHINE, 0, AN_HOUR_A_DAY, 12 * GIGABYTE)).isTrue();
        assertThat(budget.fits(MACHINE, 0, AN_HOUR_A_DAY, 13 * GIGABYTE)).isFalse();
        assertThat(budget.fits(OTHER, 0, AN_HOUR_A_DAY, 28 * GIGABYTE)).isTrue();
        assertThat(budget.fits(MACHINE, RetentionPolicy.DAY_MILLIS, AN_HOUR_A_DAY, 28 * GIGABYTE))
                .isTrue();
    }

    @Test
    void letsNothingBeginWithoutAWindow() {
        assertThat(budget.fits(MACHINE, 0, ColdTier.NONE, 0)).isFalse();
    }
}
