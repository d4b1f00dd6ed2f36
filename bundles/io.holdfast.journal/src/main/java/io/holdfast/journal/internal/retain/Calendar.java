package io.holdfast.journal.internal.retain;

import io.holdfast.journal.RetentionPolicy;
import java.time.LocalDate;

/** The periods of a schedule, in UTC. */
enum Calendar {
    HOUR {
        @Override
        long period(long utcMillis) {
            return Math.floorDiv(utcMillis, RetentionPolicy.HOUR_MILLIS);
        }

        @Override
        long startMillis(long period) {
            return period * RetentionPolicy.HOUR_MILLIS;
        }
    },
    DAY {
        @Override
        long period(long utcMillis) {
            return Math.floorDiv(utcMillis, RetentionPolicy.DAY_MILLIS);
        }

        @Override
        long startMillis(long period) {
            return period * RetentionPolicy.DAY_MILLIS;
        }
    },
    WEEK {
        @Override
        long period(long utcMillis) {
            return Math.floorDiv(DAY.period(utcMillis) + THURSDAY, DAYS_OF_WEEK);
        }

        @Override
        long startMillis(long period) {
            return DAY.startMillis(period * DAYS_OF_WEEK - THURSDAY);
        }
    },
    YEAR {
        @Override
        long period(long utcMillis) {
            return LocalDate.ofEpochDay(DAY.period(utcMillis)).getYear();
        }

        @Override
        long startMillis(long period) {
            return DAY.startMillis(LocalDate.of((int) period, 1, 1).toEpochDay());
        }
    };

    /** 1970 began on a Thursday, three days after Monday. */
    private static final int THURSDAY = 3;

    private static final int DAYS_OF_WEEK = 7;
    private static final int DAYS_OF_YEAR_MAX = 366;

    /** Which period a time lies in. */
    abstract long period(long utcMillis);

    /** When a period begins. */
    abstract long startMillis(long period);

    /** How long a policy keeps the first point of each period. */
    long ageMillis(RetentionPolicy policy) {
        return switch (this) {
            case HOUR -> policy.hourly() * RetentionPolicy.HOUR_MILLIS;
            case DAY -> policy.daily() * RetentionPolicy.DAY_MILLIS;
            case WEEK -> policy.weekly() * DAYS_OF_WEEK * RetentionPolicy.DAY_MILLIS;
            case YEAR -> policy.yearly() * DAYS_OF_YEAR_MAX * RetentionPolicy.DAY_MILLIS;
        };
    }
}
