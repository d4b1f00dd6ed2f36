package io.holdfast.node;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Where the keys of a node lie, under the PID {@code io.holdfast.node.keys}.
 *
 * @since 1.0
 */
@ObjectClassDefinition(name = "Keys")
public @interface NodeKeysConfiguration {

    /** Folder with the store key and the machines' sealed keys. */
    @AttributeDefinition(name = "Folder of keys")
    String keyFolder();

    /** Folder of the recovery store; empty when this node has none. */
    @AttributeDefinition(name = "Folder of the recovery store")
    String storeFolder();
}
