package io.holdfast.journal.testkit;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.SegmentPlaces;
import io.holdfast.journal.StoreSettings;
import io.holdfast.journal.internal.store.StoreOpener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * A process that writes to a store on a real directory, without end: what each sequence writes follows from the sequence alone. It commits, seals,
 * merges, retires, cleans, codes anew and changes its data key all the time, and says what is durable once it is.
 */
public final class KilledStore {

    static final MachineId MACHINE = new MachineId(new UUID(5, 6));
    static final StoreSettings SETTINGS = new StoreSettings(
                    1 << 20, SimulatedStore.SEGMENT_BYTES, 8 << 20, 20_000, 256 << 10, 256 << 10)
            .withMergeFanIn(2);
    static final int BLOCK_BYTES = 4096;
    static final int BLOCKS = 64;

    private static final int DATA_KEYS = 8;
    private static final long FIRST_CHANGE = 3;
    private static final int CHANGES_A_BATCH = 6;
    private static final int COMMITS_A_KEY = 20;
    private static final long MILLIS_A_COMMIT = 60_000;
    private static final long COLD_MILLIS = 45 * 60_000;

    private KilledStore() {}

    /**
     * Writes until it is killed.
     *
     * @param arguments the directory
     */
    public static void main(String[] arguments) {
        HandClock clock = new HandClock();
        RecoveryStore store = StoreOpener.open(
                SegmentPlaces.files(Path.of(arguments[0])),
                SETTINGS,
                clock,
                Optional.empty(),
                _ -> Optional.of(allKeys()));
        MachineHistory history = store.find(MACHINE).orElseGet(() -> store.create(MACHINE));
        history.setRetention(new RetentionPolicy(30 * 60_000L, 2, 0, 0, 0, 0, 0)
                .withCold(new ColdTier(COLD_MILLIS, ColdTier.MINUTES_A_DAY_MAX)));
        Position at = history.head().position();
        HistoryHead head = history.openEpoch(new EpochRequest(at, at, EpochCause.RESUME, "killed", 0));
        BatchBuilder builder = BatchBuilder.create(
                keys(1), BatchSettings.of(Codec.LZ4), BatchStart.after(MACHINE, head, new UUID(7, 8)));
        long sequence = head.position().sequence();
        for (int commit = 1; ; commit++) {
            for (int change = 0; change < CHANGES_A_BATCH; change++) {
                sequence++;
                builder.add(recordOf(sequence));
            }
            builder.add(new StreamRecord.Proof(sequence, sequence * 1_000, 1));
            history.append(builder.seal().bytes());
            store.commit();
            System.out.println(history.head().position().sequence());
            store.maintain();
            clock.pass(MILLIS_A_COMMIT);
            if (commit % COMMITS_A_KEY == 0) {
                builder.rekey(keys(1 + commit / COMMITS_A_KEY % DATA_KEYS));
            }
        }
    }

    /** The first so many data keys. */
    private static MachineKeys keys(int count) {
        byte[][] keys = new byte[count][];
        for (int key = 0; key < count; key++) {
            keys[key] = filled(key + 1);
        }
        return MachineKeys.of(List.of(keys), filled(100));
    }

    static MachineKeys allKeys() {
        return keys(DATA_KEYS);
    }

    private static byte[] filled(int value) {
        byte[] key = new byte[MachineKeys.KEY_BYTES];
        Arrays.fill(key, (byte) value);
        return key;
    }

    private static StreamRecord recordOf(long sequence) {
        if (sequence == 1) {
            DiskDescription disk = new DiskDescription(0, "disk-0", (long) BLOCKS * BLOCK_BYTES, 512, 4096);
            return new StreamRecord.Disks(sequence, sequence * 1_000, new DiskTable(1, List.of(disk)));
        }
        if (sequence < FIRST_CHANGE) {
            return new StreamRecord.Ready(sequence, sequence * 1_000);
        }
        return new StreamRecord.Change(
                sequence,
                sequence * 1_000,
                ChangeOrigin.GUEST,
                0,
                sequence % BLOCKS * BLOCK_BYTES,
                BLOCK_BYTES,
                ExtentKind.DATA,
                ByteBuffer.wrap(dataOf(sequence)));
    }

    private static byte[] dataOf(long sequence) {
        byte[] data = new byte[BLOCK_BYTES];
        new Random(sequence).nextBytes(data);
        return data;
    }

    /** The disk as it has to be at a sequence. */
    static byte[] imageAt(long sequence) {
        byte[] disk = new byte[BLOCKS * BLOCK_BYTES];
        for (long newest = Math.max(FIRST_CHANGE, sequence - BLOCKS + 1); newest <= sequence; newest++) {
            System.arraycopy(dataOf(newest), 0, disk, (int) (newest % BLOCKS) * BLOCK_BYTES, BLOCK_BYTES);
        }
        return disk;
    }
}
