package io.holdfast.base.stream;

/**
 * Where a change comes from.
 *
 * @since 1.0
 */
public enum ChangeOrigin {
    /** A write of the guest, in the order in which the guest's writes were answered. */
    GUEST,
    /** A read of ours, for the first copy or a resynchronisation. */
    COPY
}
