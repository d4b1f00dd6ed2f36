package io.holdfast.journal.testkit;

import io.holdfast.base.MachineId;
import io.holdfast.journal.Damage;
import io.holdfast.journal.Durable;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreRoom;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.StoreVerifier;
import io.holdfast.journal.VerifyReport;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.offsite.OffsiteFiles;
import io.holdfast.journal.internal.store.StoreOpener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store in the simulator, the machines that feed it, and what was told about them, from boot to boot. */
final class SimulatedStore {

    static final int RECORDS_MOST = 6;

    /** The least that a segment can be set to hold. */
    static final long SEGMENT_BYTES = 64 << 10;

    private static final int MAINTENANCE_STEPS_MAX = 200;
    private static final long RETENTION_LOOKS_EACH_MILLIS = 16 * 60_000L;

    private final PlantedBug bug;
    private final StoreSettings settings;
    private final HandClock clock = new HandClock();
    private final Map<MachineId, StoreDriver> drivers = new TreeMap<>();
    private final @Nullable SimulatedBlobs objects;
    private SimulatedFiles files;
    private RecoveryStore store;

    /** Opens the store, or makes it on an empty medium. */
    SimulatedStore(PlantedBug bug, StoreSettings settings, SimulatedFiles files, List<StoreDriver> machines) {
        this(bug, settings, files, machines, null);
    }

    /** The same, with sealed segments that rest as objects when there is a place for them. */
    SimulatedStore(
            PlantedBug bug,
            StoreSettings settings,
            SimulatedFiles files,
            List<StoreDriver> machines,
            @Nullable SimulatedBlobs objects) {
        this.bug = bug;
        this.settings = settings;
        this.files = files;
        this.objects = objects;
        machines.forEach(driver -> drivers.put(driver.machine(), driver));
        store = open();
    }

    private RecoveryStore open() {
        return StoreOpener.open(
                port(),
                settings,
                clock,
                Optional.empty(),
                machine -> Optional.ofNullable(drivers.get(machine)).map(StoreDriver::keys));
    }

    private StoreFiles port() {
        return port(files);
    }

    private StoreFiles port(SimulatedFiles medium) {
        StoreFiles port = bug.in(medium);
        return objects == null ? port : new OffsiteFiles(port, objects);
    }

    SimulatedFiles files() {
        return files;
    }

    List<StoreDriver> drivers() {
        return List.copyOf(drivers.values());
    }

    /** Does one step for one machine, whose history begins with its first; what the store shows afterwards counts as acknowledged. */
    void act(Step step, StoreDriver driver) {
        clock.pass(100);
        try {
            step.act(this, driver, historyOf(driver));
        } finally {
            look();
        }
    }

    MachineHistory historyOf(StoreDriver driver) {
        MachineHistory history = store.find(driver.machine()).orElseGet(() -> driver.create(store));
        if (history.head().position().epoch() == 0) {
            driver.openEpoch(history, false);
        }
        return history;
    }

    /** Holds the store to everything that it shows as durable now. */
    void look() {
        drivers.values().forEach(driver -> store.find(driver.machine()).ifPresent(driver::look));
    }

    void commit() {
        if (bug == PlantedBug.ACKNOWLEDGED_BEFORE_COMMIT) {
            drivers.values().forEach(driver -> driver.acknowledged(driver.offeredBlock()));
        }
        for (Durable durable : store.commit()) {
            StoreDriver driver = drivers.get(durable.machine());
            if (driver != null) {
                driver.acknowledged(durable.head().blockNumber());
            }
        }
    }

    StoreRoom room() {
        return store.room();
    }

    void maintain() {
        store.maintain();
    }

    /** Carries one sealed segment to the objects. */
    void offload() {
        store.offload();
    }

    /** Another store, with copies of histories. */
    interface Other {

        /** Brings a copy of a machine's history up to date. */
        void update(RecoveryStore source, StoreDriver driver);
    }

    /** Copies a machine's history to a store that is made for it. */
    void copyAnew(StoreDriver driver) {
        copyTo(
                (source, machine) -> {
                    try (RecoveryStore target =
                            RecoveryStore.open(new SimulatedFiles(1, 1), settings, StoreDriver.TIME)) {
                        SimulatedCopy.carry(source, target, machine);
                        SimulatedCopy.compare(source, target, machine);
                    }
                },
                driver);
    }

