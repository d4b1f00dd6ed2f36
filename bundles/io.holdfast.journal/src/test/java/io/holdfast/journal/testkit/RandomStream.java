package io.holdfast.journal.testkit;

import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes records that follow each other: several disks of odd sizes, small and large writes, zeroes, discards, gaps, proofs, other tables. */
public final class RandomStream {

    private final Random random;
    private final int diskBytesMost;
    private final int writeBytesMost;

    public RandomStream(long seed, int diskBytesMost, int writeBytesMost) {
        this.random = new Random(seed);
        this.diskBytesMost = diskBytesMost;
        this.writeBytesMost = writeBytesMost;
    }

    /**
     * Makes the next record.
     *
     * @param sequence the sequence it takes when it takes one
     * @param utcMillis the source's clock
     * @param table in force
     */
    public StreamRecord next(long sequence, long utcMillis, DiskTable table) {
        if (table.disks().isEmpty()) {
            return new StreamRecord.Disks(sequence, utcMillis, otherTable(table));
        }
        int choice = random.nextInt(100);
        if (choice < 15 && sequence > 1) {
            long proven = Math.max(0, sequence - 1 - (random.nextInt(3) == 0 ? random.nextInt(20) : 0));
            return new StreamRecord.Proof(proven, utcMillis, utcMillis * 1_000_000);
        }
        return switch (choice) {
            case 15 -> new StreamRecord.Gap(sequence, utcMillis, GapCause.CAPTURE_BROKEN, "mirror failed");
            case 16, 17, 18 -> new StreamRecord.Ready(sequence, utcMillis);
            case 19, 20 ->
                new StreamRecord.Marker(sequence, utcMillis, MarkerKind.APPLICATION_CONSISTENT, "m" + sequence);
            case 21 -> new StreamRecord.Disks(sequence, utcMillis, otherTable(table));
            default -> change(sequence, utcMillis, table);
        };
    }

    private DiskTable otherTable(DiskTable table) {
        List<DiskDescription> disks = new ArrayList<>();
        for (DiskDescription disk : table.disks()) {
            int fate = random.nextInt(8);
            if (fate > 0 || table.disks().size() == 1) {
                long size = fate < 4 ? 1 + random.nextInt(diskBytesMost) : disk.sizeBytes();
                disks.add(new DiskDescription(disk.number(), disk.identity(), size, 512, 4096));
            }
        }
        int used = disks.stream().mapToInt(DiskDescription::number).max().orElse(-1);
        if (disks.size() < 3) {
            int number = Math.max(used + 1, table.version() % 200);
            disks.add(new DiskDescription(number, "disk-" + number, 1 + random.nextInt(diskBytesMost), 512, 512));
        }
        return new DiskTable(table.version() + 1, disks);
    }

    private StreamRecord.Change change(long sequence, long utcMillis, DiskTable table) {
        DiskDescription disk = table.disks().get(random.nextInt(table.disks().size()));
        ChangeOrigin origin = random.nextInt(4) == 0 ? ChangeOrigin.COPY : ChangeOrigin.GUEST;
        boolean aligned = random.nextBoolean();
        long offset = random.nextLong(disk.sizeBytes());
        offset = aligned ? offset / 4096 * 4096 : offset;
        int kind = random.nextInt(10);
        long most = disk.sizeBytes() - offset;
        if (kind < 2) {
            long length = random.nextInt(3) == 0 ? most : 1 + random.nextLong(Math.min(most, writeBytesMost));
            ExtentKind empty = kind == 0 ? ExtentKind.ZERO : ExtentKind.DISCARD;
            return new StreamRecord.Change(
                    sequence, utcMillis, origin, disk.number(), offset, length, empty, StreamRecord.Change.NO_DATA);
        }
        int length = 1 + random.nextInt((int) Math.min(most, writeBytesMost));
        if (aligned && length > 4096) {
            length = length / 4096 * 4096;
        }
        return new StreamRecord.Change(
                sequence,
                utcMillis,
                origin,
                disk.number(),
                offset,
                length,
                ExtentKind.DATA,
                ByteBuffer.wrap(data(length)));
    }

    /** Bytes that shrink, that do not, and with stretches of zeroes. */
    private byte[] data(int length) {
        byte[] data = new byte[length];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(data);
            case 1 -> {
                byte fill = (byte) (1 + random.nextInt(100));
                for (int index = 0; index < length; index++) {
                    data[index] = (byte) (fill + index % 7);
                }
            }
            default -> {
                for (int index = random.nextInt(length); index < length; index += 1 + random.nextInt(9000)) {
                    data[index] = (byte) (1 + random.nextInt(255));
                }
            }
        }
        return data;
    }
}
