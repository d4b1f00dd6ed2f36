package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.LedgerScan;
import io.holdfast.journal.internal.ledger.SequenceRange;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.retain.SequenceSet;
import io.holdfast.journal.testkit.CrashChoice;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.ThinnedStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The ledger says which points were retired, before anything else does; so whoever has an anchor tells thinning from theft. */
class RetiredPointsTest {

    private static final String FOLDER = "machines/" + HandMade.MACHINE + ".1/";
    private static final Position RETIRED = new Position(1, 5);

    private final ThinnedStore thinned = new ThinnedStore(1).overwrite(6);

    private static List<LedgerEntry.Retired> retirements(SimulatedFiles files, RecoveryStore store) throws Exception {
        List<LedgerEntry.Retired> found = new ArrayList<>();
        try (StoreFile file = files.open(FOLDER + "ledger", OpenMode.READ)) {
            new LedgerScan(file, store.storeId(), HandMade.MACHINE, 1, LedgerScan.Signatures.ALL)
                    .run((_, entry, _, _) -> {
                        if (entry instanceof LedgerEntry.Retired retired) {
                            found.add(retired);
                        }
                    });
        }
        return found;
    }

    private void refusesTheRetiredPoint() {
        assertThatThrownBy(() -> thinned.history().points().at(RETIRED.sequence()))
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.POINT_OLDER_THAN_HISTORY));
    }

    private static void edit(SimulatedFiles files, SequenceSet retired) throws Exception {
        String path = FOLDER + "retention";
        RetentionState state = RetentionState.decode(ByteBuffer.wrap(files.content(path)));
        files.replace(path, state.retire(retired).encode());
    }

    @Test
    void eachRetirementNamesWhatIsRetiredAndWhatStaysInBetween() throws Exception {
        thinned.history().pin(new Position(1, 10), "kept");
        Anchor before = thinned.store().anchor(Optional.empty());

        thinned.keepAnHour().pass(2);

        LedgerEntry.Retired entry =
                retirements(thinned.files(), thinned.store()).getFirst();
        assertThat(entry.retired().getFirst()).isEqualTo(new SequenceRange(1, 9));
        assertThat(entry.kept()).containsExactly(new SequenceRange(10, 10));
        assertThat(entry.rule()).contains("fullDensityMillis=3600000");
        assertThat(thinned.store().compare(before)).isEmpty();
        thinned.close();
        assertThat(thinned.verify(thinned.files(), before).intact()).isTrue();
        assertThat(thinned.verify(thinned.files(), before).findings())
                .anySatisfy(found -> assertThat(found.detail()).contains("sequences were retired, in 1 entries"));
    }

    @Test
    void pointsThatAreTakenAwayWithoutAnEntryAreNamed() throws Exception {
        thinned.keepAnHour();
        thinned.close();

        edit(thinned.files(), SequenceSet.between(3, 7));

        assertThat(thinned.verify(thinned.files()).firstDamage()).hasValueSatisfying(found -> {
            assertThat(found.file()).isEqualTo(FOLDER + "retention");
            assertThat(found.detail()).contains("no entry of the ledger").contains("3 to 7");
        });
    }

    @Test
    void aSegmentCleanedOfPointsThatNoEntryRetiresIsNamed() throws Exception {
        thinned.close();
        Ledger.Subject subject = new Ledger.Subject(HandMade.MACHINE, 1, FOLDER.substring(0, FOLDER.length() - 1));
        Ledger.Owner owner = new Ledger.Owner(
                thinned.files(), thinned.store().storeId(), Optional.of(thinned.signer()), StoreDriver.TIME);
        Ledger ledger = Ledger.open(owner, subject).ledger();
        var second = ledger.current(2).orElseThrow();
        ledger.append(new LedgerEntry.Cleaned(List.of(second), List.of(second), "by nobody's rule", List.of()));

        assertThat(thinned.verify(thinned.files()).firstDamage()).hasValueSatisfying(found -> {
            assertThat(found.file()).isEqualTo(FOLDER + "ledger");
            assertThat(found.detail()).contains("segment 2 was cleaned of points that no entry retires");
        });
    }

    @Test
    void whatTheLedgerRetiredStaysRetiredWhenTheFileIsGoneOrSetBack() {
        thinned.keepAnHour();
        SimulatedFiles before = thinned.files().snapshot();
        thinned.pass(2);
        thinned.close();
        SimulatedFiles gone = thinned.files().snapshot();
        gone.remove(FOLDER + "retention");
        SimulatedFiles setBack = thinned.files().snapshot();
        setBack.replace(FOLDER + "retention", before.content(FOLDER + "retention"));

        for (SimulatedFiles medium : List.of(gone, setBack)) {
            thinned.open(medium);
            refusesTheRetiredPoint();
            thinned.close();
            assertThat(thinned.verify(medium).intact()).isTrue();
        }
    }

    @Test
    void aCrashBetweenEntryAndFileLeavesThePointsRetiredAndMakesNoSecondEntry() throws Exception {
        thinned.keepAnHour();
        SimulatedFiles before = thinned.files().snapshot();
        thinned.pass(2);
        SimulatedFiles crashed = thinned.files().afterKill();
        crashed.replace(FOLDER + "retention", before.content(FOLDER + "retention"));
        int entries = retirements(crashed, thinned.store()).size();

        thinned.open(crashed);
        refusesTheRetiredPoint();
        thinned.pass(2);

        assertThat(retirements(crashed, thinned.store())).hasSize(entries);
        assertThat(thinned.verify(crashed.afterKill()).intact()).isTrue();
    }

    @Test
    void thinningThatIsCutShortAnywhereLeavesAStoreThatVerifies() {
        Anchor before = thinned.store().anchor(Optional.empty());
        SimulatedFiles files = thinned.files();
        List<SimulatedFiles> outcomes = new ArrayList<>();
        thinned.keepAnHour();
        files.beforeEach(() -> {
            outcomes.add(files.outcome(new CrashChoice(Set.of(), CrashChoice.NOTHING_TORN)));
            outcomes.add(files.outcome(new CrashChoice(Set.copyOf(files.unforced()), CrashChoice.NOTHING_TORN)));
        });

        thinned.pass(7);

        assertThat(outcomes).hasSizeGreaterThan(50);
        assertThat(outcomes)
                .allSatisfy(
                        outcome -> assertThat(thinned.verify(outcome, before).firstDamage())
                                .isEmpty());
    }
}
