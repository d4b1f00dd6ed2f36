package io.holdfast.processserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.Codec;
import io.holdfast.journal.NodeKeys;
import io.holdfast.model.NodeCredentials;
import io.holdfast.transport.TransportLimits;
import io.holdfast.transport.TransportTls;
import java.net.InetSocketAddress;
import java.util.Arrays;
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
        service = ProcessServerComponent.class,
        configurationPid = "io.holdfast.processserver",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ProcessServerConfiguration.class)
public final class ProcessServerComponent {

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
                codec(configuration.codec()));
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
                        usual.batch(),
                        usual.batchMillisMax(),
                        configuration.windowBytes()));
    }

    /** Stops it. */
    @Deactivate
    void close() {
        server.close();
    }

    private static Codec codec(String name) {
        return Arrays.stream(Codec.values())
                .filter(codec -> codec.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        "io.holdfast.processserver codec",
                        "'" + name + "' is none; expected one of " + Arrays.toString(Codec.values())));
    }
}
