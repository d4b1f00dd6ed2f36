package io.holdfast.configserver.internal.agents;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.configserver.ReplicationView;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineStatus;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What agents last said, and when. Kept in memory alone: after a restart it is told anew within a second. All ages are durations of the
 * monotonic clock of this process; the clocks of two machines are never compared. Thread-safe.
 */
public final class StatusBoard {

    /** An agent that was not heard of for so long is lost. */
    public static final long LOST_MILLIS = 5_000;

    /** How long the end of a source takes to be noticed, and the report about it to arrive. */
    private static final long REPORT_MILLIS_MAX = 1_000;

    private static final long LOOK_MILLIS = 50;

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
     * @param since when it was taken; null for just now
     */
    void told(MachineStatus status, AgentMessages.@Nullable Since since) {
        long now = time.monotonicNanos();
        long takenNanos = now;
        if (since != null) {
            long ageNanos = now - since.moment() - TimeUnit.MILLISECONDS.toNanos(since.millis());
            takenNanos = now - Math.clamp(ageNanos, 0, TimeUnit.MILLISECONDS.toNanos(LOST_MILLIS));
        }
        statuses.put(status.machine(), new Entry(status, takenNanos));
    }

    /**
     * Tells the present moment, to date the statuses of the next poll by.
     *
     * @return by the monotonic clock
     */
    long moment() {
        return time.monotonicNanos();
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
     * Finds out whether a machine's source runs now. A report that says so may have been overtaken by the source's end, so one that came after the
     * question is waited for, {@link #LOST_MILLIS} at most.
     *
     * @param machine which
     * @return true when its agent says so in a report that was made after the call; false when it says otherwise, or is lost
     * @throws HoldfastException {@code TIMEOUT} when the thread is interrupted
     */
    public boolean isSourceRunning(Machine machine) {
        long asked = time.monotonicNanos();
        while (saysRunning(machine)) {
            if (hasSaidRunning(machine, ageMillis(asked))) {
                return true;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new HoldfastException(
                        ErrorCode.TIMEOUT, "machine " + machine.name(), "ended while its agent was waited for");
            }
            time.pauseMillis(LOOK_MILLIS);
        }
        return false;
    }

    /**
     * Tells whether the agent's last word of a machine is that its source runs.
     *
     * @param machine which
     * @return false also when the agent is lost
     */
    public boolean saysRunning(Machine machine) {
        return isHeard(machine.agent())
                && fresh(machine).map(MachineStatus::sourceRunning).orElse(false);
    }

    /**
     * Tells whether a machine's source was said to run in a report that was made after a moment.
     *
     * @param machine which
     * @param ageMillis how long ago that moment is
     * @return false while no such report has come
     */
    public boolean hasSaidRunning(Machine machine, long ageMillis) {
        return since(machine.id(), ageMillis - REPORT_MILLIS_MAX)
                .map(MachineStatus::sourceRunning)
                .orElse(false);
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
        long rpo =
                Math.addExact(Math.max(0, entry.status().rpoMillis()), age + 1); // rounded up: never better than it is
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
