package io.holdfast.configserver.internal;

import io.holdfast.model.NodeBundle;
import io.holdfast.model.NodeBundles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Bundles of which one remembers what was done with them. */
final class FakeBundles implements NodeBundles {

    final List<String> done = new ArrayList<>();

    @Override
    public List<NodeBundle> list() {
        return List.of(new NodeBundle(
                "io.holdfast.node", "1.0.0", NodeBundle.State.RUNNING, NodeBundle.Handling.FIXED, List.of()));
    }

    @Override
    public void stop(String name) {
        done.add("stop " + name);
    }

    @Override
    public void start(String name) {
        done.add("start " + name);
    }

    @Override
    public void restart(String name, Duration pause) {
        done.add("restart " + name + " " + pause);
    }
}
