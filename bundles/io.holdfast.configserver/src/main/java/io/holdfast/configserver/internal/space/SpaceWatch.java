package io.holdfast.configserver.internal.space;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.configserver.StorePort;
import io.holdfast.journal.StoreRoom;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the room of the recovery store. What it has seen is kept in a file, so that another start foretells at its first look what this one would
 * have foretold. Only the time that is watched counts: how long nobody looked, and what was taken meanwhile, is left out. Thread-safe.
 */
public final class SpaceWatch {

    private static final long KEEP_MILLIS = TimeUnit.MINUTES.toMillis(1);
    private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);

    /** Hears of each alarm once when it is raised, once when it eases, once when it ends, and once more when it lasts over a start. */
    public interface Listener {

        /**
         * The alarm is another one, or lasts over a start.
         *
         * @param before the one before; the same when it lasts
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
    private final SpaceMemory memory;
    private final SpaceForecast forecast = new SpaceForecast();
    private SpaceAlarm alarm;
    private @Nullable Look last;
    private long keptMillis;

    /** What an earlier process has seen; nothing once the first look has taken it over. */
    private List<SpaceForecast.Noted> before;

    /** When a look was, and how much was taken of the medium. */
    private record Look(long millis, long usedBytes) {}

    /**
     * Begins to watch.
     *
     * @param store whose room
     * @param time its monotonic clock
     * @param listener told on the thread that looks
     * @param memory what was seen before, and where it is kept
     */
    public SpaceWatch(StorePort store, TimeSource time, Listener listener, SpaceMemory memory) {
        this.store = store;
        this.time = time;
        this.listener = listener;
        this.memory = memory;
        SpaceMemory.Seen seen = memory.read();
        this.alarm = seen.alarm();
        this.before = seen.noted();
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
        SpaceAlarm earlier;
        boolean first;
        synchronized (lock) {
            long now = TimeUnit.NANOSECONDS.toMillis(time.monotonicNanos());
            long used = room.totalBytes() - room.usableBytes();
            first = last == null;
            if (first) {
                forecast.resume(now, used, before);
                before = List.of();
                keptMillis = now;
            }
            last = new Look(now, used);
            forecast.add(now, used);
            SpaceForecast.Forecast foreseen = forecast.at(now, used, room.intakeBytes());
            earlier = alarm;
            alarm = AlarmRule.next(earlier, room.intakeStopped(), foreseen.leftMillis());
            state = new State(room, foreseen, alarm);
        }
        if (earlier != state.alarm() || first && earlier != SpaceAlarm.NONE) {
            log(state);
            listener.changed(earlier, state);
        }
        return state;
    }

    /**
     * Keeps what was seen for another start, when a minute has passed since it was kept, so that a process that is killed loses a minute of it at most.
     * May wait for a disk. What goes wrong is told in the log and hinders nothing. To be done after looks, on one thread at a time.
     */
    public void keep() {
        SpaceMemory.Seen seen;
        synchronized (lock) {
            Look look = last;
            if (look == null || look.millis - keptMillis < KEEP_MILLIS) {
                return;
            }
            keptMillis = look.millis;
            seen = new SpaceMemory.Seen(alarm, forecast.noted(look.millis, look.usedBytes));
        }
        memory.write(seen);
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
