package io.holdfast.mobility.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AgeBookTest {

    private static final long MILLI = 1_000_000;

    @Test
    void neverTellsAnAgeThatIsTooYoungAndStaysSmall() {
        AgeBook book = new AgeBook();
        long[] given = new long[200_001];
        for (int sequence = 1; sequence <= 200_000; sequence++) {
            given[sequence] = sequence * 7 * MILLI;
            book.given(sequence, given[sequence]);
        }
        long now = 2_000_000 * MILLI;
        for (int proven = 0; proven < 200_000; proven += 1_777) {
            book.proven(proven);
            assertThat(book.oldestNanos(now)).isGreaterThanOrEqualTo(now - given[proven + 1]);
        }
        book.proven(200_000);
        assertThat(book.oldestNanos(now)).isZero();
    }

    @Test
    void isExactToTenMilliseconds() {
        AgeBook book = new AgeBook();
        for (int sequence = 1; sequence <= 1_000; sequence++) {
            book.given(sequence, sequence * MILLI);
        }
        book.proven(500);

        assertThat(book.oldestNanos(2_000 * MILLI)).isBetween(1_499 * MILLI, 1_510 * MILLI);
    }
}
