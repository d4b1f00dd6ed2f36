package io.holdfast.configserver;

/**
 * How near the recovery store is to taking in nothing more, from good to bad.
 *
 * @since 1.0
 */
public enum SpaceAlarm {
    /** Nothing is foreseen within a week. */
    NONE,
    /** At the present rate within a week. */
    WEEK,
    /** At the present rate within a day. */
    DAY,
    /** At the present rate within an hour. */
    HOUR,
    /** It takes in nothing: what is left is kept for its maintenance. */
    INTAKE_STOPPED
}
