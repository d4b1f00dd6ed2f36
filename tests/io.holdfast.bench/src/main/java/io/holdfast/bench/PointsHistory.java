package io.holdfast.bench;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.harness.history.HistoryFeed;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * A history of writes of 4 KiB, each at a random place of one disk, of which anybody can work out what any block holds at any point. Data shrinks
 * well, so that a long history fits on the disk that it is measured on.
 *
 * @param writes how many
 */
record PointsHistory(long writes) {

    static final MachineId MACHINE = new MachineId(new UUID(7, 7));
    static final int BLOCK_BYTES = 4096;
    static final long DISK_BYTES = 4L << 30;

    private static final long BLOCKS = DISK_BYTES / BLOCK_BYTES;
    private static final long SEQUENCES_BEFORE = 2;
    private static final int PROOF_EACH = 1_000;
    private static final int PATTERN_BYTES = 256;

    /** Keys of no secret: what is measured is not kept. */
    static MachineKeys keys() {
        byte[] dataKey = new byte[MachineKeys.KEY_BYTES];
        byte[] hashKey = new byte[MachineKeys.KEY_BYTES];
        Arrays.fill(dataKey, (byte) 1);
        Arrays.fill(hashKey, (byte) 2);
        return MachineKeys.of(dataKey, hashKey);
    }

    /** Sequence of the newest point. */
    long newest() {
        return SEQUENCES_BEFORE + writes;
    }

    /** Sequence of the point right behind a write, counted from 0. */
    static long sequenceOf(long write) {
        return SEQUENCES_BEFORE + 1 + write;
    }

    /** Which block a write goes to. */
    static long blockOf(long write) {
        long mixed = (write + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return (mixed ^ mixed >>> 31) >>> 1 & BLOCKS - 1;
    }

    /** Makes the history in a new store. */
    void make(Path directory) throws InterruptedException {
        DiskTable disks = new DiskTable(1, List.of(new DiskDescription(0, "bench", DISK_BYTES, 512, 4096)));
        try (RecoveryStore store = RecoveryStore.open(directory, StoreSettings.DEFAULT, TimeSource.SYSTEM);
                HistoryFeed feed = new HistoryFeed(store, MACHINE, keys(), disks)) {
            ByteBuffer block = pattern();
            for (long write = 0; write < writes; write++) {
                stamp(block, write);
                feed.write(0, blockOf(write) * BLOCK_BYTES, block.clear());
                if (write % PROOF_EACH == PROOF_EACH - 1) {
                    feed.prove();
                }
            }
            feed.prove();
            feed.finish();
        }
    }

    private static ByteBuffer pattern() {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < BLOCK_BYTES; at++) {
            block.put(at, (byte) (at % PATTERN_BYTES * 37 + 11));
        }
        return block;
    }

    private static void stamp(ByteBuffer block, long write) {
        for (int at = 0; at < BLOCK_BYTES; at += BLOCK_BYTES / 4) {
            block.putLong(at, write);
        }
    }

    /** The newest write to a block among the first so many, or -1. */
    static long newestTo(long block, long writes) {
        for (long write = writes - 1; write >= 0; write--) {
            if (blockOf(write) == block) {
                return write;
            }
        }
        return -1;
    }

    /** Checks the content of a block against the write that it must come from. */
    static void check(ByteBuffer found, long block, long write) {
        ByteBuffer expected = write < 0 ? ByteBuffer.allocate(BLOCK_BYTES) : pattern();
        if (write >= 0) {
            stamp(expected, write);
        }
        int difference = found.mismatch(expected);
        if (difference >= 0) {
            throw new IllegalStateException(
                    "block " + block + " is not as write " + write + " left it, at byte " + difference);
        }
    }
}
