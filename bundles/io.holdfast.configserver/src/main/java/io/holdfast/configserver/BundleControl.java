package io.holdfast.configserver;

import io.holdfast.model.NodeBundle;
import java.util.List;

/**
 * The bundles of this node, so that one can be exchanged while the others go on. Everything needs an administrator.
 *
 * @since 1.0
 */
public interface BundleControl {

    /**
     * Lists Holdfast's own bundles.
     *
     * @param caller who asks
     * @return all, by name
     */
    List<NodeBundle> list(Caller caller);

    /**
     * Stops a bundle until it is started or the node starts anew.
     *
     * @param caller who asks
     * @param bundle its name
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE} when the interface rests on it or another is being
     *     changed
     */
    void stop(Caller caller, String bundle);

    /**
     * Starts a bundle.
     *
     * @param caller who asks
     * @param bundle its name
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE} when another is being changed
     */
    void start(Caller caller, String bundle);

    /**
     * Has a bundle stopped and started again. Returns before that; the interface may not answer meanwhile.
     *
     * @param caller who asks
     * @param bundle its name
     * @param pauseSeconds between end and start, 0 to 300
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code INVALID_ARGUMENT}, {@code ILLEGAL_STATE} when it runs as long as
     *     the node or another is being changed
     */
    void restart(Caller caller, String bundle, int pauseSeconds);
}
