package io.holdfast.configserver.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What the configuration server is told, under the PID {@code io.holdfast.configserver}.
 *
 * @since 1.0
 */
@ObjectClassDefinition(name = "Configuration server")
public @interface ConfigurationServerConfiguration {

    /** Folder of the role; replicas lie below it, and what was seen of the recovery store's room. */
    @AttributeDefinition(
            name = "Folder of the role; replicas lie below it, and what was seen of the recovery store's room")
    String dataFolder();

    /** Host of the process server as agents reach it. */
    @AttributeDefinition(
            name = "Host of the process server as agents reach it; empty for that of the configuration server")
    String processServerHost() default "";

    /** Port of the process server. */
    @AttributeDefinition(name = "Port of the process server", min = "1", max = "65535")
    int processServerPort() default 9443;

    /** Folder of the agent of this node. */
    @AttributeDefinition(name = "Folder of the agent of this node; empty when there is none")
    String localAgentFolder() default "";
}
