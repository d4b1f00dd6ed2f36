package io.holdfast.journal.internal.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Arrays that are used over and over. */
class BufferPoolTest {

    private static final int SHORT = BufferPool.LENGTH_MIN;
    private static final int LONG = 100_000;

    private final BufferPool pool = new BufferPool(LONG, 2);

    @Test
    void givesTheShortestLengthThatDoes() {
        assertThat(pool.take(0)).hasSize(SHORT);
        assertThat(pool.take(SHORT)).hasSize(SHORT);
        assertThat(pool.take(SHORT + 1)).hasSize(2 * SHORT);
        assertThat(pool.take(8 * SHORT)).hasSize(8 * SHORT);
        assertThat(pool.take(8 * SHORT + 1)).hasSize(LONG);
        assertThat(pool.take(LONG)).hasSize(LONG);
        assertThat(pool.take(LONG + 1)).hasSize(LONG + 1);
    }

    @Test
    void givesAgainWhatCameBack() {
        byte[] small = pool.take(1);
        byte[] large = pool.take(LONG);
        pool.give(small);
        pool.give(large);

        assertThat(pool.take(LONG)).isSameAs(large);
        assertThat(pool.take(1)).isSameAs(small);
        assertThat(pool.take(1)).isNotSameAs(small);
    }

    @Test
    void keepsNoMoreThanItsBoundAndNothingOfAnotherLength() {
        byte[] first = pool.take(LONG);
        byte[] second = pool.take(LONG);
        byte[] third = pool.take(LONG);
        pool.give(first);
        pool.give(second);
        pool.give(third);
        pool.give(new byte[LONG + 1]);
        pool.give(new byte[SHORT + 1]);

        assertThat(pool.take(LONG)).isSameAs(second);
        assertThat(pool.take(LONG)).isSameAs(first);
        assertThat(pool.take(LONG)).isNotSameAs(third);
        assertThat(pool.take(SHORT + 1)).hasSize(2 * SHORT);
    }

    @Test
    void keepsFewShortOnes() {
        int kept = BufferPool.SHORT_BYTES_KEPT_MAX / SHORT;
        List<byte[]> taken = new ArrayList<>();
        for (int count = 0; count <= kept; count++) {
            taken.add(pool.take(SHORT));
        }
        taken.forEach(pool::give);

        for (int count = 0; count < kept; count++) {
            assertThat(isOneOf(taken, pool.take(SHORT))).isTrue();
        }
        assertThat(isOneOf(taken, pool.take(SHORT))).isFalse();
    }

    private static boolean isOneOf(List<byte[]> arrays, byte[] array) {
        return arrays.stream().anyMatch(each -> each == array);
    }
}
