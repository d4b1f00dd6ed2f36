package io.holdfast.configserver.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.catalog.Catalog;
import io.holdfast.model.LifeCycle;
import io.holdfast.model.LifeCycleEvent;
import io.holdfast.model.Machine;
import io.holdfast.model.Protection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The machines of the catalog, with a copy in memory so that thousands of status reports a second need no database. All changes of a machine go
 * through here. Thread-safe.
 */
public final class MachineDirectory {

    private final Catalog catalog;
    private final ConcurrentHashMap<MachineId, Machine> copies = new ConcurrentHashMap<>();
    private final Consumer<MachineId> changed;

    /**
     * Loads the machines.
     *
     * @param catalog where they are kept
     * @param changed told after each change, on the thread that made it
     */
    public MachineDirectory(Catalog catalog, Consumer<MachineId> changed) {
        this.catalog = catalog;
        this.changed = changed;
        catalog.read(tables -> tables.machines().list()).forEach(machine -> copies.put(machine.id(), machine));
    }

    /**
     * Finds a machine.
     *
     * @param id which
     * @return the machine, as last committed
     */
    public Optional<Machine> find(MachineId id) {
        return Optional.ofNullable(copies.get(id));
    }

    /**
     * Finds a machine that must be there.
     *
     * @param id which
     * @return the machine, as last committed
     * @throws HoldfastException {@code NOT_FOUND}
     */
    public Machine get(MachineId id) {
        return find(id).orElseThrow(() -> new HoldfastException(
                ErrorCode.NOT_FOUND, "machine " + id, "not known; expected the id of a machine in the list"));
    }

    /**
     * Lists the machines.
     *
     * @return by name
     */
    public List<Machine> list() {
        return copies.values().stream()
                .sorted(Comparator.comparing(Machine::name))
                .toList();
    }

    /**
     * Changes a machine. Durable on return.
     *
     * @param id which
     * @param change what to do; may be run again
     * @return the machine after the change
     * @throws HoldfastException {@code NOT_FOUND}
     */
    public Machine update(MachineId id, UnaryOperator<Machine> change) {
        boolean different = catalog.write(tables -> {
            Machine before = tables.machines()
                    .find(id)
                    .orElseThrow(() -> new HoldfastException(ErrorCode.NOT_FOUND, "machine " + id, "not known"));
            Machine after = change.apply(before);
            if (after.equals(before)) {
                return false;
            }
            tables.machines().update(after);
            return true;
        });
        if (different) {
            reload(id);
        }
        return get(id);
    }

    /**
     * Moves a machine's life cycle on. Nothing happens when the event is not possible in its state.
     *
     * @param id which
     * @param event what happened
     * @return the machine afterwards
     * @throws HoldfastException {@code NOT_FOUND}
     */
    public Machine observe(MachineId id, LifeCycleEvent event) {
        Machine now = get(id);
        Optional<Protection> next = LifeCycle.next(now.protection(), event);
        if (next.isEmpty() || next.get().equals(now.protection())) {
            return now;
        }
        return update(
                id,
                machine -> LifeCycle.next(machine.protection(), event)
                        .map(machine::withProtection)
                        .orElse(machine));
    }

    /**
     * Removes a machine. Nothing happens when it is not there.
     *
     * @param id which
     */
    public void delete(MachineId id) {
        catalog.write(tables -> {
            tables.machines().delete(id);
            return true;
        });
        reload(id);
    }

    /**
     * Reads a machine again after a transaction that changed, added or removed it.
     *
     * @param id which
     */
    public void reload(MachineId id) {
        synchronized (copies) {
            Optional<Machine> found = catalog.read(tables -> tables.machines().find(id));
            if (found.isPresent()) {
                copies.put(id, found.get());
            } else {
                copies.remove(id);
            }
        }
        changed.accept(id);
    }
}
