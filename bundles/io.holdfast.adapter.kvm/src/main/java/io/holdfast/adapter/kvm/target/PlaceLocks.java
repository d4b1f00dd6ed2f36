package io.holdfast.adapter.kvm.target;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Lets one thread at a time work in a folder; keeps nothing of folders in which nobody works. Thread-safe. Not reentrant. */
final class PlaceLocks {

    /** A folder taken; close it to let the next one in. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private final Set<Path> busy = new HashSet<>();

    /** Waits until nobody works in a folder and takes it. The wait is bounded by what others do there. */
    Held take(Path folder) {
        boolean interrupted = false;
        synchronized (busy) {
            while (!busy.add(folder)) {
                try {
                    busy.wait();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return () -> release(folder);
    }

    private void release(Path folder) {
        synchronized (busy) {
            busy.remove(folder);
            busy.notifyAll();
        }
    }
}