    /** Brings a copy of a machine's history up to date, if the machine has one. */
    void copyTo(Other copy, StoreDriver driver) {
        if (store.find(driver.machine()).isPresent()) {
            copy.update(store, driver);
        }
    }

    /** So much that retention looks at every history again. */
    void letTimePass() {
        clock.pass(RETENTION_LOOKS_EACH_MILLIS);
    }

    void maintainToTheEnd() {
        maintainUntilAnother("no file has such a name");
    }

    /** Maintains until there is one more file whose name ends so, or nothing is left to do. */
    void maintainUntilAnother(String suffix) {
        long before = count(suffix);
        for (int step = 0; step < MAINTENANCE_STEPS_MAX; step++) {
            if (!store.maintain() || count(suffix) > before) {
                return;
            }
        }
        throw new AssertionError("expected: maintenance ends within " + MAINTENANCE_STEPS_MAX + " steps");
    }

    private long count(String suffix) {
        return files.paths().stream().filter(path -> path.endsWith(suffix)).count();
    }

    /** After a commit that found no room: everybody goes on from what is durable. */
    void resume() {
        drivers.values().forEach(driver -> store.find(driver.machine()).ifPresent(driver::resume));
    }

    /** Ends in order. */
    void close() {
        store.close();
    }

    /** Starts on what another boot finds, and compares everything with what was told. */
    void reopen(SimulatedFiles found) {
        files = found;
        store = open();
        check();
    }

    /** Verifies what a crash has left, before anything is put in order. */
    void verifyUnopened(SimulatedFiles found) {
        requireIntact(port(found), List.of(), drivers());
    }

    /** Ends in order, and verifies what lies on the medium then, block by block. */
    void verifyAtRest() {
        store.close();
        requireIntact(port(), drivers(), drivers());
    }

    /**
     * Verifies a store that nobody has open, if there is one yet.
     *
     * @param present machines whose histories it has to have, when they are acknowledged
     * @param drivers machines whose keys are given
     */
    static void requireIntact(StoreFiles files, List<StoreDriver> present, List<StoreDriver> drivers) {
        if (present.isEmpty() && !files.exists("store")) {
            return;
        }
        VerifyReport report = StoreVerifier.verify(
                files, new StoreVerifier.Means(machine -> keys(drivers, machine), List.of(), StoreDriver.TIME));
        Expect.equal("first damage by the verification", report.firstDamage(), Optional.empty());
        for (StoreDriver driver : present) {
            boolean verified = report.machines().stream()
                    .anyMatch(machine -> machine.machine().equals(driver.machine()));
            Expect.that(verified || !driver.isThere(), "machine " + driver.machine() + " is verified");
        }
    }

    private static Optional<MachineKeys> keys(List<StoreDriver> drivers, MachineId machine) {
        return drivers.stream()
                .filter(driver -> driver.machine().equals(machine))
                .map(StoreDriver::keys)
                .findFirst();
    }

    /** Compares a store just opened with what was told before. */
    void check() {
        for (StoreDriver driver : drivers.values()) {
            driver.recover(store).ifPresent(driver::checkRandomPoint);
        }
        List<Damage> damages = store.damages().stream()
                .filter(damage -> !damage.detail().contains("the other slot was used"))
                .toList();
        Expect.equal("damages", damages, List.of());
    }

    /** Looks at a store whose files are damaged: it may refuse by name or tell of damage, and must not show anything that was not written. */
    void checkDamaged() {
        for (StoreDriver driver : drivers.values()) {
            MachineHistory history = store.find(driver.machine()).orElse(null);
            if (history == null) {
                Expect.that(!driver.isThere(), "the history of machine " + driver.machine() + " is there, or an error");
            } else if (history.head().blockNumber() < driver.acknowledgedBlock()) {
                Expect.that(!store.damages().isEmpty(), "damage is told of, where acknowledged blocks are missing");
            } else {
                driver.resume(history);
                driver.checkDurablePoint(history);
            }
        }
    }
}
