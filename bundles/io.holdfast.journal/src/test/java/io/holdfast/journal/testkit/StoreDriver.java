package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.Pin;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.PointInterval;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.SealedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Feeds one machine's random stream into a store and compares what the store says with the plain model. */
public final class StoreDriver {

    /** A clock that stands still. */
    public static final TimeSource TIME = new SimulatedClock();

    private final MachineId machine;
    private final Random random;
    private final RandomStream stream;
    private final StreamModel model = new StreamModel();
    private final MachineKeys keys;
    private final Codec codec;
    private BatchBuilder builder;
    private DiskTable table = DiskTable.NONE;
    private long sequence;
    private long epoch;
    private long utcMillis = 1_700_000_000_000L;
    private long acknowledgedBlock;
    private TreeMap<Long, ChainDigest> chains = new TreeMap<>();
    private PinChange pins = new PinChange(List.of(), List.of());
    private boolean there;
    private boolean goes;

    /** What is pinned for certain, and what is when a change under way has come to pass. */
    private record PinChange(List<Position> before, List<Position> after) {}

    public StoreDriver(long seed, int diskBytesMost, int writeBytesMost) {
        random = new Random(seed);
        machine = new MachineId(new UUID(random.nextLong(), random.nextLong()));
        stream = new RandomStream(random.nextLong(), diskBytesMost, writeBytesMost);
        codec = Codec.values()[random.nextInt(Codec.values().length)];
        byte[] dataKey = new byte[MachineKeys.KEY_BYTES];
        byte[] hashKey = new byte[MachineKeys.KEY_BYTES];
        random.nextBytes(dataKey);
        random.nextBytes(hashKey);
        keys = MachineKeys.of(dataKey, hashKey);
        builder = newBuilder(HistoryHead.EMPTY);
    }

    public MachineId machine() {
        return machine;
    }

    public MachineKeys keys() {
        return keys;
    }

    public StreamModel model() {
        return model;
    }

    private BatchBuilder newBuilder(HistoryHead head) {
        table = head.disks();
        sequence = head.position().sequence();
        epoch = head.position().epoch();
        BatchSettings settings = new BatchSettings(codec, 64 << 10);
        return BatchBuilder.create(keys, settings, BatchStart.after(machine, head, new UUID(1, epoch)));
    }

