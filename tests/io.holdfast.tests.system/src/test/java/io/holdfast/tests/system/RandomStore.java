package io.holdfast.tests.system;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointInterval;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.StoreSettings;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Writes the history of one machine into a store: all kinds of records, every codec, epochs that go on and epochs that branch. */
final class RandomStore {

    /** Small segments, so that many are sealed, and a log that starts over now and then. */
    static final StoreSettings SETTINGS = new StoreSettings(1 << 20, 256 << 10, 8 << 20, 100_000, 256 << 10, 256 << 10);

    /** A clock for labels that nobody looks at. */
    static final TimeSource TIME = new TimeSource() {
        @Override
        public long utcMillis() {
            return 1_795_000_000_000L;
        }

        @Override
        public long monotonicNanos() {
            return 0;
        }
    };

    /** The larger disk holds so many of the longest writes. */
    private static final int WRITES_A_DISK = 32;

    private final Random random;
    private final BlockHashAlgorithm hash;
    private final MachineId machine;
    private MachineKeys keys;
    private final MachineHistory history;
    private final RecoveryStore store;
    private BatchBuilder builder;
    private DiskTable table = DiskTable.NONE;
    private long sequence;
    private long utcMillis = 1_795_000_000_000L;

    private RandomStore(RecoveryStore store, MachineId machine, Secrets secrets, Random random) {
        this.store = store;
        this.history = store.find(machine).orElseThrow();
        this.keys = secrets.keys();
        this.hash = secrets.hash();
        this.random = random;
        this.machine = machine;
        this.builder = newBuilder(history.head());
    }

    /** The keys of a machine and how its blocks are hashed. */
    record Secrets(MachineKeys keys, BlockHashAlgorithm hash) {}

    /** Begins the history of a new machine with two disks; nothing is a point yet. */
    static RandomStore begin(RecoveryStore store, MachineId machine, Secrets secrets, Random random, long diskBytes) {
        store.create(machine);
        RandomStore written = new RandomStore(store, machine, secrets, random);
        written.openEpoch(Position.ORIGIN, EpochCause.START);
        DiskDescription first = new DiskDescription(0, "virtio-a", diskBytes, 512, 4096);
        DiskDescription second = new DiskDescription(1, "virtio-b", diskBytes / 2 + 512, 512, 512);
        written.add(new StreamRecord.Disks(1, written.utcMillis, new DiskTable(1, List.of(first, second))));
        written.commit();
        return written;
    }

    /** Goes on with the history of a machine in an epoch of its own. */
    static RandomStore goOn(RecoveryStore store, MachineId machine, Secrets secrets, Random random) {
        RandomStore written = new RandomStore(store, machine, secrets, random);
        written.utcMillis = Math.max(written.utcMillis, written.history.head().utcMillis());
        written.resume();
        return written;
    }

    MachineHistory history() {
        return history;
    }

    /** Every position that is a point, oldest interval first. */
    static List<Position> everyPoint(MachineHistory history) {
        List<Position> positions = new ArrayList<>();
        for (PointInterval interval : history.points().intervals(0, Long.MAX_VALUE, Points.COUNT_MAX)) {
            for (long at = interval.first().sequence(); at <= interval.last().sequence(); at++) {
                positions.add(new Position(interval.first().epoch(), at));
            }
        }
        return positions;
    }

    /** Makes the next sequence, and what follows it without a gap, points once proven. */
    void ready() {
        add(new StreamRecord.Ready(sequence + 1, utcMillis));
    }

    /** Writes batches with proofs among them, one or some in each commit. */
    void write(int batches, int recordsPerBatch) {
        for (int batch = 0; batch < batches; batch++) {
            int records = 1 + random.nextInt(recordsPerBatch);
            for (int count = 0; count < records; count++) {
                utcMillis += random.nextInt(3) == 0 ? random.nextInt(400) : 0;
                add(nextRecord());
            }
            seal();
            if (random.nextInt(4) == 0) {
                store.commit();
            }
        }
        commit();
    }

    /** Proves everything given up to now, and commits. */
    void prove() {
        add(new StreamRecord.Proof(sequence, utcMillis, utcMillis * 1_000_000));
        commit();
    }

    /** The source goes on where the store stands. */
    void resume() {
        openEpoch(history.head().position(), EpochCause.RESUME);
    }

    /** As after a failover: history branches at a random point. */
    void branch() {
        List<Position> points = everyPoint(history);
        openEpoch(points.get(random.nextInt(points.size())), EpochCause.FAILOVER);
    }

    /** Capture was broken; a little later every disk is complete again. */
    void breakCapture() {
        add(new StreamRecord.Gap(sequence + 1, utcMillis, GapCause.CAPTURE_BROKEN, "mirror failed"));
        write(2, 10);
        ready();
    }

