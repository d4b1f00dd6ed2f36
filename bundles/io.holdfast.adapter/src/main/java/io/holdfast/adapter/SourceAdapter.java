package io.holdfast.adapter;

/**
 * Captures the writes of machines of one kind of hypervisor. A service, found by {@link #name()}. Thread-safe.
 *
 * @since 1.0
 */
public interface SourceAdapter {

    /**
     * Names the kind of source.
     *
     * @return for example {@code kvm}
     */
    String name();

    /**
     * Looks at a machine and changes nothing. Bounded by 5 seconds.
     *
     * @param address where it is
     * @return what is there
     * @throws io.holdfast.base.HoldfastException {@code MONITOR_NOT_REACHABLE}, {@code MONITOR_NOT_QMP}, {@code MONITOR_IN_USE}, {@code
     *     HYPERVISOR_TOO_OLD} or {@code INVALID_ARGUMENT}
     */
    SourceDescription inspect(SourceAddress address);

    /**
     * Takes hold of a machine: starts its guard and connects through it. No write is captured yet. Repeated after a crash of ours it
     * finds the guard that is still there.
     *
     * @param address where it is
     * @param settings folders and bounds
     * @param listener told of everything that happens by itself; called on a thread of the adapter, must not block
     * @return the hold; close it to let go
     * @throws io.holdfast.base.HoldfastException as {@link #inspect}; nothing is left behind
     */
    SourceSession open(SourceAddress address, SourceSettings settings, SourceListener listener);
}
