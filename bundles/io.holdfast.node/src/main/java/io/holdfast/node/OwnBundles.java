package io.holdfast.node;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.NodeBundle.Handling;
import io.holdfast.model.NodeBundle.State;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * Holdfast's own bundles in the framework of this node.
 *
 * @since 1.0
 */
final class OwnBundles implements BundleKeeper.Bundles {

    private static final String OURS = "io.holdfast.";

    /** What is asked through the interface cannot be asked once this one is gone. */
    private static final String INTERFACE = "io.holdfast.console.rest";

    private static final String DECLARES_COMPONENTS = "Service-Component";

    private final BundleContext context;
    private final ServiceComponentRuntime runtime;
    private final ComponentStates states;

    /**
     * Looks at one framework.
     *
     * @param context of the node's own bundle, which is never stopped
     * @param runtime tells what components rest on
     * @param states of the components
     */
    OwnBundles(BundleContext context, ServiceComponentRuntime runtime, ComponentStates states) {
        this.context = context;
        this.runtime = runtime;
        this.states = states;
    }

    @Override
    public List<NodeBundle> list() {
        Set<Long> underInterface = underInterface();
        return ours().map(bundle -> new NodeBundle(
                        bundle.getSymbolicName(),
                        bundle.getVersion().toString(),
                        state(bundle),
                        handling(bundle, underInterface),
                        states.ofBundle(bundle.getBundleId())))
                .sorted(Comparator.comparing(NodeBundle::name))
                .toList();
    }

    /** The stop is not remembered: a node that starts anew starts with all its bundles. */
    @Override
    public void stop(String name) {
        try {
            find(name).stop(Bundle.STOP_TRANSIENT);
        } catch (BundleException e) {
            throw failed(name, "did not end cleanly", e);
        }
    }

    @Override
    public void start(String name) {
        try {
            find(name).start(Bundle.START_TRANSIENT);
        } catch (BundleException e) {
            throw failed(name, "did not start", e);
        }
    }

    private Stream<Bundle> ours() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName() != null
                        && bundle.getSymbolicName().startsWith(OURS));
    }

    private Bundle find(String name) {
        return ours().filter(bundle -> bundle.getSymbolicName().equals(name))
                .findFirst()
                .orElseThrow(() -> new HoldfastException(
                        ErrorCode.NOT_FOUND, "bundle " + name, "not on this node; expected one that is listed"));
    }

    private static HoldfastException failed(String name, String what, BundleException cause) {
        return new HoldfastException(
                ErrorCode.INTERNAL, "bundle " + name, what + ": " + cause.getMessage() + "; see the log", cause);
    }

    /** A bundle whose activation is lazy is started as far as it can be before one of its classes is used. */
    private static State state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE, Bundle.STARTING -> State.RUNNING;
            case Bundle.STOPPING -> State.CHANGING;
            default -> State.STOPPED;
        };
    }

    private Handling handling(Bundle bundle, Set<Long> underInterface) {
        if (bundle.getBundleId() == context.getBundle().getBundleId()
                || bundle.getHeaders().get(DECLARES_COMPONENTS) == null) {
            return Handling.FIXED;
        }
        return underInterface.contains(bundle.getBundleId()) ? Handling.RESTARTABLE : Handling.STOPPABLE;
    }

    /** The bundles with the interface's components and with all that these cannot do without. */
    private Set<Long> underInterface() {
        List<ComponentDescriptionDTO> all = List.copyOf(runtime.getComponentDescriptionDTOs());
        Deque<ComponentDescriptionDTO> next = new ArrayDeque<>();
        all.stream()
                .filter(component -> component.bundle.symbolicName.equals(INTERFACE))
                .forEach(next::add);
        Set<String> seen = new HashSet<>();
        Set<Long> bundles = new HashSet<>();
        while (!next.isEmpty()) {
            ComponentDescriptionDTO component = next.remove();
            if (seen.add(component.name)) {
                bundles.add(component.bundle.id);
                needed(component)
                        .flatMap(service -> all.stream()
                                .filter(other ->
                                        List.of(other.serviceInterfaces).contains(service)))
                        .forEach(next::add);
            }
        }
        return bundles;
    }

    private static Stream<String> needed(ComponentDescriptionDTO component) {
        return Arrays.stream(component.references)
                .filter(reference -> reference.cardinality.startsWith("1"))
                .map(reference -> reference.interfaceName);
    }
}
