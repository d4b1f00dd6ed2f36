package io.holdfast.configserver.internal;

import io.holdfast.adapter.TargetAdapter;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.util.Collection;
import java.util.function.Supplier;

/** The target adapters that are there now. Thread-safe. */
public final class Targets {

    private final Supplier<Collection<TargetAdapter>> adapters;

    /**
     * Looks adapters up.
     *
     * @param adapters those that are there, asked each time
     */
    public Targets(Supplier<Collection<TargetAdapter>> adapters) {
        this.adapters = adapters;
    }

    /**
     * Finds an adapter.
     *
     * @param name of the kind of hypervisor
     * @return the adapter
     * @throws HoldfastException {@code HYPERVISOR_NOT_FOUND}
     */
    public TargetAdapter find(String name) {
        return adapters.get().stream()
                .filter(adapter -> adapter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.HYPERVISOR_NOT_FOUND,
                        "target adapter '" + name + "'",
                        "not installed on this node; expected it to be"));
    }
}
