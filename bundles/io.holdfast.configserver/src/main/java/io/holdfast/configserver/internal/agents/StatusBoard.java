package io.holdfast.configserver.internal.agents;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.ReplicationView;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineStatus;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What agents last said, and when. Kept in memory alone: after a restart it is told anew within a second. All ages are durations of the
 * monotonic clock of this process; the clocks of two machines are never compared. Thread-safe.
 */
public final class StatusBoard {

    /** An agent that was not heard of for so long is lost. */
    public static final long LOST_MILLIS = 5_000;

    private final TimeSource time;
    private final long startNanos;
    private final ConcurrentHashMap<MachineId, Entry> statuses = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Long> heardNanos = new ConcurrentHashMap<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();

    private record Entry(MachineStatus status, long atNanos) {}

    /**
     * Makes an empty board.
     *
     * @param time the monotonic clock
     */
    public StatusBoard(TimeSource time) {
        this.time = time;
        this.startNanos = time.monotonicNanos();
    }

    /**
     * Notes that an agent was heard of.
     *
     * @param agent its id
     * @return true when it was lost, or is heard of for the first time
     */
    boolean heard(String agent) {
        boolean first = heardNanos.put(agent, time.monotonicNanos()) == null;
        return lost.remove(agent) || first;
    }

    /**
     * Notes what an agent said of a machine.
     *
     * @param status as it came
     */
    void told(MachineStatus status) {
        statuses.put(status.machine(), new Entry(status, time.monotonicNanos()));
    }

    /**
     * Forgets a machine.
     *
     * @param machine which
     */
    public void forget(MachineId machine) {
        statuses.remove(machine);
    }

    /**
     * Forgets an agent.
     *
     * @param agent its id
     */
    void forgetAgent(String agent) {
        heardNanos.remove(agent);
        lost.remove(agent);
    }

    /**
     * Tells how long an agent has been silent.
     *
     * @param agent its id
     * @return milliseconds; nothing when it was not heard of since the start
     */
    public OptionalLong silentMillis(String agent) {
        Long at = heardNanos.get(agent);
        return at == null ? OptionalLong.empty() : OptionalLong.of(ageMillis(at));
    }

    /**
     * Tells whether an agent is heard of.
     *
     * @param agent its id
     * @return false when it is lost
     */
    public boolean isHeard(String agent) {
        OptionalLong silent = silentMillis(agent);
        return silent.isPresent() && silent.getAsLong() < LOST_MILLIS;
    }

    /**
     * Tells whether it is known how an agent is: it was heard of since the start, or has had the time for it.
     *
     * @param agent its id
     * @return false in the first seconds after a start, until the agent is heard of
     */
    public boolean isKnown(String agent) {
        return heardNanos.containsKey(agent) || ageMillis(startNanos) >= LOST_MILLIS;
    }

    /**
     * Finds the agents that were lost since the last call.
     *
     * @return their ids
     */
    Set<String> newlyLost() {
        Set<String> found = new HashSet<>();
        heardNanos.forEach((agent, at) -> {
            if (ageMillis(at) >= LOST_MILLIS && lost.add(agent)) {
                found.add(agent);
            }
        });
        return found;
    }

    /**
     * Finds what was last said of a machine, if the agent that said it is heard of.
     *
     * @param machine which
     * @return the status, at most {@link #LOST_MILLIS} old
     */
    public Optional<MachineStatus> fresh(Machine machine) {
        Entry entry = statuses.get(machine.id());
        return entry == null || ageMillis(entry.atNanos()) >= LOST_MILLIS
                ? Optional.empty()
                : Optional.of(entry.status());
    }

    /**
     * Finds what was said of a machine since a moment.
     *
     * @param machine which
     * @param ageMillisMax how long ago that moment is
     * @return the status, if it is younger
     */
    public Optional<MachineStatus> since(MachineId machine, long ageMillisMax) {
        Entry entry = statuses.get(machine);
        return entry == null || ageMillis(entry.atNanos()) >= ageMillisMax
                ? Optional.empty()
                : Optional.of(entry.status());
    }

    /**
     * Shows what was last said of a machine.
     *
     * @param machine which
     * @return the view; nothing when nothing was said since the start
     */
    public Optional<ReplicationView> view(Machine machine) {
        Entry entry = statuses.get(machine.id());
        if (entry == null) {
            return Optional.empty();
        }
        long age = ageMillis(entry.atNanos());
        long rpo = Math.addExact(Math.max(0, entry.status().rpoMillis()), age);
        return Optional.of(new ReplicationView(
                entry.status(),
                isHeard(machine.agent()),
                age,
                rpo,
                rpo <= machine.policy().rpoGoalMillis()));
    }

    private long ageMillis(long atNanos) {
        return TimeUnit.NANOSECONDS.toMillis(time.monotonicNanos() - atNanos);
    }
}
