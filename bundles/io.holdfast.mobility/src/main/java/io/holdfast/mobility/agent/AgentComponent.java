package io.holdfast.mobility.agent;

import io.holdfast.adapter.SourceAdapter;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.TimeSource;
import io.holdfast.mobility.control.AgentCredentials;
import io.holdfast.mobility.control.ServerPoll;
import io.holdfast.model.NodeCredentials;
import io.holdfast.transport.PeerCheck;
import io.holdfast.transport.TransportClient;
import io.holdfast.transport.TransportLimits;
import io.holdfast.transport.TransportTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mobility agent as a component of a node, in the appliance's process or in one of its own.
 *
 * @since 1.0
 */
@Component(
        immediate = true,
        service = {},
        configurationPid = "io.holdfast.mobility",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AgentConfiguration.class)
public final class AgentComponent {

    private static final Path HOST_NAME_FILE = Path.of("/proc/sys/kernel/hostname");
    private static final Logger LOG = LoggerFactory.getLogger(AgentComponent.class);

    private final List<SourceAdapter> adapters;
    private final TransportClient client;
    private final Agent agent;
    private final ServerPoll poll;

    /**
     * Starts the agent. It is started anew when an adapter comes or goes: a session must not outlive the bundle whose code it runs, and a source is
     * let go in order only while its adapter is still there. What changes meanwhile is in the bitmaps.
     *
     * @param adapters those that are there
     * @param configuration its settings
     */
    @Activate
    public AgentComponent(
            @Reference(policyOption = ReferencePolicyOption.GREEDY) List<SourceAdapter> adapters,
            AgentConfiguration configuration) {
        this.adapters = List.copyOf(adapters);
        AgentSettings settings = settings(configuration);
        SecureRandom random = new SecureRandom();
        AgentCredentials credentials = new AgentCredentials(settings.folder(), settings.authorityFile(), random);
        AgentSecrets secrets = AgentSecrets.readOrCreate(settings.folder(), random);
        client = TransportClient.create(
                TransportLimits.DEFAULT,
                new TransportTls(() -> {
                    NodeCredentials.Credentials current = credentials.current();
                    return new TransportTls.KeyMaterial(current.key(), current.chain(), current.anchors());
                }),
                PeerCheck.named(NodeCredentials.NODE_NAME));
        agent = new Agent(settings, secrets, this::adapter, new ServerDialer(client), random);
        poll = new ServerPoll(
                new ServerPoll.Settings(settings.server(), settings.name(), settings.version(), settings.tokenFile()),
                credentials,
                new AgentCommands(agent, settings),
                TimeSource.SYSTEM);
        LOG.info("agent started name={} server={} folder={}", settings.name(), settings.server(), settings.folder());
    }

    private Optional<SourceAdapter> adapter(String name) {
        return adapters.stream().filter(adapter -> adapter.name().equals(name)).findFirst();
    }

    private static AgentSettings settings(AgentConfiguration configuration) {
        Path folder = Path.of(configuration.dataFolder());
        URI server;
        try {
            server = URI.create(configuration.serverUrl());
        } catch (IllegalArgumentException e) {
            throw wrongServer(configuration, e);
        }
        if (!"https".equals(server.getScheme()) || server.getHost() == null) {
            throw wrongServer(configuration, null);
        }
        try {
            Files.createDirectories(folder);
            String name = configuration.name().isBlank()
                    ? Files.readString(HOST_NAME_FILE).trim()
                    : configuration.name();
            return new AgentSettings(
                    folder,
                    server,
                    name,
                    FrameworkUtil.getBundle(AgentComponent.class).getVersion().toString(),
                    Path.of(configuration.tokenFile()),
                    Path.of(configuration.authorityFile()),
                    configuration.memoryBytesMax());
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, folder.toString(), "cannot be used: " + e.getMessage(), e);
        }
    }

    private static HoldfastException wrongServer(AgentConfiguration configuration, @Nullable Exception cause) {
        return new HoldfastException(
                ErrorCode.INVALID_ARGUMENT,
                "io.holdfast.mobility serverUrl",
                "'" + configuration.serverUrl() + "'; expected an address such as https://server:443",
                cause);
    }

    /** Stops the agent: captures end in order, bitmaps go on at the sources. */
    @Deactivate
    void close() {
        poll.close();
        agent.close();
        client.close();
        LOG.info("agent stopped");
    }
}
