package io.holdfast.journal.testkit;

import io.holdfast.base.MachineId;
import io.holdfast.journal.Durable;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A store of two machines that are fed at random: sealed segments, one that is open, branches, batches in the log alone. */
public final class SmallStore {

    /** Segments of 64 KiB and a log of 1 MiB. */
    public static final StoreSettings SETTINGS =
            new StoreSettings(1 << 20, 64 << 10, 1 << 20, 20_000, 64 << 10, 64 << 10);

    private final SimulatedFiles files;
    private final TestSigner signer;
    private final List<StoreDriver> drivers = new ArrayList<>();
    private RecoveryStore store;

    public SmallStore(long seed) {
        files = new SimulatedFiles(seed);
        signer = new TestSigner(seed);
        store = RecoveryStore.open(files, SETTINGS, StoreDriver.TIME, signer);
        for (int machine = 0; machine < 2; machine++) {
            StoreDriver driver = new StoreDriver(seed * 2 + machine, 20_000, 5_000);
            drivers.add(driver);
            driver.openEpoch(store.create(driver.machine()), false);
        }
    }

    public SimulatedFiles files() {
        return files;
    }

    public TestSigner signer() {
        return signer;
    }

    public RecoveryStore store() {
        return store;
    }

    public MachineId machine(int index) {
        return drivers.get(index).machine();
    }

    public MachineHistory history(int index) {
        return store.find(machine(index)).orElseThrow();
    }

    public Optional<MachineKeys> keys(MachineId machine) {
        return drivers.stream()
                .filter(driver -> driver.machine().equals(machine))
                .map(StoreDriver::keys)
                .findFirst();
    }

    /** Grows both histories by so many batches and seals what is full. */
    public SmallStore grow(int batches) {
        for (int batch = 1; batch <= batches; batch++) {
            for (StoreDriver driver : drivers) {
                MachineHistory history = store.find(driver.machine()).orElseThrow();
                if (batch % 8 == 0) {
                    driver.openEpoch(history, true);
                }
                driver.append(history, 12);
            }
            for (Durable durable : store.commit()) {
                drivers.stream()
                        .filter(driver -> driver.machine().equals(durable.machine()))
                        .forEach(driver -> driver.acknowledged(durable.head().blockNumber()));
            }
        }
        maintain();
        return this;
    }

    /** Compares a random durable point of each machine of a store that was made of this one; fails when its bytes are others. */
    public void look(RecoveryStore opened) {
        for (StoreDriver driver : drivers) {
            opened.find(driver.machine()).ifPresent(driver::checkDurablePoint);
        }
    }

    public void maintain() {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    /** What lies on the medium while the store is open: batches in the log, segments unsealed. */
    public SimulatedFiles killed() {
        return files.snapshot();
    }

    /** Closes the store and leaves it closed. */
    public SimulatedFiles closed() {
        store.close();
        return files.snapshot();
    }

    public void reopen() {
        reopen(signer);
    }

    /** Closes the store, and opens it with somebody else's signature. */
    public void reopen(TestSigner other) {
        store.close();
        store = RecoveryStore.open(files, SETTINGS, StoreDriver.TIME, other);
    }
}
