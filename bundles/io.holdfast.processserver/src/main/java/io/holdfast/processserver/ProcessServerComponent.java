package io.holdfast.processserver;

import io.holdfast.base.MachineId;
import io.holdfast.journal.NodeKeys;
import io.holdfast.model.NodeCredentials;
import io.holdfast.model.StreamCoding;
import io.holdfast.model.StreamCodings;
import io.holdfast.transport.TransportLimits;
import io.holdfast.transport.TransportTls;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.UUID;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The process server as a component of a node.
 *
 * @since 1.0
 */
@Component(
        immediate = true,
        service = {ProcessServerComponent.class, StreamCodings.class},
        configurationPid = "io.holdfast.processserver",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ProcessServerConfiguration.class)
public final class ProcessServerComponent implements StreamCodings {

    private final ProcessServer server;

    /**
     * Starts the process server.
     *
     * @param credentials of the node
     * @param keys of the node
     * @param check which agent may carry which machine
     * @param configuration its settings
     */
    @Activate
    public ProcessServerComponent(
            @Reference NodeCredentials credentials,
            @Reference NodeKeys keys,
            @Reference CarrierCheck check,
            ProcessServerConfiguration configuration) {
        RelaySettings usual = RelaySettings.of(
                UUID.fromString(configuration.node()),
                "Holdfast " + FrameworkUtil.getBundle(getClass()).getVersion(),
                CodecSetting.of(configuration.codec()));
        server = new ProcessServer(
                new ProcessServer.Network(
                        new InetSocketAddress(configuration.bindAddress(), configuration.port()),
                        new InetSocketAddress(configuration.storeHost(), configuration.storePort()),
                        TransportLimits.DEFAULT,
                        new TransportTls(() -> {
                            NodeCredentials.Credentials current = credentials.current();
                            return new TransportTls.KeyMaterial(current.key(), current.chain(), current.anchors());
                        }),
                        check),
                keys.vault()::keysOf,
                new RelaySettings(
                        usual.node(),
                        usual.software(),
                        usual.codec(),
                        usual.batch(),
                        usual.batchMillisMax(),
                        configuration.windowBytes()));
    }

    /** Stops it. */
    @Deactivate
    void close() {
        server.close();
    }

    @Override
    public Optional<StreamCoding> coding(MachineId machine) {
        return server.coding(machine);
    }
}
