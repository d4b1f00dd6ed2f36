package io.holdfast.configserver.internal.space;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.configserver.StorePort;
import io.holdfast.journal.StoreRoom;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the room of the recovery store. What it has seen is gone with the process: it foretells far ahead again once it has watched long. Thread-safe. */
public final class SpaceWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);

    /** Hears of each alarm once when it is raised, once when it eases, once when it ends. */
    public interface Listener {

        /**
         * The alarm is another one.
         *
         * @param before the one before
         * @param state as it is now
         */
        void changed(SpaceAlarm before, State state);
    }

    /**
     * How the store stood at a look.
     *
     * @param room of its medium
     * @param forecast how long that will last
     * @param alarm what of it is worth attention
     */
    public record State(StoreRoom room, SpaceForecast.Forecast forecast, SpaceAlarm alarm) {

        /**
         * Tells when no new points will be taken in.
         *
         * @return milliseconds from now: 0 when none are; empty when it is not foreseen
         */
        public OptionalLong fullInMillis() {
            return room.intakeStopped() ? OptionalLong.of(0) : forecast.leftMillis();
        }
    }

    private final StorePort store;
    private final TimeSource time;
    private final Listener listener;
    private final Object lock = new Object();
    private final SpaceForecast forecast = new SpaceForecast();
    private SpaceAlarm alarm = SpaceAlarm.NONE;

    /**
     * Begins to watch.
     *
     * @param store whose room
     * @param time its monotonic clock
     * @param listener told on the thread that looks
     */
    public SpaceWatch(StorePort store, TimeSource time, Listener listener) {
        this.store = store;
        this.time = time;
        this.listener = listener;
    }

    /**
     * Looks. To be done some times a minute.
     *
     * @return what was found
     * @throws HoldfastException when the store cannot tell, {@code NETWORK} when it is not there
     */
    public State look() {
        StoreRoom room = store.room();
        State state;
        SpaceAlarm before;
        synchronized (lock) {
            long now = TimeUnit.NANOSECONDS.toMillis(time.monotonicNanos());
            long used = room.totalBytes() - room.usableBytes();
            forecast.add(now, used);
            SpaceForecast.Forecast foreseen = forecast.at(now, used, room.intakeBytes());
            before = alarm;
            alarm = AlarmRule.next(before, room.intakeStopped(), foreseen.leftMillis());
            state = new State(room, foreseen, alarm);
        }
        if (before != state.alarm()) {
            log(state);
            listener.changed(before, state);
        }
        return state;
    }

    private static void log(State state) {
        StoreRoom room = state.room();
        long fullInMillis = state.fullInMillis().orElse(-1);
        switch (state.alarm()) {
            case NONE ->
                LOG.info(
                        "the recovery store has room again freeBytes={} reserveBytes={}",
                        room.usableBytes(),
                        room.reserveBytes());
            case WEEK, DAY, HOUR ->
                LOG.warn(
                        "the recovery store fills up alarm={} fullInMillis={} freeBytes={} reserveBytes={}",
                        state.alarm(),
                        fullInMillis,
                        room.usableBytes(),
                        room.reserveBytes());
            case INTAKE_STOPPED ->
                LOG.error(
                        "the recovery store takes no new points until there is room freeBytes={} reserveBytes={}",
                        room.usableBytes(),
                        room.reserveBytes());
        }
    }
}
