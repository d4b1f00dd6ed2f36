package io.holdfast.configserver.internal;

import io.holdfast.adapter.TargetAdapter;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.configserver.ExportPort;
import io.holdfast.configserver.HistorySpace;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.PointQuery;
import io.holdfast.configserver.Retention;
import io.holdfast.configserver.StorePort;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.KeyVault;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreRoom;
import io.holdfast.model.PointChoice;
import io.holdfast.model.RecoveryPoint;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The other roles of this node, as they come and go: references are optional and dynamic, so that an update of the master target or of an adapter
 * does not stop the configuration server. What is asked of a role that is away fails as recoverable, and jobs try it again.
 *
 * @since 1.0
 */
@Component(service = NodePorts.class)
public final class NodePorts {

    private final CopyOnWriteArrayList<TargetAdapter> adapters = new CopyOnWriteArrayList<>();
    private volatile @Nullable StorePort store;
    private volatile @Nullable ExportPort exports;
    private volatile @Nullable KeyPort keys;

    /**
     * A recovery store came.
     *
     * @param came the store
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStore(StorePort came) {
        store = came;
    }

    void unbindStore(StorePort went) {
        if (store == went) {
            store = null;
        }
    }

    /**
     * A place that offers points came.
     *
     * @param came the place
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindExports(ExportPort came) {
        exports = came;
    }

    void unbindExports(ExportPort went) {
        if (exports == went) {
            exports = null;
        }
    }

    /**
     * The keys came.
     *
     * @param came the keys
     */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindKeys(KeyPort came) {
        keys = came;
    }

    void unbindKeys(KeyPort went) {
        if (keys == went) {
            keys = null;
        }
    }

    /**
     * A target adapter came.
     *
     * @param came the adapter
     */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindTarget(TargetAdapter came) {
        adapters.add(came);
    }

    void unbindTarget(TargetAdapter went) {
        adapters.remove(went);
    }

    Collection<TargetAdapter> targets() {
        return adapters;
    }

    private StorePort store() {
        return present(store, "recovery store");
    }

    private ExportPort exports() {
        return present(exports, "offer of recovery points");
    }

    private KeyPort keys() {
        return present(keys, "keys of this node");
    }

    private static <T> T present(@Nullable T service, String name) {
        if (service == null) {
            throw new HoldfastException(
                    ErrorCode.NETWORK, name, "not there now; expected the master target of this node to run");
        }
        return service;
    }

    /**
     * The store that is there at each call.
     *
     * @return a port that fails with {@code NETWORK} while there is none
     */
    StorePort storePort() {
        return new StorePort() {
            @Override
            public void createHistory(MachineId machine) {
                store().createHistory(machine);
            }

            @Override
            public void requireDestroyable(MachineId machine) {
                store().requireDestroyable(machine);
            }

            @Override
            public void destroyHistory(MachineId machine) {
                store().destroyHistory(machine);
            }

            @Override
            public Position end(MachineId machine) {
                return store().end(machine);
            }

            @Override
            public Optional<RecoveryPoint> latest(MachineId machine) {
                return store().latest(machine);
            }

            @Override
            public RecoveryPoint resolve(MachineId machine, PointChoice choice) {
                return store().resolve(machine, choice);
            }

            @Override
            public List<RecoveryPoint> points(MachineId machine, PointQuery query) {
                return store().points(machine, query);
            }

            @Override
            public Fence fence(MachineId machine, Position parent, EpochCause cause, String writer) {
                return store().fence(machine, parent, cause, writer);
            }

            @Override
            public long dataBytes(MachineId machine) {
                return store().dataBytes(machine);
            }

            @Override
            public StoreRoom room() {
                return store().room();
            }

            @Override
            public Map<MachineId, SpaceFigures> spaces() {
                return store().spaces();
            }

            @Override
            public HistorySpace space(MachineId machine) {
                return store().space(machine);
            }

            @Override
            public void retain(MachineId machine, Retention retention) {
                store().retain(machine, retention);
            }

            @Override
            public Anchor anchor(Optional<Anchor> since) {
                return store().anchor(since);
            }

            @Override
            public List<AnchorFinding> compare(Anchor anchor) {
                return store().compare(anchor);
            }

            @Override
            public String witnessTrouble() {
                return store().witnessTrouble();
            }
        };
    }

    /**
     * The offers that are there at each call.
     *
     * @return a port that fails with {@code NETWORK} while there is none
     */
    ExportPort exportPort() {
        return new ExportPort() {
            @Override
            public List<Disk> offer(UUID id, MachineId machine, Position point) {
                return exports().offer(id, machine, point);
            }

            @Override
            public void withdraw(UUID id) {
                exports().withdraw(id);
            }
        };
    }

    /**
     * The keys that are there at each call.
     *
     * @return a port that fails with {@code NETWORK} while there are none
     */
    KeyPort keyPort() {
        return new KeyPort() {
            @Override
            public KeyVault vault() {
                return keys().vault();
            }

            @Override
            public void handOver(MachineId machine) {
                keys().handOver(machine);
            }

            @Override
            public void takeBack(MachineId machine) {
                keys().takeBack(machine);
            }

            @Override
            public boolean holdsKeys(MachineId machine) {
                return keys().holdsKeys(machine);
            }
        };
    }
}
