package io.holdfast.configserver.internal.control;

import io.holdfast.configserver.BundleControl;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.internal.access.Gate;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.NodeBundles;
import io.holdfast.model.Role;
import java.time.Duration;
import java.util.List;

/** The bundles of this node, as the control service offers them. */
public final class BundleService implements BundleControl {

    private final Gate gate;
    private final NodeBundles bundles;

    /**
     * Opens the service.
     *
     * @param gate checks roles
     * @param bundles of this node
     */
    public BundleService(Gate gate, NodeBundles bundles) {
        this.gate = gate;
        this.bundles = bundles;
    }

    @Override
    public List<NodeBundle> list(Caller caller) {
        gate.look(caller, Role.ADMINISTRATOR);
        return bundles.list();
    }

    @Override
    public void stop(Caller caller, String bundle) {
        change(caller, "bundle.stop", bundle, "", () -> bundles.stop(bundle));
    }

    @Override
    public void start(Caller caller, String bundle) {
        change(caller, "bundle.start", bundle, "", () -> bundles.start(bundle));
    }

    @Override
    public void restart(Caller caller, String bundle, int pauseSeconds) {
        change(
                caller,
                "bundle.restart",
                bundle,
                "pauseSeconds=" + pauseSeconds,
                () -> bundles.restart(bundle, Duration.ofSeconds(pauseSeconds)));
    }

    private void change(Caller caller, String action, String bundle, String detail, Runnable work) {
        gate.change(caller, Role.ADMINISTRATOR, new Gate.Change(action, bundle, detail), () -> {
            work.run();
            return true;
        });
    }
}
