package io.holdfast.tests.system;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.KeyFile;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.nio.file.Path;
import java.util.Optional;

/** The recovery store of an appliance that does not run, with one machine in it, opened in this process with the journal's own reader. */
final class StoppedStore implements AutoCloseable {

    private final RecoveryStore store;
    private final MachineHistory history;
    private final MachineKeys keys;

    private StoppedStore(RecoveryStore store, MachineHistory history, MachineKeys keys) {
        this.store = store;
        this.history = history;
        this.keys = keys;
    }

    /**
     * Opens it.
     *
     * @param data the data folder of the appliance
     */
    static StoppedStore open(Path data) {
        RecoveryStore store = RecoveryStore.open(data.resolve("store"), StoreSettings.DEFAULT, TimeSource.SYSTEM);
        try {
            if (store.machines().size() != 1) {
                throw new AssertionError("the store has the machines " + store.machines() + "; expected one");
            }
            MachineId machine = store.machines().getFirst();
            return new StoppedStore(
                    store,
                    store.find(machine).orElseThrow(),
                    KeyFile.open(data.resolve("keys/store.key"), Optional.empty(), data.resolve("store"), machine));
        } catch (RuntimeException | AssertionError e) {
            store.close();
            throw e;
        }
    }

    Points points() {
        return history.points();
    }

    /** Opens the point of a sequence; close it. */
    PointImage openPoint(long sequence) {
        return history.openPoint(history.points().at(sequence).position(), keys);
    }

    @Override
    public void close() {
        store.close();
    }
}
