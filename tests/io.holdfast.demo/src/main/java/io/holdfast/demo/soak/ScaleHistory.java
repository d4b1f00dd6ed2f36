package io.holdfast.demo.soak;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.harness.history.HistoryFeed;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * A history of very many small writes on 256 disks, the first of 64 TiB: nine of ten write zeroes without data, the tenth 512 bytes. Each
 * millionth write leaves a mark that nothing overwrites, at one end of the first disk or of another one.
 *
 * @param writes how many
 */
record ScaleHistory(long writes) {

    static final MachineId MACHINE = new MachineId(new UUID(9, 9));
    static final int SECTOR_BYTES = 512;
    static final int MARK_EACH = 1_000_000;
    static final long LARGE_BYTES = 64L << 40;

    private static final long SEQUENCES_BEFORE = 2;
    private static final int DISKS = 256;
    private static final long SMALL_BYTES = 256L << 30;
    private static final int PROOF_EACH = 10_000;
    private static final int WIDE_EACH = 10_000;
    private static final int ZEROES_MOST = 64 << 10;

    /** Random writes keep away from both ends of each disk, where the marks lie. */
    private static final int ENDS_BYTES = 1 << 20;

    /** Keys of no secret. */
    static MachineKeys keys() {
        byte[] dataKey = new byte[MachineKeys.KEY_BYTES];
        byte[] hashKey = new byte[MachineKeys.KEY_BYTES];
        Arrays.fill(dataKey, (byte) 1);
        Arrays.fill(hashKey, (byte) 2);
        return MachineKeys.of(dataKey, hashKey);
    }

    static long sizeOf(int disk) {
        return disk == 0 ? LARGE_BYTES : SMALL_BYTES;
    }

    /** How many marks there are up to a write. */
    static int marks(long writes) {
        return (int) ((writes + MARK_EACH - 1) / MARK_EACH);
    }

    /** The disk of a mark, from 0: every second lies on the first disk. */
    static int markDisk(int mark) {
        return mark % 2 == 0 ? 0 : mark % DISKS;
    }

    /** Where a mark lies: marks of the first disk by turns at its start and at its end. */
    static long markOffset(int mark) {
        boolean atEnd = mark % 4 >= 2;
        long within = (long) mark * SECTOR_BYTES;
        return atEnd ? sizeOf(markDisk(mark)) - within - SECTOR_BYTES : within;
    }

    static ByteBuffer markBytes(int mark) {
        byte[] bytes = new byte[SECTOR_BYTES];
        new Random(mark).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** The sequence of a write, counted from 0. */
    static long sequenceOf(long write) {
        return SEQUENCES_BEFORE + 1 + write;
    }

    /** Makes the history in a new store. */
    void make(Path directory, Random random) throws InterruptedException {
        List<DiskDescription> disks = new ArrayList<>();
        for (int disk = 0; disk < DISKS; disk++) {
            disks.add(new DiskDescription(disk, "disk-" + disk, sizeOf(disk), SECTOR_BYTES, 4096));
        }
        try (RecoveryStore store = RecoveryStore.open(directory, StoreSettings.DEFAULT, TimeSource.SYSTEM);
                HistoryFeed feed = new HistoryFeed(store, MACHINE, keys(), new DiskTable(1, disks))) {
            ByteBuffer data = markBytes(-1);
            for (long write = 0; write < writes; write++) {
                write(feed, write, random, data);
                if (write % PROOF_EACH == PROOF_EACH - 1) {
                    feed.prove();
                }
            }
            feed.prove();
            feed.finish();
        }
    }

    private static void write(HistoryFeed feed, long write, Random random, ByteBuffer data) {
        if (write % MARK_EACH == 0) {
            int mark = (int) (write / MARK_EACH);
            feed.write(markDisk(mark), markOffset(mark), markBytes(mark));
            return;
        }
        int disk = random.nextBoolean() ? 0 : random.nextInt(DISKS);
        long most = sizeOf(disk) - 2L * ENDS_BYTES;
        if (write % WIDE_EACH == 0) {
            long mebibytes = 1 + random.nextInt(64);
            long first = 1 + random.nextLong((most >> 20) - mebibytes);
            feed.zero(disk, first << 20, mebibytes << 20);
        } else if (write % 10 == 0) {
            data.putLong(0, write);
            feed.write(disk, ENDS_BYTES + sectors(random, most - SECTOR_BYTES), data.rewind());
        } else {
            long length = SECTOR_BYTES + sectors(random, ZEROES_MOST);
            feed.zero(disk, ENDS_BYTES + sectors(random, most - length), length);
        }
    }

    /** A random multiple of a sector below a bound. */
    private static long sectors(Random random, long most) {
        return random.nextLong(most / SECTOR_BYTES) * SECTOR_BYTES;
    }
}
