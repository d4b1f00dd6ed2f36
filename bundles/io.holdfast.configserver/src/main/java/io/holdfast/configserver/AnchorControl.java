package io.holdfast.configserver;

/**
 * Anchors of the recovery store: where its ledgers stand, for somebody outside to keep, and whether they still hold what an older anchor has seen.
 * Needs a viewer; nothing is changed.
 *
 * @since 1.0
 */
public interface AnchorControl {

    /**
     * Tells where all ledgers and histories stand.
     *
     * @param caller who asks
     * @return the anchor, and the text of it to keep
     * @throws io.holdfast.base.HoldfastException {@code DISK_ERROR}
     */
    AnchorView make(Caller caller);

    /**
     * Compares the store with an anchor of it.
     *
     * @param caller who asks
     * @param anchor its text
     * @return what is not as it says, and an anchor of now which proves that its ledgers grew out of that one
     * @throws io.holdfast.base.HoldfastException {@code INVALID_ARGUMENT} when it is no anchor, was altered, or is one of another store; {@code
     *     DISK_ERROR}
     */
    AnchorComparisonView compare(Caller caller, String anchor);
}
