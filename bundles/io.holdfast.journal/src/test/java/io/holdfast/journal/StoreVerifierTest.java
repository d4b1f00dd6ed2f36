package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.Tampering;
import io.holdfast.journal.testkit.Tampering.Exchange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was altered is found; what was not is intact. {@code ./holdfast soak flips} does the same 100,000 and 10,000 times. */
class StoreVerifierTest {

    private static final int FLIPS = 150;
    private static final int EXCHANGES = 12;
    private static final int FIRST_GROUP = 8192;

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

    /** A segment that was begun behind one that was lost with the power was never acknowledged. */
    @Test
    void callsASegmentThatNothingNamesATail() {
        SimulatedFiles files = new SmallStore(5).grow(20).closed();
        String newest = files.paths().stream()
                .filter(path -> path.endsWith(".open"))
                .max(Comparator.naturalOrder())
                .orElseThrow();
        String begun = newest.replaceFirst("[0-9]{10}\\.open", "0000000099.open");
        files.replace(begun, new byte[4096]);

        VerifyReport report = Tampering.verify(files);

        assertThat(report.firstDamage()).isEmpty();
        assertThat(report.findings()).extracting(VerifyFinding::file).contains(begun);
    }

    /** A group that no slot covers may have reached the medium but for the end of its last page. */
    @Test
    void callsTheTornPaddingOfAGroupThatWasNeverAcknowledgedNoDamage() {
        SimulatedFiles files = new SimulatedFiles(1);
        RecoveryStore store = RecoveryStore.open(files, SmallStore.SETTINGS, StoreDriver.TIME);
        MachineHistory history = store.create(HandMade.MACHINE);
        List<SimulatedFiles> states = new ArrayList<>();
        files.beforeEach(() -> states.add(files.snapshot()));
        new HandMade(Codec.NONE).epoch(history, Position.ORIGIN);
        int torn = 0;

        for (SimulatedFiles state : states) {
            byte[] log = state.content("intake");
            int end = FIRST_GROUP
                    + ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN).getInt(FIRST_GROUP + 12);
            if (end > FIRST_GROUP && committedEnd(log) <= FIRST_GROUP) {
                log[end] = 1;
                state.replace("intake", log);
                assertThat(Tampering.verify(state).firstDamage()).isEmpty();
                torn++;
            }
        }

        assertThat(torn).as("moments between a group and its slot").isPositive();
    }

    /** Up to where the newer of the two commit slots says that the log is committed. */
    private static long committedEnd(byte[] log) {
        ByteBuffer slots = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
        int newer = slots.getLong(16 + 16) > slots.getLong(4096 + 16 + 16) ? 0 : 4096;
        return slots.getLong(newer + 16 + 40);
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
