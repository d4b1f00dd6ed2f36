package io.holdfast.mobility.agent;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What a mobility agent is told, under the PID {@code io.holdfast.mobility}.
 *
 * @since 1.0
 */
@ObjectClassDefinition(name = "Mobility agent")
public @interface AgentConfiguration {

    /** Folder of the agent. */
    @AttributeDefinition(name = "Folder of the agent")
    String dataFolder();

    /** Base address of the configuration server. */
    @AttributeDefinition(name = "Base address of the configuration server")
    String serverUrl();

    /** File with the enrolment token. */
    @AttributeDefinition(name = "File with the enrolment token, for the first start")
    String tokenFile();

    /** File with the certificate of the authority it trusts. */
    @AttributeDefinition(name = "File with the certificate of the authority it trusts, PEM")
    String authorityFile();

    /** What people call the agent. */
    @AttributeDefinition(name = "What people call the agent; empty for the host's name")
    String name() default "";

    /** Memory for the records of one machine. */
    @AttributeDefinition(name = "Bytes that the records of one machine may take in memory", min = "4194304")
    long memoryBytesMax() default 32L << 20;
}
