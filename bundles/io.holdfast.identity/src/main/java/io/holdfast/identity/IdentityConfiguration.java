package io.holdfast.identity;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What the identity is told, under the PID {@code io.holdfast.identity}.
 *
 * @since 1.0
 */
@ObjectClassDefinition(name = "Identity")
public @interface IdentityConfiguration {

    /** Folder of the authority and of the node's certificate. */
    @AttributeDefinition(name = "Folder of the authority and of the node's certificate")
    String dataFolder();
}
