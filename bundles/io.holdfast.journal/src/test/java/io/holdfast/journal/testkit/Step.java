package io.holdfast.journal.testkit;

import io.holdfast.journal.MachineHistory;
import java.util.Arrays;
import java.util.List;

/** What workloads are made of. Each acts on one machine of a store in the simulator. */
public enum Step {
    APPEND {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.append(history, SimulatedStore.RECORDS_MOST);
        }
    },
    /** As much as fills a segment. */
    APPEND_MUCH {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            long plaintext = 0;
            while (plaintext < SimulatedStore.SEGMENT_BYTES) {
                plaintext +=
                        driver.append(history, 2 * SimulatedStore.RECORDS_MOST).plaintextBytes();
            }
        }
    },
    COMMIT {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            store.commit();
        }
    },
    SEAL {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            store.maintainUntilAnother(".seg");
        }
    },
    MERGE {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            store.maintainUntilAnother(".run");
        }
    },
    /** Lets a policy retire most points and segments be written anew without what they needed. */
    CLEAN {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.keepLittle(history);
            store.letTimePass();
            store.maintainToTheEnd();
            driver.lookAtPoints(history);
        }
    },
    /** Codes everything that is sealed anew. */
    COLD {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.keepCold(history);
            store.letTimePass();
            store.maintainToTheEnd();
            driver.lookAtPoints(history);
        }
    },
    PIN {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.pin(history);
        }
    },
    UNPIN {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.unpin(history);
        }
    },
    RETIRE {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.thin(history);
            store.letTimePass();
            store.maintainToTheEnd();
            driver.lookAtPoints(history);
        }
    },
    DESTROY {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.destroy(history);
        }
    },
    ROTATE_KEY {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.rotateKey();
            driver.append(history, SimulatedStore.RECORDS_MOST);
        }
    },
    READ {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.checkDurablePoint(history);
        }
    },
    /** Copies the history to another store. */
    COPY {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            store.copyAnew(driver);
        }
    },
    OPEN_EPOCH {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.openEpoch(history, false);
        }
    },
    BRANCH {
        @Override
        void act(SimulatedStore store, StoreDriver driver, MachineHistory history) {
            driver.openEpoch(history, true);
        }
    };

    /** Those that change what a history holds, of which workloads are enumerated. */
    static List<Step> changing() {
        return Arrays.stream(values())
                .filter(step -> step != READ && step != COPY)
                .toList();
    }

    abstract void act(SimulatedStore store, StoreDriver driver, MachineHistory history);
}
