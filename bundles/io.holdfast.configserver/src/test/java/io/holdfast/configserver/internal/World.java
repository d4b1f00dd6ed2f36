package io.holdfast.configserver.internal;

import io.holdfast.base.MachineId;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.StoredUser;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.FailoverRequest;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.ProtectRequest;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.model.CaptureState;
import io.holdfast.model.DrillPhase;
import io.holdfast.model.Hardware;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobState;
import io.holdfast.model.Machine;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.MachineDisk;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.PointChoice;
import io.holdfast.model.Policy;
import io.holdfast.model.Protection;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.Role;
import io.holdfast.model.SourceFacts;
import io.holdfast.model.StreamCoding;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * A configuration server on a real catalog, with a store, a target and agents in memory, in one thread and under a clock that tests move. A kill
 * throws the server away; what is outside of it stays.
 */
final class World implements AutoCloseable {

    static final Caller ADMIN = new Caller("admin", Role.ADMINISTRATOR, false, "192.0.2.1");

    private static final int ROUNDS_MAX = 3_000;
    private static final long ROUND_MILLIS = 250;

    final ManualTime time = new ManualTime();
    final KillSwitch kill = new KillSwitch();
    final FakeStore store = new FakeStore(kill);
    final FakeBundles bundles = new FakeBundles();
    final FakeTarget target = new FakeTarget(kill);
    final List<FakeAgent> agents = new ArrayList<>();
    final Map<MachineId, StreamCoding> codings = new HashMap<>();
    final Catalog catalog;
    final FakeKeys keys;
    private final Path folder;
    private final CertificateAuthority authority;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private ConfigurationServer server;
    int restarts;

    World(Path folder) {
        this.folder = folder;
        keys = new FakeKeys(folder, time);
        catalog = SharedCatalog.emptied();
        StoredUser ready = new StoredUser(ADMIN.user(), Role.ADMINISTRATOR, "none", false, 0, null);
        catalog.write(tables -> {
            tables.users().insert(ready);
            return true;
        });
        authority = CertificateAuthority.open(folder.resolve("identity"), time, new SecureRandom());
        server = newServer();
        time.whilePausing(this::roundOfSomebodyWhoWaits);
    }

    /** Whoever waits in a process that is killed does not live to see what came of it. */
    private void roundOfSomebodyWhoWaits() {
        int before = restarts;
        round();
        if (restarts > before) {
            throw new KillSwitch.Killed("while somebody waited");
        }
    }

    private ConfigurationServer newServer() {
        return newServer(Optional.empty());
    }

    ConfigurationServer serverWithLocalAgent(Path agentFolder) {
        return newServer(Optional.of(agentFolder));
    }

    private ConfigurationServer newServer(Optional<Path> agentFolder) {
        return new ConfigurationServer(
                new ConfigurationServer.Ports(
                        new MortalCatalog(catalog, kill),
                        store,
                        store,
                        keys,
                        new Targets(() -> List.of(target)),
                        authority,
                        bundles,
                        machine -> Optional.ofNullable(codings.get(machine))),
                new ConfigurationServer.Settings(
                        folder.resolve("replicas"), ":9443", agentFolder, folder.resolve("space-seen")),
                new ConfigurationServer.Means(time, new SecureRandom(), tasks::add));
    }

    ConfigurationServer server() {
        return server;
    }

    CertificateAuthority authority() {
        return authority;
    }

    /** The process ends without warning, and starts again. */
    void restart() {
        tasks.clear();
        kill.disarm();
        restarts++;
        server = newServer();
    }

    FakeAgent enrol(String name) {
        FakeAgent agent = new FakeAgent(name, store);
        agent.enrol(
                server.agentGateway(), server.agents().createToken(ADMIN, 10).token());
        agents.add(agent);
        agent.poll(server.agentGateway());
        return agent;
    }

    /** One round of everything: time passes, agents report, due work is done. Comes back from a kill with a new server. */
    void round() {
        try {
            time.advanceMillis(ROUND_MILLIS);
            server.tick();
            drain();
            for (FakeAgent agent : agents) {
                agent.poll(server.agentGateway());
                drain();
            }
        } catch (KillSwitch.Killed _) {
            restart();
        }
    }

    private void drain() {
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }

    void rounds(int count) {
        for (int round = 0; round < count; round++) {
            round();
        }
    }

    /** Lets everything that is only cleaned up now and then be cleaned up. */
    void settle() {
        for (int round = 0; round < 4; round++) {
            time.advanceMillis(4_000);
            round();
        }
    }

    /** A machine as {@link #protect} leaves it, without the way there. */
    MachineId protectedMachine(String name, FakeAgent agent) {
        MachineId id = new MachineId(UUID.randomUUID());
        SourceFacts facts = new SourceFacts(
                name,
                "",
                "QEMU 7.2.22",
                true,
                new Hardware(1, 256, Hardware.Firmware.BIOS),
                List.of(new MachineDisk("disk-a", 1 << 20)));
        Machine machine = new Machine(
                id,
                name,
                agent.id(),
                wish(name, agent).address(),
                Policy.DEFAULT,
                "login:",
                facts,
                new Protection(ProtectionPhase.PROTECTED, DrillPhase.NONE, false, false),
                null,
                null,
                time.utcMillis());
        catalog.write(tables -> {
            tables.machines().insert(machine);
            return true;
        });
        store.createHistory(id);
        FakeAgent.Source source = new FakeAgent.Source();
        source.state = CaptureState.READY;
        agent.sources.put(id, source);
        restart();
        rounds(3);
        return id;
    }

    void until(String what, BooleanSupplier reached) {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (reached.getAsBoolean()) {
                return;
            }
            round();
        }
        throw new AssertionError("not reached within " + ROUNDS_MAX + " rounds: " + what + "; jobs: "
                + catalog.<List<Job>>read(tables -> tables.jobs().list(null, 5)));
    }

    Job await(Job job) {
        until("end of " + job.kind(), () -> job(job.id()).state().ended());
        return job(job.id());
    }

    Job awaitSuccess(Job job) {
        Job ended = await(job);
        if (ended.state() != JobState.SUCCEEDED) {
            throw new AssertionError("did not succeed: " + ended);
        }
        return ended;
    }

    Job job(JobId id) {
        return server.jobs().get(ADMIN, id);
    }

    MachineView machine(MachineId id) {
        return server.machines().get(ADMIN, id);
    }

    ProtectionPhase phase(MachineId id) {
        return machine(id).protection().phase();
    }

    static ProtectRequest wish(String name, FakeAgent agent) {
        return new ProtectRequest(
                name, agent.name, new MachineAddress("kvm", Map.of("qmp", "/run/" + name)), Policy.DEFAULT, "login:");
    }

    /** A machine that is protected and has some points. */
    MachineId protect(String name, FakeAgent agent) {
        Job job = server.machines().protect(ADMIN, wish(name, agent));
        awaitSuccess(job);
        rounds(5);
        return job.machine();
    }

    static FailoverRequest latest(boolean force) {
        return new FailoverRequest(new PointChoice.Latest(), new NetworkChoice.Isolated(), force);
    }

    /** The source machine dies; its agent lives. */
    void killSource(FakeAgent agent, MachineId machine) {
        FakeAgent.Source source = agent.sources.get(machine);
        if (source == null) {
            throw new AssertionError("the agent has no machine " + machine);
        }
        source.running = false;
        source.state = CaptureState.SOURCE_GONE;
        round();
    }

    @Override
    public void close() {
        server.close();
    }
}
