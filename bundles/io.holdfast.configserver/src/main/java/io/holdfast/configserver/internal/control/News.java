package io.holdfast.configserver.internal.control;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.configserver.ControlEvent;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.configserver.internal.access.AuditLog;
import io.holdfast.configserver.internal.agents.AgentDesk;
import io.holdfast.configserver.internal.space.SpaceWatch;
import io.holdfast.journal.StoreRoom;
import io.holdfast.model.Agent;
import io.holdfast.model.Job;
import io.holdfast.model.Machine;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Passes on what happens: to those who listen, to the jobs that wait for it, to the audit log. Thread-safe. */
public final class News implements AgentDesk.AgentNews, SpaceWatch.Listener {

    private static final long FIGURES_NANOS_LEAST = TimeUnit.SECONDS.toNanos(1);

    private final EventHub events;
    private final AuditLog audit;
    private final TimeSource time;
    private final ConcurrentHashMap<MachineId, Long> figuresNanos = new ConcurrentHashMap<>();

    /** Set once, before anything can happen that is told; what happens before that has no listeners. */
    private volatile @Nullable Views views;

    /**
     * Makes it.
     *
     * @param events those who listen
     * @param audit the audit log
     * @param time the monotonic clock
     */
    public News(EventHub events, AuditLog audit, TimeSource time) {
        this.events = events;
        this.audit = audit;
        this.time = time;
    }

    /**
     * Begins to pass on.
     *
     * @param made shows machines and agents
     */
    public void open(Views made) {
        views = made;
    }

    /**
     * A machine was changed, added or removed.
     *
     * @param id which
     */
    public void machineChanged(MachineId id) {
        Views seen = views;
        if (seen == null) {
            return;
        }
        Optional<Machine> machine = seen.machines().find(id);
        if (machine.isEmpty()) {
            figuresNanos.remove(id);
        }
        events.publish(() -> machine.<ControlEvent>map(found -> new ControlEvent.MachineChanged(seen.view(found)))
                .orElseGet(() -> new ControlEvent.MachineRemoved(id)));
    }

    /**
     * A job was added or changed.
     *
     * @param job as it is now
     */
    public void jobChanged(Job job) {
        events.publish(() -> new ControlEvent.JobChanged(job));
        machineChanged(job.machine());
    }

    @Override
    public void enrolled(Agent agent, String origin) {
        audit.add(new AuditLog.Event("system", origin, "agent.enrol", agent.name(), "ok", "id=" + agent.id()));
        agentChanged(agent.id());
    }

    @Override
    public void agentChanged(String agent) {
        Views seen = views;
        if (seen != null) {
            seen.register()
                    .byId(agent)
                    .ifPresent(found -> events.publish(() -> new ControlEvent.AgentChanged(seen.view(found))));
        }
    }

    @Override
    public void changed(SpaceAlarm before, SpaceWatch.State state) {
        SpaceAlarm alarm = state.alarm();
        StoreRoom room = state.room();
        String outcome = alarm == SpaceAlarm.NONE ? "ended" : change(alarm.compareTo(before));
        audit.add(new AuditLog.Event(
                "system",
                "-",
                "store.alarm",
                "recovery store",
                outcome,
                "alarm=" + alarm + " before=" + before + " freeBytes=" + room.usableBytes() + " reserveBytes="
                        + room.reserveBytes()));
        OptionalLong full = state.fullInMillis();
        events.publish(() ->
                new ControlEvent.StoreAlarm(alarm, room.usableBytes(), full.isPresent() ? full.getAsLong() : null));
    }

    private static String change(int worse) {
        if (worse == 0) {
            return "lasts";
        }
        return worse > 0 ? "raised" : "eased";
    }

    @Override
    public void reached(MachineId machine) {
        Views seen = views;
        if (seen != null) {
            seen.engine().reached(machine);
        }
    }

    @Override
    public void toldOf(MachineId machine) {
        Views seen = views;
        if (seen != null) {
            seen.engine().wake(machine);
        }
    }

    @Override
    public void figures(MachineId machine) {
        long now = time.monotonicNanos();
        Long before = figuresNanos.get(machine);
        if (before == null || now - before >= FIGURES_NANOS_LEAST) {
            figuresNanos.put(machine, now);
            machineChanged(machine);
        }
    }
}
