package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.kvm.target.ReplicaMonitor.Copy;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of exports into overlays: one job of QEMU for each disk. A job passes over what an overlay holds, so starting it again goes on
 * where the last one was. At its end QEMU takes the export from below the overlay. Then the overlay is flushed, and only then it is noted
 * in the state file that the disk is hydrated: the note is true after a loss of power.
 */
final class Hydration {

    private static final Logger LOG = LoggerFactory.getLogger(Hydration.class);

    private final ReplicaMonitor monitor;

    Hydration(ReplicaMonitor monitor) {
        this.monitor = monitor;
    }

    /** Starts, resumes and limits the copies that are still needed; the limit is shared by them in equal parts. */
    void run(ReplicaState state, long bytesPerSecondMax) {
        ReplicaState now = settle(state);
        int open = now.spec().disks().size() - now.hydratedDisks().size();
        long share = bytesPerSecondMax == 0 ? 0 : Math.max(1, bytesPerSecondMax / Math.max(1, open));
        Map<Integer, Copy> copies = monitor.copies();
        for (int disk = 0; disk < now.spec().disks().size(); disk++) {
            if (!now.hydratedDisks().contains(disk)) {
                carryOn(disk, copies.get(disk), share);
            }
        }
    }

    private void carryOn(int disk, @Nullable Copy copy, long bytesPerSecondMax) {
        if (copy == null) {
            monitor.startCopy(disk, bytesPerSecondMax);
            return;
        }
        monitor.limitCopy(disk, bytesPerSecondMax);
        if (copy.standsStill()) {
            monitor.resumeCopy(disk);
        }
    }

    /** Notes what has ended well since the last look; durable on return. */
    ReplicaState settle(ReplicaState state) {
        ReplicaState now = state;
        if (state.hydrated()) {
            return state;
        }
        for (int disk : monitor.wholeDisks()) {
            if (disk < state.spec().disks().size() && !state.hydratedDisks().contains(disk)) {
                monitor.flush(disk);
                monitor.closeBase(disk);
                now = now.withHydrated(disk);
                ReplicaStateFile.write(now);
                LOG.info("disk hydrated replica={} disk={}", now.spec().place().id(), disk);
            }
        }
        return now;
    }

    /** How far it is. */
    ReplicaStatus.Hydration figures(ReplicaState state) {
        long done = state.hydratedBytes();
        boolean active = false;
        for (Map.Entry<Integer, Copy> entry : monitor.copies().entrySet()) {
            if (!state.hydratedDisks().contains(entry.getKey())) {
                long size = state.spec().disks().get(entry.getKey()).sizeBytes();
                done += Math.min(size, entry.getValue().doneBytes());
                active |= !entry.getValue().standsStill();
            }
        }
        return new ReplicaStatus.Hydration(active, done, state.sizeBytes(), state.hydrated());
    }
}
