package io.holdfast.journal.testkit;

import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.Codec;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.RecoveryStore;
import java.util.Random;

/** A store of one machine: {@value #WRITES} writes that do not overlap, sequences 3 to 16, in segments of about four. */
public final class DistinctWrites {

    /** Bytes of the only disk. */
    public static final int DISK_BYTES = 400_000;

    /** Bytes of a write. */
    public static final int WRITE_BYTES = 20_000;

    /** How many writes there are. */
    public static final int WRITES = 14;

    private DistinctWrites() {}

    /** Writes them to an empty medium, one commit each, and seals what is full. */
    public static RecoveryStore to(SimulatedFiles files, TimeSource time, TestSigner signer) {
        RecoveryStore store = RecoveryStore.open(files, SmallStore.SETTINGS, time, signer);
        MachineHistory history = store.create(HandMade.MACHINE);
        HandMade stream = new HandMade(Codec.LZ4)
                .epoch(history, Position.ORIGIN)
                .disks(HandMade.oneDisk(1, DISK_BYTES))
                .ready()
                .to(history);
        Random random = new Random(4);
        for (int write = 0; write < WRITES; write++) {
            byte[] data = new byte[WRITE_BYTES];
            random.nextBytes(data);
            stream.write(0, write * WRITE_BYTES, data).proof().to(history);
            store.commit();
        }
        while (store.maintain()) {
            // until what is full is sealed
        }
        return store;
    }
}
