package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.journal.testkit.Fault;
import io.holdfast.journal.testkit.FaultEnumeration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault at file operations of a workload, each force among them ({@code ./holdfast test simulation} takes all): the store goes on rightly or refuses by name, and loses nothing that it acknowledged. */
class FaultTest {

    private static final long SEED = 20_261_121;
    private static final int STRIDE = 4;

    @ParameterizedTest
    @EnumSource
    void losesNothingAcknowledgedWhateverOperationSuffersAFault(Fault fault) {
        int suffered = new FaultEnumeration(SEED, fault).play(fault == Fault.FORCE_FAILED ? 1 : STRIDE);

        assertThat(suffered).as("operations that suffered it").isGreaterThan(20);
    }
}
