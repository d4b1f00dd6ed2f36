package io.holdfast.mobility.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.mobility.stream.Sequencer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProofLedgerTest {

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final SimClock clock = new SimClock();
    private final Sequencer sequencer = new Sequencer(clock, 1 << 20);
    private final ProofLedger ledger = new ProofLedger(clock);

    @Test
    void hasNoAgeBeforeTheFirstProof() {
        ledger.begun(1, clock.monotonicNanos());

        assertThat(ledger.rpoMillis(false, sequencer)).isEqualTo(-1);
    }

    @Test
    void isTheAgeOfTheNewestCheckThatTheStoreHas() {
        ledger.begun(1, clock.monotonicNanos());
        clock.advance(SECOND_NANOS);
        ledger.begun(2, clock.monotonicNanos());
        clock.advance(SECOND_NANOS);

        ledger.proven(1);
        assertThat(ledger.rpoMillis(false, sequencer)).isEqualTo(2_000);
        ledger.proven(2);
        assertThat(ledger.rpoMillis(false, sequencer)).isEqualTo(1_000);
    }

    @Test
    void showsNothingBetterWhenTheWallClockIsSetBack() {
        ledger.begun(1, clock.monotonicNanos());
        ledger.proven(1);

        clock.stepUtc(-HOUR_MILLIS);
        clock.advance(5 * SECOND_NANOS);

        assertThat(ledger.rpoMillis(false, sequencer)).isEqualTo(5_000);
    }

    @Test
    void datesWhatAnEarlierAgentHasProvenByTheWallClock() {
        ledger.provenBefore(clock.utcMillis() - 3_000);
        clock.advance(SECOND_NANOS);
        assertThat(ledger.rpoMillis(false, sequencer)).isEqualTo(4_000);

        ledger.begun(1, clock.monotonicNanos());
        ledger.proven(1);

        assertThat(ledger.rpoMillis(false, sequencer)).isZero();
        ledger.provenBefore(clock.utcMillis() - 3_000);
        assertThat(ledger.rpoMillis(false, sequencer)).isZero();
    }
}
