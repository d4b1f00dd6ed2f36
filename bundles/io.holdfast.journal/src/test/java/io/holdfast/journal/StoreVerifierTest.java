package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.Tampering;
import io.holdfast.journal.testkit.Tampering.Exchange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was altered is found; what was not is intact. {@code ./holdfast soak flips} does the same 100,000 and 10,000 times. */
class StoreVerifierTest {

    private static final int FLIPS = 150;
    private static final int EXCHANGES = 12;

    private static Tampering tampering = new Tampering(20_261_121);

    @Test
    void callsUnalteredStoresIntactAndEveryPointWhole() {
        for (SimulatedFiles files : tampering.unaltered()) {
            VerifyReport report = Tampering.verify(files);

            assertThat(report.findings()).noneMatch(found -> found.kind() == VerifyFinding.Kind.DAMAGE);
            assertThat(report.machines()).isNotEmpty().allSatisfy(machine -> {
                assertThat(machine.intact()).isTrue();
                assertThat(machine.ledgerEntries()).isGreaterThan(1);
                assertThat(machine.signer()).isPresent();
                assertThat(machine.stretches())
                        .isNotEmpty()
                        .allMatch(stretch -> stretch.state() == PointStretch.State.WHOLE);
            });
        }
    }

    @Test
    void checksContentWithKeys() {
        SmallStore store = new SmallStore(5).grow(20);

        VerifyReport report =
                StoreVerifier.verify(store.closed(), new StoreVerifier.Means(store::keys, List.of(), StoreDriver.TIME));

        assertThat(report.findings()).isEmpty();
        assertThat(report.machines()).allMatch(machine -> machine.contentBlocks() > 10);
    }

    @Test
    void findsEveryFlippedBit() {
        for (int flip = 0; flip < FLIPS; flip++) {
            assertThat(tampering.flip()).as("flip %d", flip).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Exchange.class)
    void findsEveryExchangedSegment(Exchange how) {
        for (int exchange = 0; exchange < EXCHANGES; exchange++) {
            assertThat(tampering.exchange(how)).as("exchange %d", exchange).isEmpty();
        }
    }
}
