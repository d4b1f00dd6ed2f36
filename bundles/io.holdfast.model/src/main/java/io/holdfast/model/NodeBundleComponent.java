package io.holdfast.model;

/**
 * One component of a bundle of a node.
 *
 * @param name of its class
 * @param state what it does
 * @param detail what it waits for, or why it failed; empty when all is well
 * @since 1.0
 */
public record NodeBundleComponent(String name, State state, String detail) {

    /** What a component does. */
    public enum State {
        /** It works. */
        ACTIVE,
        /** It has all it needs and begins to work as soon as it is used. */
        SATISFIED,
        /** It waits for something. */
        UNSATISFIED,
        /** It could not begin to work. */
        FAILED,
        /** It belongs to a role that this node does not have. */
        UNUSED
    }
}
