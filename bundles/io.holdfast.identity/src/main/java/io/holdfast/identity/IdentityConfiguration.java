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

    /** DNS names and IP addresses, with commas between them, by which the node is reached beside those that it knows of itself. */
    @AttributeDefinition(name = "Further names and addresses of this node, with commas between them")
    String names() default "";
}
