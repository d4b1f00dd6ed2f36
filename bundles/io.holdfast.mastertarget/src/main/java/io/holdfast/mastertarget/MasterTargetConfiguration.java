package io.holdfast.mastertarget;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What a master target is told, under the PID {@code io.holdfast.mastertarget}.
 *
 * @since 1.0
 */
@ObjectClassDefinition(name = "Master target")
public @interface MasterTargetConfiguration {

    /** Folder of the recovery store. */
    @AttributeDefinition(name = "Folder of the recovery store")
    String storeFolder();

    /** File with the key that signs the store's ledgers. */
    @AttributeDefinition(name = "File with the key that signs the store's ledgers")
    String ledgerKeyFile();

    /** Folder that remembers which points are offered. */
    @AttributeDefinition(name = "Folder that remembers which points are offered")
    String exportFolder();

    /** Folder for the UNIX sockets of offered points. */
    @AttributeDefinition(name = "Folder for the UNIX sockets of offered points")
    String socketFolder();

    /** Folder in which anchors of the store are laid down; empty for none. */
    @AttributeDefinition(name = "Folder in which anchors of the store are laid down; empty for none")
    String witnessFolder() default "";

    /** Hours between two anchors. */
    @AttributeDefinition(name = "Hours between two anchors", min = "1", max = "8784")
    int witnessHours() default 24;

    /** MiB of the store's medium that are kept for its maintenance; 0 for a share of the medium. */
    @AttributeDefinition(name = "MiB kept for maintenance; 0 for a share of the medium", min = "0", max = "1048576")
    int reserveMebibytes() default 0;

    /** Address to listen on. */
    @AttributeDefinition(name = "Address to listen on")
    String bindAddress() default "127.0.0.1";

    /** Port for process servers. */
    @AttributeDefinition(name = "Port for process servers", min = "1", max = "65535")
    int port() default 9444;
}
