package io.holdfast.processserver;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What a process server is told, under the PID {@code io.holdfast.processserver}.
 *
 * @since 1.0
 */
@ObjectClassDefinition(name = "Process server")
public @interface ProcessServerConfiguration {

    /** Identity of this node. */
    @AttributeDefinition(name = "Identity of this node (UUID)")
    String node();

    /** Address to listen on. */
    @AttributeDefinition(name = "Address to listen on")
    String bindAddress() default "127.0.0.1";

    /** Port for agents (M-155). */
    @AttributeDefinition(name = "Port for agents", min = "1", max = "65535")
    int port() default 9443;

    /** Host of the master target. */
    @AttributeDefinition(name = "Host of the master target")
    String storeHost();

    /** Port of the master target. */
    @AttributeDefinition(name = "Port of the master target", min = "1", max = "65535")
    int storePort() default 9444;

    /** How frames are compressed. */
    @AttributeDefinition(name = "Codec: AUTO (LZ4 or Zstandard, by what is measured), NONE, LZ4 or ZSTANDARD")
    String codec() default "AUTO";

    /** Memory for each machine's stream. */
    @AttributeDefinition(
            name = "Bytes held for each machine until they are durable",
            min = "4194304",
            max = "1073741824")
    long windowBytes() default 16L << 20;
}
