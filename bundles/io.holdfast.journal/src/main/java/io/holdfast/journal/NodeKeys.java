package io.holdfast.journal;

/**
 * The keys of this node, for its roles. A service that is there as long as the node runs, whichever roles are exchanged meanwhile.
 *
 * @since 1.0
 */
public interface NodeKeys {

    /**
     * Gives the vault.
     *
     * @return the same object for all roles
     */
    KeyVault vault();
}
