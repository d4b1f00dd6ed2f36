package io.holdfast.configserver.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.KeyPort;
import io.holdfast.journal.KeyVault;
import io.holdfast.journal.NodeKeys;
import io.holdfast.mastertarget.MasterTargetService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The keys of the node and its own master target.
 *
 * @since 1.0
 */
@Component
public final class MasterTargetKeys implements KeyPort {

    private final NodeKeys keys;
    private final MasterTargetService target;

    /**
     * Binds.
     *
     * @param keys of the node
     * @param target the node's master target
     */
    @Activate
    public MasterTargetKeys(@Reference NodeKeys keys, @Reference MasterTargetService target) {
        this.keys = keys;
        this.target = target;
    }

    @Override
    public KeyVault vault() {
        return keys.vault();
    }

    @Override
    public void handOver(MachineId machine) {
        target.handOver(machine, keys.vault().keysOf(machine));
    }

    @Override
    public void takeBack(MachineId machine) {
        target.takeBack(machine);
    }

    @Override
    public boolean holdsKeys(MachineId machine) {
        return target.holdsKeys(machine);
    }
}
