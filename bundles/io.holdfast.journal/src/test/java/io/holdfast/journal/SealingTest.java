package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.journal.testkit.Fault;
import io.holdfast.journal.testkit.HandMade;
import io.holdfast.journal.testkit.SimulatedFiles;
import io.holdfast.journal.testkit.SmallStore;
import io.holdfast.journal.testkit.StoreDriver;
import io.holdfast.journal.testkit.Tampering;
import org.junit.jupiter.api.Test;

/** Sealing that finds no room is taken up again where it stopped. */
class SealingTest {

    private static final int WRITE_BYTES = 20_000;

    private final HandMade stream = new HandMade(Codec.NONE);

    /** A store with one full segment, which is not sealed. */
    private RecoveryStore written(SimulatedFiles files) {
        RecoveryStore store = RecoveryStore.open(files, SmallStore.SETTINGS, StoreDriver.TIME);
        MachineHistory history = store.create(HandMade.MACHINE);
        stream.epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, 1 << 20))
                .ready()
                .to(history);
        for (int write = 0; write < 4; write++) {
            stream.write(0, (long) write * WRITE_BYTES, HandMade.pattern(WRITE_BYTES, write))
                    .to(history);
            store.commit();
        }
        return store;
    }

    private static void maintain(RecoveryStore store) {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    /** The digest of the file that its ledger entry has is worked out once, however often the entry finds no room. */
    @Test
    void recordsWhatTheSegmentIsWhicheverOperationFindsNoRoom() {
        int refused = 0;
        boolean more = true;
        for (int operation = 1; more; operation++) {
            SimulatedFiles files = new SimulatedFiles(operation);
            RecoveryStore store = written(files);
            files.failAt(Fault.DISK_FULL, files.operations() + operation);
            try {
                maintain(store);
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL);
                refused++;
            }
            more = files.faultHappened();
            files.bytesMax(Long.MAX_VALUE);
            maintain(store);
            store.close();

            assertThat(files.paths()).anyMatch(path -> path.endsWith("0000000001.seg"));
            assertThat(Tampering.verify(files).firstDamage())
                    .as("damage when operation %d of a sealing found no room", operation)
                    .isEmpty();
        }
        assertThat(refused).as("operations that were refused").isGreaterThan(2);
    }
}
