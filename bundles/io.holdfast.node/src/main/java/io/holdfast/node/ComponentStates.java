package io.holdfast.node;

import io.holdfast.model.NodeBundleComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * Which declarative services components of ours do not run although they should.
 *
 * @since 1.0
 */
final class ComponentStates {

    private static final Pattern REFUSAL = Pattern.compile("HoldfastException\\(([A-Z_]+)\\): (.*)");

    private static final String CAUSE = "Caused by: ";

    private final ServiceComponentRuntime runtime;
    private final Set<String> configuredPids;

    /**
     * Looks at one framework.
     *
     * @param runtime its component runtime
     * @param configuredPids PIDs that this node has configured; a component that requires another one belongs to a role that is not here
     */
    ComponentStates(ServiceComponentRuntime runtime, Set<String> configuredPids) {
        this.runtime = runtime;
        this.configuredPids = Set.copyOf(configuredPids);
    }

    /**
     * Names what is not satisfied or failed to start.
     *
     * @return one line for each component, sorted; empty when all run
     */
    Set<String> unsatisfied() {
        Set<String> lines = new TreeSet<>();
        Set<String> unclaimed = new TreeSet<>(configuredPids);
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            if (component.bundle.symbolicName.startsWith("io.holdfast.") && isWanted(component)) {
                unclaimed.removeAll(Arrays.asList(component.configurationPid));
                describe(component, lines);
            }
        }
        unclaimed.forEach(pid -> lines.add(pid + ": no component is there to take this configuration"));
        return lines;
    }

    /**
     * Finds the components that have failed for a reason of ours: the node cannot do what it was told.
     *
     * @return the reasons, each with its code
     */
    Set<String> refusals() {
        Set<String> reasons = new TreeSet<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(component)) {
                if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                        && configuration.failure != null) {
                    Matcher matcher = REFUSAL.matcher(configuration.failure);
                    if (matcher.find()) {
                        reasons.add(matcher.group(1) + ": " + matcher.group(2));
                    }
                }
            }
        }
        return reasons;
    }

    /**
     * Lists the components of one bundle.
     *
     * @param bundle its id
     * @return what each does, by name
     */
    List<NodeBundleComponent> ofBundle(long bundle) {
        return runtime.getComponentDescriptionDTOs().stream()
                .filter(component -> component.bundle.id == bundle)
                .map(component -> isWanted(component)
                        ? view(component)
                        : new NodeBundleComponent(component.name, NodeBundleComponent.State.UNUSED, ""))
                .sorted(Comparator.comparing(NodeBundleComponent::name))
                .toList();
    }

    /**
     * A component that requires a configuration belongs to the role that gets it. The others of its bundle serve the same role; a bundle that
     * requires none serves every node.
     */
    private boolean isWanted(ComponentDescriptionDTO component) {
        if (requiresConfiguration(component)) {
            return isConfigured(component);
        }
        List<ComponentDescriptionDTO> roles = runtime.getComponentDescriptionDTOs().stream()
                .filter(other -> other.bundle.id == component.bundle.id && requiresConfiguration(other))
                .toList();
        return roles.isEmpty() || roles.stream().anyMatch(this::isConfigured);
    }

    private static boolean requiresConfiguration(ComponentDescriptionDTO component) {
        return "require".equals(component.configurationPolicy);
    }

    private boolean isConfigured(ComponentDescriptionDTO component) {
        return Arrays.stream(component.configurationPid).anyMatch(configuredPids::contains);
    }

    private void describe(ComponentDescriptionDTO component, Collection<String> lines) {
        NodeBundleComponent view = view(component);
        switch (view.state()) {
            case ACTIVE, UNUSED -> {}
            case SATISFIED -> {
                if (component.immediate) {
                    lines.add(view.name() + ": begins to work");
                }
            }
            case UNSATISFIED, FAILED -> lines.add(view.name() + ": " + view.detail());
        }
    }

    /** The worst of a component's configurations stands for it; ours have one each. */
    private NodeBundleComponent view(ComponentDescriptionDTO component) {
        return runtime.getComponentConfigurationDTOs(component).stream()
                .map(configuration -> view(component, configuration))
                .max(Comparator.comparing(NodeBundleComponent::state))
                .orElseGet(() -> new NodeBundleComponent(
                        component.name, NodeBundleComponent.State.UNSATISFIED, "has no configuration"));
    }

    private static NodeBundleComponent view(
            ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        return switch (configuration.state) {
            case ComponentConfigurationDTO.ACTIVE ->
                new NodeBundleComponent(component.name, NodeBundleComponent.State.ACTIVE, "");
            case ComponentConfigurationDTO.SATISFIED ->
                new NodeBundleComponent(component.name, NodeBundleComponent.State.SATISFIED, "");
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                new NodeBundleComponent(
                        component.name,
                        NodeBundleComponent.State.FAILED,
                        "failed to start: " + reason(configuration.failure));
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                new NodeBundleComponent(
                        component.name,
                        NodeBundleComponent.State.UNSATISFIED,
                        "waits for " + missing(component, configuration));
            default ->
                new NodeBundleComponent(
                        component.name, NodeBundleComponent.State.UNSATISFIED, "waits for its configuration");
        };
    }

    /** References of a constructor have no names of their own, so the service is named. */
    private static String missing(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        Set<String> names = Arrays.stream(configuration.unsatisfiedReferences)
                .map(reference -> reference.name)
                .collect(Collectors.toSet());
        String services = Arrays.stream(component.references)
                .filter(reference -> names.contains(reference.name))
                .map(reference -> reference.interfaceName)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return services.isEmpty() ? "a service" : services;
    }

    /** The innermost cause says most; what wraps it says how the framework came to it. */
    private static String reason(@Nullable String failure) {
        return failure == null
                ? "no reason given"
                : failure.lines()
                        .filter(line -> line.startsWith(CAUSE))
                        .map(line -> line.substring(CAUSE.length()))
                        .reduce((_, last) -> last)
                        .or(() -> failure.lines().findFirst())
                        .orElse("no reason given");
    }
}
