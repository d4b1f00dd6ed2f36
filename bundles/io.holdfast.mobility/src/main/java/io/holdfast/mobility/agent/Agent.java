package io.holdfast.mobility.agent;

import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.SourceAdapter;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.changelog.FolderStorage;
import io.holdfast.changelog.LogSettings;
import io.holdfast.mobility.machine.MachineEngine;
import io.holdfast.mobility.machine.MachineRecord;
import io.holdfast.mobility.machine.MachineStatus;
import io.holdfast.mobility.machine.MachineSurroundings;
import io.holdfast.mobility.machine.StoreDialer;
import io.holdfast.mobility.stream.Sequencer;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All machines of one agent: their engines, capture servers and folders. Goes on after a restart with what it remembers, whether the
 * configuration server is there or not. Thread-safe.
 */
final class Agent implements MachineSurroundings, AutoCloseable {

    private static final long BEAT_MILLIS = 50;
    /**
     * An ended connection counts as a broken capture this late: when the hypervisor died, its end is heard of meanwhile, and what it
     * acknowledged is all here.
     */
    private static final long ENDED_MILLIS = 400;

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** A machine that is remembered and could not be taken up. */
    private record Stranded(MachineRecord state, HoldfastException reason) {}

    /** One machine at work. */
    private record Running(MachineFolder folder, CaptureServer server, MachineRunner runner) {}

    private final AgentSettings settings;
    private final AgentSecrets secrets;
    private final Function<String, Optional<SourceAdapter>> adapters;
    private final StoreDialer dialer;
    private final TimeSource time;
    private final SecureRandom random;
    private final Map<MachineId, Running> machines = new ConcurrentHashMap<>();
    private final Map<MachineId, Stranded> stranded = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock;

