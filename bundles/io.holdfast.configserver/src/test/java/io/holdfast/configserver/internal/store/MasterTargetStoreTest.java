package io.holdfast.configserver.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.HoldfastException;
import io.holdfast.configserver.Retention;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.RetentionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterTargetStoreTest {

    @Test
    void retentionBecomesAPolicyOfTheStore() {
        assertThat(MasterTargetStore.policy(new Retention(168, 1, 2, 3, 4, 876_600, 72, 720, 60)))
                .isEqualTo(new RetentionPolicy(
                        7 * RetentionPolicy.DAY_MILLIS,
                        1,
                        2,
                        3,
                        4,
                        RetentionPolicy.FOREVER_MILLIS,
                        3 * RetentionPolicy.DAY_MILLIS,
                        new ColdTier(30 * RetentionPolicy.DAY_MILLIS, 60)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1, 0, 0, 0, 0, 0, 0, 0, 0 | fullDensityHours: -1; expected 0 to 876600",
                "876601, 0, 0, 0, 0, 0, 0, 0, 0 | fullDensityHours: 876601; expected 0 to 876600",
                "1, 10001, 0, 0, 0, 0, 0, 0, 0 | hourly: 10001; expected 0 to 10000",
                "1, 0, -1, 0, 0, 0, 0, 0, 0 | daily: -1; expected 0 to 10000",
                "1, 0, 0, 10001, 0, 0, 0, 0, 0 | weekly: 10001; expected 0 to 10000",
                "1, 0, 0, 0, 101, 0, 0, 0, 0 | yearly: 101; expected 0 to 100",
                "1, 0, 0, 0, 0, 876601, 0, 0, 0 | markersHours: 876601; expected 0 to 876600",
                "876600, 0, 0, 0, 0, 0, 87673, 0, 0 | lockHours: 87673; expected 0 to 87672",
                "71, 0, 0, 0, 0, 0, 72, 0, 0 | fullDensityHours: 71; expected at least the 72 hours of the lock",
                "1, 0, 0, 0, 0, 0, 0, 876601, 0 | coldHours: 876601; expected 0 to 876600",
                "1, 0, 0, 0, 0, 0, 0, 0, 1441 | coldMinutes: 1441; expected 0 to 1440",
                "9223372036854775807, 0, 0, 0, 0, 0, 0, 0, 0 | fullDensityHours: 9223372036854775807; expected 0 to 876600",
            })
    void whatIsOutOfBoundsIsRefusedByTheNameAndUnitOfTheInterface(String numbers, String message) {
        String[] given = numbers.split(", ", -1);
        Retention retention = new Retention(
                Long.parseLong(given[0]),
                Integer.parseInt(given[1]),
                Integer.parseInt(given[2]),
                Integer.parseInt(given[3]),
                Integer.parseInt(given[4]),
                Long.parseLong(given[5]),
                Long.parseLong(given[6]),
                Long.parseLong(given[7]),
                Integer.parseInt(given[8]));

        assertThatThrownBy(() -> MasterTargetStore.policy(retention))
                .isInstanceOf(HoldfastException.class)
                .hasMessage(message);
    }
}
