package io.holdfast.console.rest.internal;

import io.holdfast.configserver.AgentGateway;
import io.holdfast.configserver.ControlService;
import io.holdfast.console.rest.StaticContent;
import io.holdfast.console.rest.internal.api.Routes;
import io.holdfast.console.rest.internal.api.SessionGate;
import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.server.Api;
import io.holdfast.console.rest.internal.server.ConsoleServer;
import io.holdfast.console.rest.internal.server.ServerSettings;
import io.holdfast.model.NodeCredentials;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Serves the interface, and the pages when there are any, as long as the services behind it are there. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.holdfast.console.rest",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class ConsoleRestComponent {

    private final ConsoleServer server;

    /**
     * Starts the server.
     *
     * @param control what the interface does
     * @param agents what agents speak to
     * @param credentials what the server proves itself with, and whose clients it believes
     * @param settings where to listen
     */
    @Activate
    public ConsoleRestComponent(
            @Reference ControlService control,
            @Reference AgentGateway agents,
            @Reference NodeCredentials credentials,
            Settings settings) {
        this.server = ConsoleServer.start(
                ServerSettings.of(settings.bindAddress(), settings.port()),
                new NodeTls(credentials),
                new Api(Routes.router(control, agents), new SessionGate(control.access()), new JsonCodec()));
    }

    /** Pages may be updated, or not be there at all, without a break of the interface: hence optional and dynamic. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setContent(StaticContent content) {
        server.use(content);
    }

    void unsetContent(StaticContent content) {
        server.forget(content);
    }

    @Deactivate
    void close() {
        server.close();
    }

    /** Where the server listens. */
    public @interface Settings {

        /**
         * Gives the address.
         *
         * @return a literal address of this host, or {@code ::} for all; the node names it, and without it nobody else gets in
         */
        String bindAddress() default "127.0.0.1";

        /**
         * Gives the port.
         *
         * @return 1 to 65,535
         */
        int port() default 443;
    }
}
