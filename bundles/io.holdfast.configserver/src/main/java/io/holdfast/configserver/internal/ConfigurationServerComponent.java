package io.holdfast.configserver.internal;

import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.AgentControl;
import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.configserver.AnchorControl;
import io.holdfast.configserver.BundleControl;
import io.holdfast.configserver.ControlService;
import io.holdfast.configserver.EventControl;
import io.holdfast.configserver.FailoverControl;
import io.holdfast.configserver.HealthControl;
import io.holdfast.configserver.JobControl;
import io.holdfast.configserver.KeyControl;
import io.holdfast.configserver.MachineControl;
import io.holdfast.identity.Identity;
import io.holdfast.model.FirstSignIn;
import io.holdfast.model.MachineCarriers;
import io.holdfast.model.NodeBundles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration server as a component of a node. It owns the role's threads: one timer, and a few that carry jobs out.
 *
 * @since 1.0
 */
@Component(
        service = {ControlService.class, AgentGateway.class, FirstSignIn.class, MachineCarriers.class},
        immediate = true,
        configurationPid = "io.holdfast.configserver",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfigurationServerConfiguration.class)
public final class ConfigurationServerComponent implements ControlService, AgentGateway, FirstSignIn, MachineCarriers {

    private static final int WORKERS = 8;
    private static final int WAITING_STEPS_MAX = 1_000;
    private static final long TICK_MILLIS = 100;
    private static final long STOP_SECONDS_MAX = 4;
    private static final String REPLICA_FOLDER = "replicas";
    private static final String SPACE_FILE = "space-seen";
    private static final int REPLICA_NAME_LENGTH = 16;
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationServerComponent.class);

    private final ConfigurationServer server;
    private final AgentGateway gateway;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService timer;

    /**
     * Starts the configuration server.
     *
     * @param catalog control state
     * @param identity the authority
     * @param ports the other roles of this node
     * @param bundles of this node
     * @param configuration its settings
     */
    @Activate
    public ConfigurationServerComponent(
            @Reference Catalog catalog,
            @Reference Identity identity,
            @Reference NodePorts ports,
            @Reference NodeBundles bundles,
            ConfigurationServerConfiguration configuration) {
        ConfigurationServer.Settings settings = settings(configuration);
        workers = new ThreadPoolExecutor(
                WORKERS,
                WORKERS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING_STEPS_MAX),
                threads("holdfast-control-job-"));
        workers.allowCoreThreadTimeOut(true);
        server = new ConfigurationServer(
                new ConfigurationServer.Ports(
                        catalog,
                        ports.storePort(),
                        ports.exportPort(),
                        ports.keyPort(),
                        new Targets(ports::targets),
                        identity.authority(),
                        bundles,
                        ports::coding),
                settings,
                new ConfigurationServer.Means(TimeSource.SYSTEM, new SecureRandom(), workers));
        gateway = server.agentGateway();
        timer = Executors.newSingleThreadScheduledExecutor(threads("holdfast-control-timer-"));
        LOG.info(
                "configuration server started replicaFolder={} processServer={} localAgentFolder={}",
                settings.replicaFolder(),
                settings.processServer(),
                settings.localAgentFolder());
        timer.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static ConfigurationServer.Settings settings(ConfigurationServerConfiguration configuration) {
        String dataFolder = configuration.dataFolder();
        if (dataFolder == null || dataFolder.isBlank() || !Path.of(dataFolder).isAbsolute()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "io.holdfast.configserver dataFolder",
                    "'" + dataFolder + "'; expected an absolute path");
        }
        int port = configuration.processServerPort();
        if (port < 1 || port > 65_535) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "io.holdfast.configserver processServerPort",
                    port + "; expected 1 to 65535");
        }
        Path replicas = Path.of(dataFolder).resolve(REPLICA_FOLDER);
        int bytes = replicas.toString().getBytes(StandardCharsets.UTF_8).length + 1 + REPLICA_NAME_LENGTH;
        if (bytes > ReplicaPlace.FOLDER_BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "io.holdfast.configserver dataFolder",
                    "'" + dataFolder + "' gives replica folders of " + bytes + " bytes; expected at most "
                            + ReplicaPlace.FOLDER_BYTES_MAX);
        }
        try {
            Files.createDirectories(replicas);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, replicas.toString(), "cannot be created: " + e.getMessage(), e);
        }
        String agent = configuration.localAgentFolder();
        return new ConfigurationServer.Settings(
                replicas,
                configuration.processServerHost() + ":" + port,
                agent == null || agent.isBlank() ? Optional.empty() : Optional.of(Path.of(agent)),
                Path.of(dataFolder).resolve(SPACE_FILE));
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void tick() {
        try {
            server.tick();
        } catch (HoldfastException e) {
            LOG.warn("the configuration server is hindered, it goes on code={}", e.code(), e);
        } catch (RuntimeException e) {
            LOG.error("the configuration server failed unexpectedly, it goes on", e);
        }
    }

    @Override
    public MachineControl machines() {
        return server.machines();
    }

    @Override
    public FailoverControl failovers() {
        return server.failovers();
    }

    @Override
    public JobControl jobs() {
        return server.jobs();
    }

    @Override
    public AgentControl agents() {
        return server.agents();
    }

    @Override
    public AccessControl access() {
        return server.access();
    }

    @Override
    public HealthControl health() {
        return server.health();
    }

    @Override
    public BundleControl bundles() {
        return server.bundles();
    }

    @Override
    public KeyControl keys() {
        return server.keys();
    }

    @Override
    public AnchorControl anchors() {
        return server.anchors();
    }

    @Override
    public EventControl events() {
        return server.events();
    }

    @Override
    public AgentMessages.EnrolAnswer enrol(
            AgentMessages.EnrolRequest request, @Nullable X509Certificate certificate, String origin) {
        return gateway.enrol(request, certificate, origin);
    }

    @Override
    public AgentMessages.PollAnswer poll(AgentMessages.PollRequest request, X509Certificate certificate)
            throws InterruptedException {
        return gateway.poll(request, certificate);
    }

    @Override
    public boolean mayCarry(String agent, MachineId machine) {
        return server.machineCarriers().mayCarry(agent, machine);
    }

    @Override
    public String user() {
        return server.user();
    }

    @Override
    public Optional<String> takePassword() {
        return server.takePassword();
    }

    /** Stops. Steps under way get some seconds to end; those that do not are run again at the next start. */
    @Deactivate
    void close() {
        timer.shutdown();
        server.close();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOG.info(
                        "configuration server leaves steps under way, they are run again at the next start steps={}",
                        workers.getActiveCount());
            }
            timer.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        LOG.info("configuration server stopped");
    }
}
