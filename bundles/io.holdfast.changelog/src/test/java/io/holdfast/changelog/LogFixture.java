package io.holdfast.changelog;

import io.holdfast.base.MachineId;
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
import java.util.Optional;
import java.util.Random;

/** Records and settings for tests. */
final class LogFixture {

    static final MachineId MACHINE = MachineId.parse("6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa");
    static final List<DiskDescription> DISKS = List.of(disk(0, 64 << 20), disk(3, 64 << 20));

    private LogFixture() {}

    static DiskDescription disk(int number, long sizeBytes) {
        return new DiskDescription(number, "virtio-" + number, sizeBytes, 512, 4096);
    }

    static LogSettings settings(boolean encrypted) {
        Optional<LogKey> key = encrypted ? Optional.of(key(7)) : Optional.empty();
        return new LogSettings(MACHINE, 16 << 20, 64 << 10, key);
    }

    static LogKey key(int fill) {
        byte[] secret = new byte[LogKey.BYTES];
        java.util.Arrays.fill(secret, (byte) fill);
        return new LogKey(secret);
    }

    static StreamRecord.Change write(long sequence, int disk, long offset, int length) {
        byte[] data = new byte[length];
        new Random(sequence).nextBytes(data);
        return new StreamRecord.Change(
                sequence,
                1_000 + sequence,
                ChangeOrigin.GUEST,
                disk,
                offset,
                length,
                ExtentKind.DATA,
                ByteBuffer.wrap(data));
    }

    static StreamRecord.Proof proof(long sequence) {
        return new StreamRecord.Proof(sequence, 1_000 + sequence, 77 * sequence);
    }

    static StreamRecord any(Random random, long sequence) {
        long utc = 1_000 + sequence;
        int disk = random.nextBoolean() ? 0 : 3;
        return switch (random.nextInt(20)) {
            case 0 -> new StreamRecord.Gap(sequence, utc, GapCause.values()[random.nextInt(7)], "détail " + sequence);
            case 1 -> new StreamRecord.Ready(sequence, utc);
            case 2 ->
                new StreamRecord.Marker(sequence, utc, MarkerKind.values()[random.nextInt(3)], "Etikett " + sequence);
            case 3 -> new StreamRecord.Disks(sequence, utc, new DiskTable(4, DISKS));
            case 4 ->
                new StreamRecord.Change(
                        sequence,
                        utc,
                        ChangeOrigin.COPY,
                        disk,
                        4096,
                        1L << 33,
                        ExtentKind.ZERO,
                        StreamRecord.Change.NO_DATA);
            case 5 ->
                new StreamRecord.Change(
                        sequence, utc, ChangeOrigin.GUEST, disk, 1, 2, ExtentKind.DISCARD, StreamRecord.Change.NO_DATA);
            default -> write(sequence, disk, random.nextInt(1 << 20), 1 + random.nextInt(9_000));
        };
    }

    static List<StreamRecord> writes(long from, long to) {
        List<StreamRecord> records = new ArrayList<>();
        for (long sequence = from; sequence <= to; sequence++) {
            records.add(write(sequence, sequence % 2 == 0 ? 0 : 3, 512 * sequence, 700));
        }
        return records;
    }

    static List<StreamRecord> readAll(ChangeLog log, long from) {
        List<StreamRecord> all = new ArrayList<>();
        LogReader reader = log.read(from);
        List<StreamRecord> some = reader.next(10_000);
        while (!some.isEmpty()) {
            all.addAll(some);
            some = reader.next(10_000);
        }
        return all;
    }
}
