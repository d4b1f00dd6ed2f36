package io.holdfast.configserver;

/**
 * Live changes. Needs a viewer.
 *
 * @since 1.0
 */
public interface EventControl {

    /** The most subscriptions at one time. */
    int SUBSCRIPTIONS_MAX = 200;

    /**
     * Begins to note changes for one reader.
     *
     * @param caller who asks
     * @return the subscription; close it
     * @throws io.holdfast.base.HoldfastException {@code OVERLOADED} above {@link #SUBSCRIPTIONS_MAX}
     */
    EventSubscription subscribe(Caller caller);
}
