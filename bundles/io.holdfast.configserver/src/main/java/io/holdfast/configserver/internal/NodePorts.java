package io.holdfast.configserver.internal;

import io.holdfast.adapter.TargetAdapter;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.ExportPort;
import io.holdfast.configserver.KeyPort;
import io.holdfast.configserver.StorePort;
import io.holdfast.model.StreamCoding;
import io.holdfast.model.StreamCodings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
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

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable StorePort store;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable ExportPort exports;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable KeyPort keys;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile @Nullable StreamCodings codings;

    private final CopyOnWriteArrayList<TargetAdapter> adapters = new CopyOnWriteArrayList<>();

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

    /**
     * The store that is there at each call.
     *
     * @return a port that fails with {@code NETWORK} while there is none
     */
    StorePort storePort() {
        return present(StorePort.class, () -> store, "recovery store");
    }

    /**
     * The offers that are there at each call.
     *
     * @return a port that fails with {@code NETWORK} while there is none
     */
    ExportPort exportPort() {
        return present(ExportPort.class, () -> exports, "offer of recovery points");
    }

    /**
     * The keys that are there at each call.
     *
     * @return a port that fails with {@code NETWORK} while there are none
     */
    KeyPort keyPort() {
        return present(KeyPort.class, () -> keys, "keys of this node");
    }

    /**
     * How the stream of a machine is coded now.
     *
     * @param machine which
     * @return empty also while there is no process server
     */
    Optional<StreamCoding> coding(MachineId machine) {
        StreamCodings there = codings;
        return there == null ? Optional.empty() : there.coding(machine);
    }

    /** Passes each call on to the service that is there then. */
    private static <T> T present(Class<T> port, Supplier<@Nullable T> service, String name) {
        Object proxy = Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (_, method, arguments) -> {
            T there = service.get();
            if (there == null) {
                throw new HoldfastException(
                        ErrorCode.NETWORK, name, "not there now; expected the master target of this node to run");
            }
            try {
                return method.invoke(there, arguments);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        });
        return port.cast(proxy);
    }
}
