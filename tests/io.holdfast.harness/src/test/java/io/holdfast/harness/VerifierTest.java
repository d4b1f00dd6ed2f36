package io.holdfast.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class VerifierTest {

    private static final int KEPT = 5000;

    /** Transaction n was read with stamp 10 n. */
    private static List<Commit> acknowledged(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(n -> new Commit(n, 10L * n, n))
                .toList();
    }

    private static NumberSet numbers(String ranges) {
        return new NumberSet().addRanges(ranges);
    }

    private static DiskContents found(String files, String rows) {
        return new DiskContents(numbers(files), numbers(rows), new NumberSet(), new NumberSet(), KEPT, "ok");
    }

    @Test
    void findsNothingWrongWhenAllIsThere() {
        Verdict verdict = Verifier.judge(found("1-300", "1-300"), acknowledged(1, 300), Verifier.EVERYTHING);

        assertThat(verdict.complete()).isTrue();
        assertThat(verdict.acknowledged().size()).isEqualTo(300);
        assertThat(verdict.recovered().size()).isEqualTo(300);
    }

    @Test
    void countsOnlyWhatWasAcknowledgedUpToThePoint() {
        Verdict verdict = Verifier.judge(found("1-200", "1-200"), acknowledged(1, 300), 2000);

        assertThat(verdict.acknowledged()).hasToString("1-200");
        assertThat(verdict.complete()).isTrue();
        assertThat(Verifier.judge(found("1-200", "1-200"), acknowledged(1, 300), 2010)
                        .lost())
                .hasToString("201");
    }

    @Test
    void callsAnAcknowledgedTransactionLostWhenNothingOfItIsThere() {
        Verdict verdict = Verifier.judge(found("1-299", "1-299"), acknowledged(1, 300), Verifier.EVERYTHING);

        assertThat(verdict.lost()).hasToString("300");
        assertThat(verdict.consistent()).isTrue();
        assertThat(verdict.complete()).isFalse();
    }

    @Test
    void callsAnAcknowledgedTransactionTornWhenOnlyOneDiskHasIt() {
        Verdict rowMissing = Verifier.judge(found("1-300", "1-299"), acknowledged(1, 300), Verifier.EVERYTHING);
        Verdict recordMissing =
                Verifier.judge(found("1-149,151-300", "1-300"), acknowledged(1, 300), Verifier.EVERYTHING);

        assertThat(rowMissing.torn()).hasToString("300");
        assertThat(rowMissing.outOfOrder()).hasToString("");
        assertThat(recordMissing.torn()).hasToString("150");
        assertThat(recordMissing.outOfOrder()).hasToString("150");
    }

    @Test
    void callsWhatCameAfterThePointAndIsThereInPartLostWhenEverythingCounts() {
        Verdict later = Verifier.judgeAll(found("1-299", "1-298"), acknowledged(1, 300), 2985);
        Verdict upToThePoint = Verifier.judgeAll(found("1-299", "1-298"), acknowledged(1, 300), 2990);

        assertThat(later.acknowledged().size()).isEqualTo(300);
        assertThat(later.lost()).hasToString("299-300");
        assertThat(later.consistent()).isTrue();
        assertThat(upToThePoint.lost()).hasToString("300");
        assertThat(upToThePoint.torn()).hasToString("299");
    }

    @Test
    void allowsTheLastTransactionToBeThereInPartWhenItWasNotAcknowledged() {
        Verdict verdict = Verifier.judge(found("1-301", "1-300"), acknowledged(1, 300), Verifier.EVERYTHING);

        assertThat(verdict.complete()).isTrue();
    }

    @Test
    void findsDisksOfDifferentInstantsWithoutAnyAcknowledgement() {
        Verdict verdict = Verifier.judge(found("1-300", "1-302"), List.of(), Verifier.EVERYTHING);

        assertThat(verdict.outOfOrder()).hasToString("301-302");
        assertThat(verdict.consistent()).isFalse();
    }

    @Test
    void callsARecordTornThatClaimsToBeWholeAndIsNot() {
        DiskContents damaged =
                new DiskContents(numbers("1-301"), numbers("1-300"), numbers("7,301"), numbers("7,9"), KEPT, "ok");

        Verdict verdict = Verifier.judge(damaged, acknowledged(1, 300), Verifier.EVERYTHING);

        assertThat(verdict.torn()).as("acknowledged or not, each once").hasToString("7,9,301");
        assertThat(verdict.recovered().size()).isEqualTo(298);
        assertThat(verdict.lost().size()).isZero();
    }

    @Test
    void doesNotCallLostWhatTheGuestHasRemovedForItsAge() {
        Verdict verdict = Verifier.judge(found("1001-6000", "1001-6000"), acknowledged(1, 6000), Verifier.EVERYTHING);

        assertThat(verdict.retired()).hasToString("1-1000");
        assertThat(verdict.complete()).isTrue();
        assertThat(Verifier.judge(found("1002-6000", "1001-6000"), acknowledged(1, 6000), Verifier.EVERYTHING)
                        .torn())
                .hasToString("1001");
    }

    @Test
    void isNotConsistentWhenTheDatabaseIsDamaged() {
        DiskContents damaged = new DiskContents(
                numbers("1-3"), numbers("1-3"), new NumberSet(), new NumberSet(), KEPT, "row_1_missing_from_index");

        assertThat(Verifier.judge(damaged, acknowledged(1, 3), Verifier.EVERYTHING)
                        .consistent())
                .isFalse();
    }
}
