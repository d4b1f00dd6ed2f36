package io.holdfast.configserver.internal.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.configserver.SpaceAlarm;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpaceForecastTest {

    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final long MEDIUM_BYTES = 1_000_000_000L;

    private final SpaceForecast forecast = new SpaceForecast();
    private long now;
    private long used;

    /** Looks each half minute while something is taken evenly. */
    private void watch(long millis, long bytesPerHour) {
        long end = now + millis;
        while (now < end) {
            forecast.add(now, used);
            now += MINUTE / 2;
            used += bytesPerHour / 120;
        }
    }

    private OptionalLong left() {
        return forecast.at(now, used, MEDIUM_BYTES - used).leftMillis();
    }

    private long expectedMillis(long bytesPerHour) {
        return (MEDIUM_BYTES - used) * HOUR / bytesPerHour;
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(forecast.at(0, 0, MEDIUM_BYTES)).isEqualTo(new SpaceForecast.Forecast(0, OptionalLong.empty(), 0));
        watch(4 * MINUTE, 900_000_000L);

        assertThat(left()).isEmpty();
    }

    @Test
    void foretellsTwelveTimesAsFarAsItHasWatchedAndNoFurther() {
        long perHour = 12_000_000L;
        watch(HOUR, perHour);
        assertThat(left()).isEmpty();

        watch(7 * HOUR, perHour);

        assertThat(left().orElseThrow()).isCloseTo(expectedMillis(perHour), within(MINUTE));
        assertThat(forecast.at(now, used, 1).growthBytesPerDay()).isCloseTo(24 * perHour, within(24_000L));
    }

    @Test
    void foretellsADayFromHoursAndAWeekFromADay() {
        long perHour = 4_800_000L;
        watch(DAY, perHour);

        assertThat(left().orElseThrow()).isCloseTo(expectedMillis(perHour), within(MINUTE));
        assertThat(left().orElseThrow()).isGreaterThan(7 * DAY);
    }

    @Test
    void hearsOfASuddenRushBeforeTheAverageOfAWeekDoes() {
        watch(7 * DAY, 120_000L);
        assertThat(left()).isEmpty();

        watch(15 * MINUTE, 1_200_000_000L);

        assertThat(left().orElseThrow()).isLessThan(HOUR);
    }

    @Test
    void forgetsARushThatIsOver() {
        watch(DAY, 0);
        watch(15 * MINUTE, 1_200_000_000L);
        assertThat(left().orElseThrow()).isLessThan(HOUR);

        watch(14 * HOUR, 0);

        assertThat(left().orElse(Long.MAX_VALUE)).isGreaterThan(DAY);
    }

    @Test
    void foreseesNothingWhenLessIsTakenThanBefore() {
        used = MEDIUM_BYTES / 2;
        watch(8 * DAY, -120_000L);

        assertThat(left()).isEmpty();
        assertThat(forecast.at(now, used, MEDIUM_BYTES - used).growthBytesPerDay())
                .isNegative();
    }

    @Test
    void saysHowFarItReaches() {
        watch(2 * HOUR, 120_000L);

        assertThat(left()).isEmpty();
        assertThat(forecast.at(now, used, MEDIUM_BYTES - used).reachMillis()).isEqualTo(24 * HOUR);
    }

    @Test
    void goesOnWhereAnotherLeftOffOnAnotherClockAndAnotherMedium() {
        watch(6 * DAY, 4_800_000L);
        SpaceForecast other = new SpaceForecast();

        other.resume(1, 7, forecast.noted(now, used));

        assertThat(other.at(1, 7, 500_000_000L)).isEqualTo(forecast.at(now, used, 500_000_000L));
        assertThat(other.noted(1, 7)).isEqualTo(forecast.noted(now, used));
    }

    @Test
    void goesOnWithinItsBounds() {
        watch(8 * DAY, 4_800_000L);
        SpaceForecast other = new SpaceForecast();
        other.resume(0, 0, forecast.noted(now, used));

        for (int look = 0; look < 60; look++) {
            other.add(look * 14 * HOUR, look);
        }

        assertThat(other.noted(0, 0))
                .hasSize(4)
                .allSatisfy(noted -> assertThat(noted.growths()).hasSize(SpaceForecast.SAMPLES_MAX));
    }

    @Test
    void saysNowWhenNothingIsLeft() {
        watch(HOUR, 1_000_000L);

        assertThat(forecast.at(now, used, 0).leftMillis()).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, 169, NONE",
        "NONE, 168, WEEK",
        "WEEK, 209, WEEK",
        "WEEK, 211, NONE",
        "WEEK, 24, DAY",
        "DAY, 29, DAY",
        "DAY, 31, WEEK",
        "NONE, 1, HOUR",
        "HOUR, 2, DAY",
        "HOUR, 200, WEEK",
        "INTAKE_STOPPED, 2, DAY"
    })
    void raisesAnAlarmAtItsLimitAndEndsItAQuarterBehind(SpaceAlarm before, long hoursLeft, SpaceAlarm after) {
        assertThat(AlarmRule.next(before, false, OptionalLong.of(hoursLeft * HOUR)))
                .isEqualTo(after);
    }

    @Test
    void aStoreThatTakesNothingIsWorseThanAnyForecast() {
        assertThat(AlarmRule.next(SpaceAlarm.NONE, true, OptionalLong.empty())).isEqualTo(SpaceAlarm.INTAKE_STOPPED);
        assertThat(AlarmRule.next(SpaceAlarm.INTAKE_STOPPED, false, OptionalLong.empty()))
                .isEqualTo(SpaceAlarm.NONE);
    }
}
