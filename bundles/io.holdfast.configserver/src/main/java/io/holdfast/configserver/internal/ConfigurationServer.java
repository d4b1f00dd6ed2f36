package io.holdfast.configserver.internal;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.AgentControl;
import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.AnchorControl;
import io.holdfast.configserver.BundleControl;
import io.holdfast.configserver.ControlService;
import io.holdfast.configserver.EventControl;
import io.holdfast.configserver.ExportPort;
import io.holdfast.configserver.FailoverControl;
import io.holdfast.configserver.HealthControl;
import io.holdfast.configserver.JobControl;
import io.holdfast.configserver.KeyControl;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.MachineControl;
import io.holdfast.configserver.StorePort;
import io.holdfast.configserver.internal.access.AccessService;
import io.holdfast.configserver.internal.access.AuditLog;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.configserver.internal.agents.AgentBells;
import io.holdfast.configserver.internal.agents.AgentCommands;
import io.holdfast.configserver.internal.agents.AgentDesk;
import io.holdfast.configserver.internal.agents.AgentRegister;
import io.holdfast.configserver.internal.agents.StatusBoard;
import io.holdfast.configserver.internal.control.AgentService;
import io.holdfast.configserver.internal.control.AnchorService;
import io.holdfast.configserver.internal.control.BundleService;
import io.holdfast.configserver.internal.control.EventHub;
import io.holdfast.configserver.internal.control.FailoverService;
import io.holdfast.configserver.internal.control.HealthService;
import io.holdfast.configserver.internal.control.Inspections;
import io.holdfast.configserver.internal.control.JobService;
import io.holdfast.configserver.internal.control.KeyService;
import io.holdfast.configserver.internal.control.MachineService;
import io.holdfast.configserver.internal.control.News;
import io.holdfast.configserver.internal.control.Orders;
import io.holdfast.configserver.internal.control.Views;
import io.holdfast.configserver.internal.jobs.JobEngine;
import io.holdfast.configserver.internal.plans.AgentLine;
import io.holdfast.configserver.internal.plans.Plans;
import io.holdfast.configserver.internal.plans.Workplace;
import io.holdfast.configserver.internal.space.SpaceMemory;
import io.holdfast.configserver.internal.space.SpaceWatch;
import io.holdfast.identity.CertificateAuthority;
import io.holdfast.model.FirstSignIn;
import io.holdfast.model.Job;
import io.holdfast.model.MachineCarriers;
import io.holdfast.model.NodeBundles;
import io.holdfast.model.StreamCodings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The configuration server: everything put together. It has no thread; its owner calls {@link #tick()} ten times a second. Thread-safe, but for
 * {@code tick}, which one thread calls.
 */
public final class ConfigurationServer implements ControlService, FirstSignIn, AutoCloseable {

    private final AccessService access;
    private final AgentBells bells;
    private final AgentDesk desk;
    private final JobEngine engine;
    private final EventHub events;
    private final AgentService agentService;
    private final MachineService machineService;
    private final FailoverService failoverService;
    private final JobService jobService;
    private final HealthService healthService;
    private final BundleService bundleService;
    private final KeyService keyService;
    private final AnchorService anchorService;
    private final Chores chores;
    private final AtomicReference<Optional<String>> firstPassword;

    /**
     * What the server rests on.
     *
     * @param catalog control state
     * @param store histories
     * @param exports offers points
     * @param keys of the node
     * @param targets runs replicas
     * @param authority certifies agents
     * @param bundles of the node
     * @param codings how streams are coded
     */
    public record Ports(
            Catalog catalog,
            StorePort store,
            ExportPort exports,
            KeyPort keys,
            Targets targets,
            CertificateAuthority authority,
            NodeBundles bundles,
            StreamCodings codings) {}

    /**
     * Where and how.
     *
     * @param replicaFolder of all replicas
     * @param processServer where agents send to, {@code host:port}; with an empty host that of this server
     * @param localAgentFolder folder of the agent of the same node, if there is one
     * @param spaceFile where it is kept what was seen of the recovery store's room; its folder is there
     */
    public record Settings(Path replicaFolder, String processServer, Optional<Path> localAgentFolder, Path spaceFile) {}

    /**
     * What the server is given instead of having it.
     *
     * @param time both clocks
     * @param random where secrets come from
     * @param executor runs steps of jobs and chores; they may block for a minute
     */
    public record Means(TimeSource time, SecureRandom random, Executor executor) {}

    /**
     * Puts the server together and takes up the jobs that have not ended. Nothing runs before the first {@link #tick()}.
     *
     * @param ports what it rests on
     * @param settings where and how
     * @param means what it is given
     */
    public ConfigurationServer(Ports ports, Settings settings, Means means) {
        Catalog catalog = ports.catalog();
        TimeSource time = means.time();
        AuditLog audit = new AuditLog(catalog, time);
        Gate gate = new Gate(audit);
        access = new AccessService(catalog, time, means.random(), audit, gate);
        events = new EventHub(gate);
        News news = new News(events, audit, time);
        MachineDirectory machines = new MachineDirectory(catalog, news::machineChanged);
        StatusBoard board = new StatusBoard(time);
        AgentRegister register = new AgentRegister(catalog, ports.authority(), time, means.random());
        bells = new AgentBells();
        AgentCommands commands = new AgentCommands(catalog, time, bells::ring);
        ReplicaWorkshop replicas =
                new ReplicaWorkshop(catalog, ports.exports(), ports.targets(), settings.replicaFolder());
        AgentLine line = new AgentLine(commands, board, settings.processServer());
        Workplace work = new Workplace(machines, ports.store(), replicas, line, time);
        AtomicReference<JobEngine> started = new AtomicReference<>();
        Plans plans = new Plans(
                work,
                (request, id) ->
                        started.get().find(id).orElseGet(() -> started.get().submit(request, id, _ -> {})));
        engine = new JobEngine(
                catalog, plans::of, time, means.executor(), job -> jobChanged(job, machines, commands, news));
        started.set(engine);
        Views views = new Views(machines, board, register, engine, ports.store(), replicas, ports.codings());
        news.open(views);
        desk = new AgentDesk(register, new AgentDesk.Outbox(commands, bells), board, machines, time, news);
        Orders orders = new Orders(catalog, machines, engine, time);
        machineService = new MachineService(gate, views, orders, new Inspections(commands, board), ports.keys());
        failoverService = new FailoverService(gate, views, orders, line);
        jobService = new JobService(gate, catalog, engine);
        agentService = new AgentService(gate, views, desk);
        Optional<LocalAgent> localAgent = settings.localAgentFolder()
                .map(folder -> new LocalAgent(folder, ports.authority().certificate(), register, time));
        SpaceWatch space = new SpaceWatch(ports.store(), time, news, new SpaceMemory(settings.spaceFile()));
        chores = new Chores(
                means,
                engine,
                new OrphanSweeper(machines, engine, replicas),
                new Chores.Checks(desk, audit, space),
                localAgent);
        healthService = new HealthService(
                gate, views, access, ports.keys(), new HealthService.Watched(chores::isAuditWhole, space));
        bundleService = new BundleService(gate, ports.bundles());
        keyService = new KeyService(gate, ports.keys());
        anchorService = new AnchorService(gate, views);
        firstPassword = new AtomicReference<>(access.firstPassword());
    }

    private static void jobChanged(Job job, MachineDirectory machines, AgentCommands commands, News news) {
        if (job.state().ended()) {
            commands.forget(job.steps().stream()
                    .map(step -> AgentLine.owner(job.id().toString(), step.name()))
                    .toList());
        }
        if (job.state().ended() || machines.find(job.machine()).isEmpty()) {
            machines.reload(job.machine());
        }
        news.jobChanged(job);
    }

    /**
     * What agents speak to.
     *
     * @return the gateway
     */
    public AgentGateway agentGateway() {
        return desk;
    }

    /**
     * Which agent may carry which machine.
     *
     * @return asked by process servers
     */
    public MachineCarriers machineCarriers() {
        return desk;
    }

    /**
     * Does what time brings: due steps, lost agents, chores. Returns soon.
     *
     * @throws HoldfastException when the catalog or a folder fails; the next call tries again
     */
    public void tick() {
        engine.pump();
        chores.tick();
    }

    @Override
    public String user() {
        return access.firstUser();
    }

    @Override
    public Optional<String> takePassword() {
        return firstPassword.getAndSet(Optional.empty()).filter(_ -> !access.isAdministratorReady());
    }

    @Override
    public MachineControl machines() {
        return machineService;
    }

    @Override
    public FailoverControl failovers() {
        return failoverService;
    }

    @Override
    public JobControl jobs() {
        return jobService;
    }

    @Override
    public AgentControl agents() {
        return agentService;
    }

    @Override
    public AccessControl access() {
        return access;
    }

    @Override
    public HealthControl health() {
        return healthService;
    }

    @Override
    public BundleControl bundles() {
        return bundleService;
    }

    @Override
    public KeyControl keys() {
        return keyService;
    }

    @Override
    public AnchorControl anchors() {
        return anchorService;
    }

    @Override
    public EventControl events() {
        return events;
    }

    /** Starts nothing new, ends subscriptions and waiting polls. Steps under way end by themselves. Idempotent. */
    @Override
    public void close() {
        engine.stop();
        bells.close();
        events.close();
    }
}
