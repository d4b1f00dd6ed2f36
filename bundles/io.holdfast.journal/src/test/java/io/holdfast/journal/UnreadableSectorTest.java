package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.read.SealedIndex;
import io.holdfast.journal.testkit.DistinctWrites;
import io.holdfast.journal.testkit.HandClock;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.TestSigner;
import io.holdfast.journal.testkit.ThinnedStore;
import io.holdfast.journal.testkit.UnreadableFiles;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sector that cannot be read any more costs what lies in it: it is named, and the store goes on taking batches. */
class UnreadableSectorTest {

    private static final int INSIDE_OF_THE_SECOND_BLOCK = 4096 + 3 * DistinctWrites.WRITE_BYTES / 2;
    private static final int MAINTENANCE_STEPS_MAX = 10_000;

    private final SimulatedFiles files = new SimulatedFiles(3);
    private final UnreadableFiles medium = new UnreadableFiles(files);
    private final HandClock clock = new HandClock();
    private final TestSigner signer = new TestSigner(3);

    private RecoveryStore written(StoreSettings settings) {
        DistinctWrites.to(files, clock, signer).close();
        return RecoveryStore.open(medium, settings, clock, signer);
    }

    private static String segment(SimulatedFiles store, int number) {
        return store.paths().stream()
                .filter(path -> path.endsWith("000000000" + number + ".seg"))
                .findFirst()
                .orElseThrow();
    }

    /** Maintains to the end, whatever is found damaged on the way. */
    private static void maintain(RecoveryStore store) {
        boolean more = true;
        for (int step = 0; more; step++) {
            assertThat(step).as("steps of maintenance").isLessThan(MAINTENANCE_STEPS_MAX);
            try {
                more = store.maintain();
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
            }
        }
    }

    private static void requireTakesBatches(RecoveryStore store) {
        MachineHistory history = store.find(HandMade.MACHINE).orElseThrow();
        long before = history.head().position().sequence();
        new HandMade(Codec.LZ4)
                .after(history.head())
                .write(0, 0, HandMade.pattern(4096, 9))
                .proof()
                .to(history);
        assertThat(store.commit()).hasSize(1);
        assertThat(history.head().position().sequence()).isEqualTo(before + 1);
    }

    @Test
    void theScrubNamesItAndWhatIsLostByIt() {
        RecoveryStore store = written(SmallStore.SETTINGS);
        String path = segment(files, 2);
        medium.goesBad(path, INSIDE_OF_THE_SECOND_BLOCK);
        clock.pass(1_000);

        assertThatThrownBy(() -> {
                    while (store.maintain()) {
                        // until the scrub comes upon it
                    }
                })
                .isInstanceOfSatisfying(HoldfastException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.STORE_DAMAGED);
                    assertThat(e)
                            .hasMessageContaining("cannot be read at byte " + INSIDE_OF_THE_SECOND_BLOCK)
                            .hasMessageContaining("1 ranges are lost by it");
                });

        maintain(store);
        assertThat(store.damages()).singleElement().satisfies(found -> {
            assertThat(found.file()).isEqualTo(path);
            assertThat(found.detail()).contains("cannot be read");
        });
        assertThat(store.find(HandMade.MACHINE).orElseThrow().lost())
                .singleElement()
                .satisfies(lost -> assertThat(lost.length()).isEqualTo(DistinctWrites.WRITE_BYTES));
        requireTakesBatches(store);
    }

    @Test
    void theScrubNamesASegmentThatIsMissing() {
        RecoveryStore store = written(SmallStore.SETTINGS);
        String path = segment(files, 2);
        files.remove(path);
        clock.pass(1_000);

        maintain(store);

        assertThat(store.damages()).singleElement().satisfies(found -> {
            assertThat(found.file()).isEqualTo(path);
            assertThat(found.detail()).contains("is missing");
        });
        requireTakesBatches(store);
    }

    @Test
    void theVerificationNamesItAndReadsOn() {
        written(SmallStore.SETTINGS).close();
        String path = segment(files, 2);
        medium.goesBad(path, INSIDE_OF_THE_SECOND_BLOCK);

        VerifyReport report = StoreVerifier.verify(medium, StoreVerifier.Means.none(clock));

        assertThat(report.firstDamage().orElseThrow()).satisfies(found -> {
            assertThat(found.file()).isEqualTo(path);
            assertThat(found.detail()).contains("cannot be read at byte");
            assertThat((long) INSIDE_OF_THE_SECOND_BLOCK)
                    .isBetween(found.offset(), found.offset() + found.length() - 1);
        });
        assertThat(report.machines().getFirst().lost()).hasSize(1);
        assertThat(report.machines().getFirst().stretches())
                .extracting(PointStretch::state)
                .containsExactly(PointStretch.State.WHOLE, PointStretch.State.PARTIAL);
    }

    @Test
    void theVerificationFindsTheBlocksBehindAHeaderThatCannotBeRead() {
        written(SmallStore.SETTINGS).close();
        medium.goesBad(segment(files, 2), 4096);

        VerifyReport report = StoreVerifier.verify(medium, StoreVerifier.Means.none(clock));

        VerifiedMachine whole = StoreVerifier.verify(files, StoreVerifier.Means.none(clock))
                .machines()
                .getFirst();
        assertThat(report.intact()).isFalse();
        assertThat(report.machines().getFirst().blocks()).isEqualTo(whole.blocks() - 1);
        assertThat(report.machines().getFirst().newest()).isEqualTo(whole.newest());
    }

    @Test
    void theVerificationNamesALedgerAndALogThatCannotBeRead() {
        written(SmallStore.SETTINGS).close();
        for (String path : List.of(segment(files, 1).replace("0000000001.seg", "ledger"), "intake", "checkpoint")) {
            medium.goesBad(path, 0);

            assertThat(StoreVerifier.verify(medium, StoreVerifier.Means.none(clock))
                            .findings())
                    .as(path)
                    .anySatisfy(found -> assertThat(found.detail()).contains(path + " cannot be read at byte 0"));
        }
    }

    @Test
    void cleaningLeavesTheSegmentAsItIs() {
        ThinnedStore thinned = new ThinnedStore(5).overwrite(8).keepAnHour();
        thinned.close();
        UnreadableFiles itsMedium = new UnreadableFiles(thinned.files());
        RecoveryStore store = RecoveryStore.open(itsMedium, SmallStore.SETTINGS, clock, thinned.signer());
        String path = segment(thinned.files(), 2);
        itsMedium.goesBad(path, 4096);

        for (int minutes = 0; minutes < 8 * 60; minutes += 10) {
            clock.pass(10 * 60_000);
            maintain(store);
        }

        assertThat(store.damages()).anySatisfy(found -> {
            assertThat(found.file()).isEqualTo(path);
            assertThat(found.detail()).startsWith("is left as it is by cleaning");
        });
        assertThat(thinned.files().paths()).contains(path).anyMatch(name -> name.endsWith("0000000003.1.seg"));
        requireTakesBatches(store);
    }

    @Test
    void mergingGoesWithoutTheSegment() throws Exception {
        RecoveryStore store = written(SmallStore.SETTINGS.withMergeFanIn(2));
        String path = segment(files, 2);
        try (StoreFile file = files.open(path, OpenMode.READ)) {
            medium.goesBad(path, SealedIndex.readSummary(file).run().offset());
        }

        maintain(store);

        assertThat(store.damages())
                .anySatisfy(found ->
                        assertThat(found.detail()).startsWith("cannot be made").contains(path + " cannot be read"));
        requireTakesBatches(store);
    }
}