    /**
     * Takes up every machine that it remembers.
     *
     * @param settings who and where
     * @param secrets of the agent
     * @param adapters finds an adapter by name
     * @param dialer reaches process servers
     * @param random for the change logs and the numbers of epochs
     */
    Agent(
            AgentSettings settings,
            AgentSecrets secrets,
            Function<String, Optional<SourceAdapter>> adapters,
            StoreDialer dialer,
            SecureRandom random) {
        this.settings = settings;
        this.secrets = secrets;
        this.adapters = adapters;
        this.dialer = dialer;
        this.time = TimeSource.SYSTEM;
        this.random = random;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "holdfast-agent-clock");
            thread.setDaemon(true);
            thread.setPriority(Thread.MAX_PRIORITY);
            return thread;
        });
        for (MachineRecord state : MachineFolder.readAll(settings.machines())) {
            startOrStrand(state);
        }
        clock.scheduleAtFixedRate(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void beat() {
        for (Running running : machines.values()) {
            running.server().beat();
        }
    }

    /**
     * Takes a machine up.
     *
     * @param state what is to be remembered of it; durable on return
     * @throws HoldfastException {@code DISK_ERROR}, {@code KEY_MISSING}; nothing runs then
     */
    void take(MachineRecord state) {
        Stranded before = stranded.get(state.id());
        MachineRecord known =
                before == null ? state : before.state().changed(state.name(), state.address(), state.settings());
        MachineFolder.of(settings.machines(), state.id()).write(known);
        start(known);
        stranded.remove(state.id());
    }

    /** One machine that cannot be taken up keeps no other from its protection. */
    private void startOrStrand(MachineRecord state) {
        try {
            start(state);
        } catch (HoldfastException e) {
            stranded.put(state.id(), new Stranded(state, e));
            LOG.error("machine not taken up machine={} code={} reason={}", state.id(), e.code(), e.getMessage());
        }
    }

    private void start(MachineRecord state) {
        MachineId machine = state.id();
        MachineFolder folder = MachineFolder.of(settings.machines(), machine);
        ChangeLog log = openLog(folder, state);
        CaptureServer server =
                new CaptureServer(folder, time, (capture, reason) -> endedSoon(machine, capture, reason));
        MachineRunner runner = new MachineRunner(
                MachineFolder.tag(machine),
                means -> new MachineEngine(
                        state,
                        new MachineEngine.Settings(
                                secrets.id(),
                                settings.name(),
                                "Holdfast " + settings.version(),
                                settings.memoryBytesMax()),
                        this,
                        new MachineEngine.Tools(log, dialer, means.slow(), time, random, means.wake())));
        machines.put(machine, new Running(folder, server, runner));
        runner.start();
        LOG.info("machine taken up machine={} name={} mode={}", machine, state.name(), state.mode());
    }

    private ChangeLog openLog(MachineFolder folder, MachineRecord state) {
        try {
            return ChangeLog.open(
                    new FolderStorage(folder.log()),
                    LogSettings.encrypted(state.id(), state.settings().logBytesMax(), secrets.logKey()),
                    random);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, folder.log().toString(), "cannot be opened: " + e.getMessage(), e);
        }
    }

    private void endedSoon(MachineId machine, long capture, String reason) {
        clock.schedule(
                () -> find(machine).ifPresent(engine -> engine.connectionEnded(capture, reason)),
                ENDED_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /**
     * Finds a machine's engine.
     *
     * @param machine which
     * @return it, or nothing when the machine is not here
     */
    Optional<MachineEngine> find(MachineId machine) {
        return Optional.ofNullable(machines.get(machine))
                .map(running -> running.runner().engine());
    }

    /** How all machines are, those that could not be taken up among them. */
    List<MachineStatus> statuses() {
        return Stream.concat(
                        machines.values().stream()
                                .map(running -> running.runner().engine().status()),
                        stranded.values().stream()
                                .map(machine ->
                                        MachineStatus.failed(machine.state().id(), machine.reason())))
                .toList();
    }

    @Override
    public SourceAdapter adapter(String name) {
        return adapters.apply(name)
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND,
                        "source adapter '" + name + "'",
                        "is not there; expected kvm, or a bundle that brings it"));
    }

    @Override
    public SourceSettings sourceSettings(MachineRecord state) {
        Running running = running(state.id());
        running.server().limitStall(state.settings().stallLimitMillis());
        MachineFolder folder = running.folder();
        return new SourceSettings(
                folder.path(),
                folder.heartbeat(),
                state.settings().stallLimitMillis(),
                state.settings().writeBoundMillis());
    }

    @Override
    public List<CaptureTarget> offer(
            MachineId machine, long capture, List<DiskDescription> disks, Sequencer sequencer) {
        return running(machine).server().offer(capture, disks, sequencer);
    }

    @Override
    public void withdraw(MachineId machine) {
        Running running = machines.get(machine);
        if (running != null) {
            running.server().withdraw();
        }
    }

    @Override
    public void persist(MachineRecord state) {
        MachineFolder.of(settings.machines(), state.id()).write(state);
    }

    @Override
    public boolean isProtectedHere(String tag) {
        return machines.keySet().stream()
                .anyMatch(machine -> MachineFolder.tag(machine).equals(tag));
    }

    /** The engine is in its turn now, so its end is another thread's; not the clock's, whose beats must not wait. */
    @Override
    public void forgotten(MachineId machine) {
        Running running = machines.remove(machine);
        if (running != null) {
            Thread.ofPlatform().name("holdfast-agent-forget").start(() -> {
                end(running);
                running.folder().delete();
                LOG.info("machine forgotten machine={}", machine);
            });
        }
    }

    private static void end(Running running) {
        running.runner().close();
        running.server().close();
    }

    private Running running(MachineId machine) {
        Running running = machines.get(machine);
        if (running == null) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "machine " + machine, "is not protected by this agent");
        }
        return running;
    }

    /** Ends every capture in order and lets go; bitmaps go on at the sources. Idempotent. */
    @Override
    public void close() {
        List<Thread> ends = machines.values().stream()
                .map(running -> Thread.ofPlatform().name("holdfast-agent-end").start(() -> end(running)))
                .toList();
        for (Thread end : ends) {
            try {
                end.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        clock.shutdown();
        machines.clear();
    }
}