    /** Opens an epoch at the head, or at an older position. */
    public void openEpoch(MachineHistory history, boolean branch) {
        Position head = history.head().position();
        Position parent = head;
        List<StreamModel.Block> before = model.blocks();
        cutTo(history.head().blockNumber());
        TreeMap<Long, Long> known = model.sequences();
        if (branch && !known.isEmpty()) {
            Map.Entry<Long, Long> chosen = known.floorEntry(1 + random.nextLong(known.lastKey()));
            if (chosen != null && !isRetired(history, chosen.getKey())) {
                parent = new Position(chosen.getValue(), chosen.getKey());
            }
        }
        Position resolved = parent.equals(head) ? resolvedHead(history) : parent;
        long number = head.epoch() + 1;
        model.open(history.head().blockNumber() + 1, number, resolved);
        HistoryHead opened;
        try {
            opened = history.openEpoch(new EpochRequest(head, parent, EpochCause.RESUME, "driver", 0));
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.DISK_FULL) {
                model.restore(before);
            }
            throw e;
        }
        acknowledged(opened.blockNumber());
        chains.put(opened.blockNumber(), opened.chain());
        Expect.equal("position of the epoch opened", opened.position(), new Position(number, head.sequence()));
        Expect.equal("disks of the epoch opened", opened.disks(), model.disksAt(resolved));
        builder = newBuilder(opened);
    }

    private Position resolvedHead(MachineHistory history) {
        return history.points().latest().map(RecoveryPoint::position).orElse(Position.ORIGIN);
    }

    /** Appends a batch of some records. */
    public void append(MachineHistory history, int recordsMost) {
        List<StreamRecord> records = new ArrayList<>();
        int count = 1 + random.nextInt(recordsMost);
        for (int index = 0; index < count; index++) {
            utcMillis += random.nextInt(3) == 0 ? random.nextInt(500) : 0;
            StreamRecord streamRecord = stream.next(sequence + 1, utcMillis, table);
            if (!builder.add(streamRecord)) {
                break;
            }
            records.add(streamRecord);
            sequence = streamRecord instanceof StreamRecord.Proof ? sequence : streamRecord.sequence();
            table = streamRecord instanceof StreamRecord.Disks disks ? disks.table() : table;
        }
        SealedBatch batch = builder.seal();
        model.append(batch.blockNumber(), epoch, records);
        chains.put(batch.blockNumber(), batch.chain());
        history.append(batch.bytes());
    }

    /** What the driver knows at a moment, to judge several outcomes of one crash. */
    public record Mark(
            List<StreamModel.Block> blocks,
            long acknowledgedBlock,
            TreeMap<Long, ChainDigest> chains,
            List<Position> pinsBefore,
            List<Position> pinsAfter,
            boolean there,
            boolean goes) {}

    public Mark mark() {
        return new Mark(model.blocks(), acknowledgedBlock, new TreeMap<>(chains), pins.before, pins.after, there, goes);
    }

    /** Knows again what it knew; the next call is {@link #recover}. */
    public void rewind(Mark mark) {
        model.restore(mark.blocks());
        acknowledgedBlock = mark.acknowledgedBlock();
        chains = new TreeMap<>(mark.chains());
        pins = new PinChange(mark.pinsBefore(), mark.pinsAfter());
        there = mark.there();
        goes = mark.goes();
    }

    /** Notes that everything up to a block was acknowledged. */
    public void acknowledged(long blockNumber) {
        Expect.between("newest block, which never goes back,", blockNumber, acknowledgedBlock, Long.MAX_VALUE);
        acknowledgedBlock = blockNumber;
    }

    public long acknowledgedBlock() {
        return acknowledgedBlock;
    }

    /** The newest block offered. */
    public long offeredBlock() {
        return model.lastBlock();
    }

    /** Whatever the store shows as durable has to be so, answered or not. */
    public void look(MachineHistory history) {
        acknowledged(history.head().blockNumber());
    }

    /** Starts the machine's history; when power fails in it, it may be there or not. */
    public MachineHistory create(RecoveryStore store) {
        if (goes) {
            forget();
        }
        MachineHistory history = store.create(machine);
        there = true;
        return history;
    }

    /** Whether the machine's history was acknowledged. */
    public boolean isThere() {
        return there;
    }

    /** Removes the machine's history; when power fails in it, it may be there or not. */
    public void destroy(MachineHistory history) {
        goes = true;
        history.destroy();
        forget();
    }

    private void forget() {
        there = false;
        goes = false;
        acknowledgedBlock = 0;
        chains.clear();
        model.cutTo(0);
        pins = new PinChange(List.of(), List.of());
    }

    /** Pins a random position of any branch, if there is one. */
    public void pin(MachineHistory history) {
        TreeMap<Long, Long> known = model.sequencesUpTo(history.head().blockNumber());
        if (!known.isEmpty()) {
            long sequence = 1 + random.nextLong(known.lastKey());
            Position position = new Position(known.getOrDefault(sequence, 0L), sequence);
            List<Position> more = new ArrayList<>(pins.before);
            more.add(position);
            pins = new PinChange(pins.before, List.copyOf(more));
            history.pin(position, "pinned");
            pins = new PinChange(pins.after, pins.after);
        }
    }

    /** Takes a random pin away, if there is one. */
    public void unpin(MachineHistory history) {
        if (!pins.before.isEmpty()) {
            int chosen = random.nextInt(pins.before.size());
            List<Position> fewer = new ArrayList<>(pins.before);
            fewer.remove(chosen);
            pins = new PinChange(pins.before, List.copyOf(fewer));
            history.unpin(history.pins().get(chosen).id());
            pins = new PinChange(pins.after, pins.after);
        }
    }

    /**
     * After a crash: what was acknowledged is there, and what is there was offered. The driver goes on from the store's head.
     *
     * @return the machine's history, if it is to be there
     */
    public Optional<MachineHistory> recover(RecoveryStore store) {
        Optional<MachineHistory> found = store.find(machine);
        if (found.isEmpty()) {
            Expect.that(!there || goes, "the history of machine " + machine + " is there");
            forget();
            return found;
        }
        there = true;
        goes = false;
        checkRecovered(found.get());
        return found;
    }

    /** Compares a recovered history with what was acknowledged and offered. */
    public void checkRecovered(MachineHistory history) {
        HistoryHead head = history.head();
        Expect.between("newest block after recovery", head.blockNumber(), acknowledgedBlock, model.lastBlock());
        cutTo(head.blockNumber());
        acknowledgedBlock = head.blockNumber();
        Expect.equal("head after recovery", head.position(), model.head());
        ChainDigest offered = chains.get(head.blockNumber());
        if (offered != null) {
            Expect.equal("chain after recovery", head.chain(), offered);
        }
        List<Position> pinned = history.pins().stream().map(Pin::position).toList();
        Expect.that(
                pinned.equals(pins.before) || pinned.equals(pins.after),
                "pins " + pins.before + " or " + pins.after + ", not " + pinned);
        pins = new PinChange(pinned, pinned);
        builder = newBuilder(head);
        checkHead(history);
        checkPoints(history);
    }

    /** Forgets what was offered behind a block. */
    private void cutTo(long lastBlock) {
        model.cutTo(lastBlock);
        chains.tailMap(lastBlock, false).clear();
    }

    /** What waited for a commit is gone: goes on from the store's head, which has all that was acknowledged. */
    public void resume(MachineHistory history) {
        HistoryHead head = history.head();
        acknowledged(head.blockNumber());
        cutTo(head.blockNumber());
        pins = new PinChange(pins.before, pins.before);
        builder = newBuilder(head);
    }

    /** The head's image, disks and points are the model's. */
    public void checkHead(MachineHistory history) {
        TreeMap<Long, Long> proven = model.proven();
        long expected = provenOnHead(proven);
        Expect.equal("newest proven sequence", history.head().provenSequence(), expected);
        history.points().latest().ifPresent(point -> checkImage(history, point.position()));
    }

    private long provenOnHead(TreeMap<Long, Long> proven) {
        return model.upTo(model.head()).stream()
                .mapToLong(StreamRecord::sequence)
                .filter(proven::containsKey)
                .max()
                .orElse(0);
    }

    /** The points listed are exactly those proven and not retired. */
    private void checkPoints(MachineHistory history) {
        TreeSet<Long> listed = new TreeSet<>();
        for (PointInterval interval : history.points().intervals(Long.MIN_VALUE, Long.MAX_VALUE, Points.COUNT_MAX)) {
            for (long at = interval.first().sequence(); at <= interval.last().sequence(); at++) {
                Expect.that(listed.add(at), "point " + at + " is listed once");
            }
        }
        TreeSet<Long> expected = new TreeSet<>(model.proven().keySet());
        expected.removeIf(proven -> isRetired(history, proven));
        Expect.equal("points", listed, expected);
    }

    /** Compares a random position of those that are durable, while more waits. */
    public void checkDurablePoint(MachineHistory history) {
        TreeMap<Long, Long> known = model.sequencesUpTo(history.head().blockNumber());
        if (!known.isEmpty()) {
            long chosen = 1 + random.nextLong(known.lastKey());
            checkImage(history, new Position(known.getOrDefault(chosen, 0L), chosen));
        }
    }

    /** Compares a random position of any branch. */
    public void checkRandomPoint(MachineHistory history) {
        TreeMap<Long, Long> known = model.sequences();
        if (!known.isEmpty()) {
            long chosen = 1 + random.nextLong(known.lastKey());
            boolean proven = model.proven().containsKey(chosen);
            Expect.equal(
                    "sequence " + chosen + " is a point",
                    history.points().at(chosen).proven(),
                    proven);
            checkImage(history, new Position(known.getOrDefault(chosen, 0L), chosen));
        }
    }

    /** Lets the source's clock go on. */
    public void pass(long millis) {
        utcMillis += millis;
    }

    /** Tells whether a durable sequence is no point any more; without a policy none is, and nothing is read. */
    public static boolean isRetired(MachineHistory history, long sequence) {
        if (history.retention().equals(RetentionPolicy.EVERYTHING)) {
            return false;
        }
        try {
            history.points().at(sequence);
            return false;
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.POINT_OLDER_THAN_HISTORY) {
                throw e;
            }
            return true;
        }
    }

    /** Compares all disks at a position, byte by byte. */
    public void checkImage(MachineHistory history, Position position) {
        try (PointImage image = history.openUnproven(position, keys)) {
            checkImage(image, position);
        }
    }

    /** Compares all disks of an open image of a position, byte by byte. */
    public void checkImage(PointImage image, Position position) {
        Map<Integer, byte[]> expected = model.imageAt(position);
        Expect.equal("disks at " + position, image.disks(), model.disksAt(position));
        for (DiskDescription disk : image.disks().disks()) {
            byte[] bytes = expected.getOrDefault(disk.number(), new byte[0]);
            byte[] found = new byte[(int) disk.sizeBytes()];
            int at = 0;
            while (at < found.length) {
                int length = Math.min(found.length - at, 1 + random.nextInt(300_000));
                image.read(disk.number(), at, ByteBuffer.wrap(found, at, length));
                at += length;
            }
            Expect.equal(
                    "first difference of disk " + disk.number() + " at " + position, Arrays.mismatch(found, bytes), -1);
        }
    }
}
