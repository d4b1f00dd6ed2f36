package io.holdfast.configserver.internal.space;

import io.holdfast.configserver.SpaceAlarm;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** When an alarm is raised, and when it ends: a quarter later than it began, so that a forecast that wavers raises it once. */
final class AlarmRule {

    private AlarmRule() {}

    /**
     * Decides.
     *
     * @param now the present alarm
     * @param stopped whether nothing is taken in
     * @param leftMillis how long the room will last, if that is foreseen
     * @return the alarm from now on
     */
    static SpaceAlarm next(SpaceAlarm now, boolean stopped, OptionalLong leftMillis) {
        if (stopped) {
            return SpaceAlarm.INTAKE_STOPPED;
        }
        long left = leftMillis.orElse(Long.MAX_VALUE);
        if (left <= limit(SpaceAlarm.HOUR, TimeUnit.HOURS.toMillis(1), now)) {
            return SpaceAlarm.HOUR;
        }
        if (left <= limit(SpaceAlarm.DAY, TimeUnit.DAYS.toMillis(1), now)) {
            return SpaceAlarm.DAY;
        }
        return left <= limit(SpaceAlarm.WEEK, TimeUnit.DAYS.toMillis(7), now) ? SpaceAlarm.WEEK : SpaceAlarm.NONE;
    }

    private static long limit(SpaceAlarm alarm, long millis, SpaceAlarm now) {
        return now.compareTo(alarm) >= 0 ? millis + millis / 4 : millis;
    }
}
