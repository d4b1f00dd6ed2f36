package io.holdfast.journal.internal.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BufferPoolTest {

    private static final int SHORT = 100;
    private static final int LONG = 1_000;

    private final BufferPool pool = new BufferPool(SHORT, LONG, 2);

    @Test
    void givesTheShorterLengthThatDoes() {
        assertThat(pool.take(0)).hasSize(SHORT);
        assertThat(pool.take(SHORT)).hasSize(SHORT);
        assertThat(pool.take(SHORT + 1)).hasSize(LONG);
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

        assertThat(pool.take(LONG)).isSameAs(second);
        assertThat(pool.take(LONG)).isSameAs(first);
        assertThat(pool.take(LONG)).isNotSameAs(third);
    }
}
