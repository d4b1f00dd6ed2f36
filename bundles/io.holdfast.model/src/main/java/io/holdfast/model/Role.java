package io.holdfast.model;

/**
 * What a user may do. Each role may do what the next may.
 *
 * @since 1.0
 */
public enum Role {
    /** Users, agents and everything else. */
    ADMINISTRATOR,
    /** Protection, failover and jobs. */
    OPERATOR,
    /** Looking only. */
    VIEWER;

    /**
     * Compares rights.
     *
     * @param needed the least role for something
     * @return whether this role is enough
     */
    public boolean includes(Role needed) {
        return ordinal() <= needed.ordinal();
    }
}
