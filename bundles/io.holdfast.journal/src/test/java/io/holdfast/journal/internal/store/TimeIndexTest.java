package io.holdfast.journal.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges in any order, with gaps and steps back, compared with looking at all of them. */
class TimeIndexTest {

    private record Range(int number, long first, long last) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 17, 64, 65, 300, 5_000})
    void findsTheNewestRangeThatTouchesAWindow(int count) {
        Random random = new Random(count);
        TimeIndex index = new TimeIndex();
        List<Range> ranges = new ArrayList<>();
        long time = 1_000;
        for (int number = 1; number <= count; number++) {
            time += random.nextInt(100) - (random.nextInt(20) == 0 ? 1_000 : 0);
            if (random.nextInt(10) > 0) {
                Range range = new Range(number, time, time + random.nextInt(60));
                ranges.add(range);
                index.put(number, range.first, range.last);
            }
        }

        for (int question = 0; question < 500; question++) {
            int number = random.nextInt(count + 10);
            long from = random.nextLong(Math.max(1, time) + 2_000) - 1_000;
            long to = random.nextInt(5) == 0 ? Long.MAX_VALUE : from + random.nextInt(200);
            int expected = ranges.stream()
                    .filter(range -> range.number <= number && range.first <= to && range.last >= from)
                    .mapToInt(Range::number)
                    .max()
                    .orElse(-1);
            assertThat(index.newestTouching(number, from, to)).isEqualTo(expected);
        }
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertThat(new TimeIndex().newestTouching(7, Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(-1);
    }
}
