package io.holdfast.model;

import io.holdfast.base.HoldfastException;
import java.time.Duration;
import java.util.List;

/**
 * Stops and starts the bundles of this node while the others go on. A service. Thread-safe; one change at a time.
 *
 * @since 1.0
 */
public interface NodeBundles {

    /** The longest pause of a restart. */
    Duration PAUSE_MAX = Duration.ofMinutes(5);

    /**
     * Lists Holdfast's own bundles.
     *
     * @return all, by name
     */
    List<NodeBundle> list();

    /**
     * Stops a bundle; done when this returns. It is started again by {@link #start} and at the next start of the node. A stopped one is left
     * as it is.
     *
     * @param name of the bundle
     * @throws HoldfastException {@code NOT_FOUND}; {@code ILLEGAL_STATE} when it may not be stopped or another change is under way; {@code
     *     INTERNAL} when it does not end cleanly
     */
    void stop(String name);

    /**
     * Starts a bundle; its components follow at once when what they need is there. A running one is left as it is.
     *
     * @param name of the bundle
     * @throws HoldfastException {@code NOT_FOUND}; {@code ILLEGAL_STATE} when another change is under way; {@code INTERNAL} when it does not
     *     start
     */
    void start(String name);

    /**
     * Stops a bundle, waits and starts it. Returns at once; the change follows on a thread of the node, which needs no other bundle.
     *
     * @param name of the bundle
     * @param pause between end and start, at most {@link #PAUSE_MAX}
     * @throws HoldfastException {@code NOT_FOUND}; {@code INVALID_ARGUMENT} for the pause; {@code ILLEGAL_STATE} when it may not be restarted
     *     or another change is under way
     */
    void restart(String name, Duration pause);
}
