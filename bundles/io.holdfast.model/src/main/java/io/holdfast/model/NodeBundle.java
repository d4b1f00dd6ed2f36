package io.holdfast.model;

import java.util.List;

/**
 * One of Holdfast's own bundles on a node: the unit in which the node's software is exchanged while it runs.
 *
 * @param name symbolic name, unique on a node
 * @param version as installed
 * @param state whether it runs
 * @param handling what an administrator may do with it
 * @param components what it is made of, by name; empty while it is stopped, and for a bundle that only holds code for others
 * @since 1.0
 */
public record NodeBundle(
        String name, String version, State state, Handling handling, List<NodeBundleComponent> components) {

    public NodeBundle {
        components = List.copyOf(components);
    }

    /** Whether a bundle runs. */
    public enum State {
        /** It runs. */
        RUNNING,
        /** It does not run, until it is started or the node starts anew. */
        STOPPED,
        /** It is between the two. */
        CHANGING
    }

    /** What may be done with a bundle. */
    public enum Handling {
        /** It may be stopped, started and restarted. */
        STOPPABLE,
        /** The interface rests on it: it may be restarted, but not stopped, for nobody could ask for its start. */
        RESTARTABLE,
        /** It runs as long as the node does. */
        FIXED
    }
}