    /** Moves what waits in the log to segments and seals the full ones. */
    void settle() {
        while (store.maintain()) {
            // until nothing is left to do
        }
    }

    /** Time passes at the source, and nothing is written. */
    void pass(long millis) {
        utcMillis += millis;
    }

    /** Seals what follows with a data key of its own. */
    MachineKeys rotate() {
        seal();
        keys = keys.rotated(new SecureRandom());
        builder.rekey(keys);
        return keys;
    }

    private void openEpoch(Position parent, EpochCause cause) {
        Position head = history.head().position();
        builder = newBuilder(history.openEpoch(new EpochRequest(head, parent, cause, "writer-é", 0)));
    }

    private BatchBuilder newBuilder(HistoryHead head) {
        table = head.disks();
        sequence = head.position().sequence();
        long epoch = head.position().epoch();
        Codec codec = Codec.values()[(int) (epoch % Codec.values().length)];
        BatchStart start = BatchStart.after(machine, head, new UUID(1, epoch));
        return BatchBuilder.create(keys, new BatchSettings(codec, 128 << 10, hash), start);
    }

    private void add(StreamRecord streamRecord) {
        if (!builder.add(streamRecord)) {
            seal();
            builder.add(streamRecord);
        }
        if (!(streamRecord instanceof StreamRecord.Proof)) {
            sequence = streamRecord.sequence();
        }
        if (streamRecord instanceof StreamRecord.Disks disks) {
            table = disks.table();
        }
    }

    private void seal() {
        if (!builder.isEmpty()) {
            history.append(builder.seal().bytes());
        }
    }

    private void commit() {
        seal();
        store.commit();
    }

    private StreamRecord nextRecord() {
        int choice = random.nextInt(100);
        if (choice < 12) {
            long proven = Math.max(0, sequence - (random.nextBoolean() ? random.nextInt(15) : 0));
            return new StreamRecord.Proof(proven, utcMillis, utcMillis * 1_000_000);
        }
        return switch (choice) {
            case 12, 13 -> marker();
            case 14 -> new StreamRecord.Disks(sequence + 1, utcMillis, otherTable());
            default -> change();
        };
    }

    private StreamRecord marker() {
        MarkerKind kind = MarkerKind.values()[random.nextInt(MarkerKind.values().length)];
        return new StreamRecord.Marker(sequence + 1, utcMillis, kind, "marker " + sequence + " – ü");
    }

    /** The second disk grows or shrinks. */
    private DiskTable otherTable() {
        DiskDescription old = table.disks().get(1);
        long size = 1 + random.nextLong(table.disks().getFirst().sizeBytes());
        DiskDescription other = new DiskDescription(
                old.number(), old.identity(), size, old.logicalSectorBytes(), old.physicalSectorBytes());
        return new DiskTable(table.version() + 1, List.of(table.disks().getFirst(), other));
    }

    private StreamRecord change() {
        DiskDescription disk = table.disks().get(random.nextInt(table.disks().size()));
        long unit = random.nextBoolean() ? 4096 : 1;
        long offset = random.nextLong(disk.sizeBytes()) / unit * unit;
        long room = disk.sizeBytes() - offset;
        int kind = random.nextInt(10);
        if (kind < 2) {
            long length = random.nextInt(4) == 0 ? room : 1 + random.nextLong(room);
            ExtentKind empty = kind == 0 ? ExtentKind.ZERO : ExtentKind.DISCARD;
            return new StreamRecord.Change(
                    sequence + 1,
                    utcMillis,
                    ChangeOrigin.GUEST,
                    disk.number(),
                    offset,
                    length,
                    empty,
                    StreamRecord.Change.NO_DATA);
        }
        long writeBytesMax = table.disks().getFirst().sizeBytes() / WRITES_A_DISK;
        int length = 1 + random.nextInt((int) Math.min(room, writeBytesMax));
        ChangeOrigin origin = kind == 2 ? ChangeOrigin.COPY : ChangeOrigin.GUEST;
        return new StreamRecord.Change(
                sequence + 1,
                utcMillis,
                origin,
                disk.number(),
                offset,
                length,
                ExtentKind.DATA,
                ByteBuffer.wrap(content(length)));
    }

    /** Bytes that shrink, that do not, and a few among zeroes. */
    private byte[] content(int length) {
        byte[] content = new byte[length];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(content);
            case 1 -> {
                int fill = 1 + random.nextInt(100);
                for (int index = 0; index < length; index++) {
                    content[index] = (byte) (fill + index % 7);
                }
            }
            default -> {
                for (int index = random.nextInt(length); index < length; index += 1 + random.nextInt(9000)) {
                    content[index] = (byte) (1 + random.nextInt(255));
                }
            }
        }
        return content;
    }
}
