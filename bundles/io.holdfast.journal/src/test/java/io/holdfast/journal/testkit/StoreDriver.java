package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
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
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.SealedBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** Feeds one machine's random stream into a store and compares what the store says with the plain model. */
public final class StoreDriver {

    /** A clock that stands still. */
    public static final TimeSource TIME = new HandClock();

    private static final int DATA_KEYS = 5;

    private final MachineId machine;
    private final Random random;
    private final RandomStream stream;
    private final Promises promises;
    private final List<byte[]> dataKeys = new ArrayList<>();
    private final byte[] hashKey = new byte[MachineKeys.KEY_BYTES];
    private final Codec codec;
    private int dataKeysInUse = 1;
    private BatchBuilder builder;
    private DiskTable table = DiskTable.NONE;
    private long sequence;
    private long epoch;
    private long utcMillis = 1_700_000_000_000L;
    private boolean there;
    private boolean goes;

    public StoreDriver(long seed, int diskBytesMost, int writeBytesMost) {
        random = new Random(seed);
        machine = new MachineId(new UUID(random.nextLong(), random.nextLong()));
        stream = new RandomStream(random.nextLong(), diskBytesMost, writeBytesMost);
        promises = new Promises(random);
        codec = Codec.values()[random.nextInt(Codec.values().length)];
        dataKeys.add(newKey(random));
        random.nextBytes(hashKey);
        Random later = new Random(seed);
        while (dataKeys.size() < DATA_KEYS) {
            dataKeys.add(newKey(later));
        }
        builder = newBuilder(HistoryHead.EMPTY);
    }

    private static byte[] newKey(Random random) {
        byte[] key = new byte[MachineKeys.KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    public MachineId machine() {
        return machine;
    }

    /** Opens whatever was written, before a rotation or after it. */
    public MachineKeys keys() {
        return MachineKeys.of(dataKeys, hashKey);
    }

    public StreamModel model() {
        return promises.model();
    }

    private MachineKeys keysInUse() {
        return MachineKeys.of(dataKeys.subList(0, dataKeysInUse), hashKey);
    }

    private BatchBuilder newBuilder(HistoryHead head) {
        table = head.disks();
        sequence = head.position().sequence();
        epoch = head.position().epoch();
        BatchSettings settings = new BatchSettings(codec, 64 << 10);
        return BatchBuilder.create(keysInUse(), settings, BatchStart.after(machine, head, new UUID(1, epoch)));
    }

    // ---- what a machine does

    /** Opens an epoch at the head, or at an older position. */
    public void openEpoch(MachineHistory history, boolean branch) {
        Position head = history.head().position();
        List<StreamModel.Block> before = model().blocks();
        promises.cutTo(history.head().blockNumber());
        Position parent = branch ? randomPoint(history).orElse(head) : head;
        Position resolved = parent.equals(head) ? resolvedHead(history) : parent;
        long number = head.epoch() + 1;
        model().open(history.head().blockNumber() + 1, number, resolved);
        HistoryHead opened;
        try {
            opened = history.openEpoch(new EpochRequest(head, parent, EpochCause.RESUME, "driver", 0));
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.DISK_FULL) {
                model().restore(before);
            }
            throw e;
        }
        acknowledged(opened.blockNumber());
        promises.offered(opened.blockNumber(), opened.chain());
        Expect.equal("position of the epoch opened", opened.position(), new Position(number, head.sequence()));
        Expect.equal("disks of the epoch opened", opened.disks(), model().disksAt(resolved));
        builder = newBuilder(opened);
    }

    /** A durable position of any branch, unless it was retired. */
    private Optional<Position> randomPoint(MachineHistory history) {
        TreeMap<Long, Long> known = model().sequencesUpTo(history.head().blockNumber());
        if (known.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<Long, Long> chosen = known.floorEntry(1 + random.nextLong(known.lastKey()));
        try {
            return Optional.ofNullable(chosen)
                    .map(entry -> history.points().at(entry.getKey()).position());
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.POINT_OLDER_THAN_HISTORY) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Position resolvedHead(MachineHistory history) {
        return history.points().latest().map(RecoveryPoint::position).orElse(Position.ORIGIN);
    }

    /** Appends a batch of some records. */
    public SealedBatch append(MachineHistory history, int recordsMost) {
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
        Codec[] codecs = Codec.values();
        builder.recode(codecs[(codec.ordinal() + (int) (sequence % codecs.length)) % codecs.length]);
        SealedBatch batch = builder.seal();
        model().append(batch.blockNumber(), epoch, records);
        promises.offered(batch.blockNumber(), batch.chain());
        history.append(batch.bytes());
        return batch;
    }

    /** From now on batches are sealed with another data key. */
    public void rotateKey() {
        dataKeysInUse = Math.min(dataKeysInUse + 1, DATA_KEYS);
        builder.rekey(keysInUse());
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

    /** Removes the machine's history; when power fails in it, it may be there or not. */
    public void destroy(MachineHistory history) {
        goes = true;
        history.destroy();
        forget();
    }

    private void forget() {
        there = false;
        goes = false;
        promises.forget();
    }

    /** Pins a random position of any branch, if there is one. */
    public void pin(MachineHistory history) {
        randomPoint(history).ifPresent(position -> {
            List<Position> more = new ArrayList<>(promises.pins());
            more.add(position);
            promises.asked(more);
            history.pin(position, "pinned");
            promises.answered();
        });
    }

    /** Takes a random pin away, if there is one. */
    public void unpin(MachineHistory history) {
        if (!promises.pins().isEmpty()) {
            int chosen = random.nextInt(promises.pins().size());
            List<Position> fewer = new ArrayList<>(promises.pins());
            fewer.remove(chosen);
            promises.asked(fewer);
            history.unpin(history.pins().get(chosen).id());
            promises.answered();
        }
    }

    /** Keeps fewer points from now on. */
    public void thin(MachineHistory history) {
        int tens = random.nextInt(3);
        keep(history, new RetentionPolicy(tens * 10 * 60_000L, random.nextInt(3), random.nextInt(2), 0, 0, 0, 0));
    }

    /** Keeps the newest point and what is pinned. */
    public void keepLittle(MachineHistory history) {
        keep(history, new RetentionPolicy(0, 0, 0, 0, 0, 0, 0));
    }

    /** Lets all of the history be coded anew. */
    public void keepCold(MachineHistory history) {
        keep(history, history.retention().withCold(new ColdTier(0, ColdTier.MINUTES_A_DAY_MAX)));
    }

    private void keep(MachineHistory history, RetentionPolicy policy) {
        promises.asked(policy);
        history.setRetention(policy);
        promises.answered();
    }

    // ---- what it was told

    /** Notes that everything up to a block was acknowledged. */
    public void acknowledged(long blockNumber) {
        promises.acknowledged(blockNumber);
    }

    public long acknowledgedBlock() {
        return promises.acknowledgedBlock();
    }

    /** The newest block offered. */
    public long offeredBlock() {
        return model().lastBlock();
    }

    /** Whether the machine's history was acknowledged. */
    public boolean isThere() {
        return there;
    }

    /** Whatever the store shows as durable has to be so, answered or not. */
    public void look(MachineHistory history) {
        acknowledged(history.head().blockNumber());
    }

    /** The same, and of the points listed. */
    public void lookAtPoints(MachineHistory history) {
        look(history);
        if (offeredBlock() == history.head().blockNumber()) {
            promises.checkPoints(history);
        }
    }

    /** What the driver knows at a moment, to judge several outcomes of one crash. */
    public static final class Mark {

        private final Promises.Mark promises;
        private final boolean there;
        private final boolean goes;

        private Mark(Promises.Mark promises, boolean there, boolean goes) {
            this.promises = promises;
            this.there = there;
            this.goes = goes;
        }
    }

    public Mark mark() {
        return new Mark(promises.mark(), there, goes);
    }

    /** Knows what this driver, or one like it, knew; the next call is {@link #recover}. */
    public void rewind(Mark mark) {
        promises.rewind(mark.promises);
        there = mark.there;
        goes = mark.goes;
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
        promises.checkRecovered(history, keys());
        builder = newBuilder(history.head());
    }

    /** What waited for a commit is gone, what was asked for was refused: goes on from the store's head, which has all that was acknowledged. */
    public void resume(MachineHistory history) {
        look(history);
        promises.cutTo(history.head().blockNumber());
        promises.refused();
        builder = newBuilder(history.head());
    }

    /** The head's image, disks and points are the model's. */
    public void checkHead(MachineHistory history) {
        promises.checkHead(history, keys());
    }

    /** Compares a random position of any branch. */
    public void checkRandomPoint(MachineHistory history) {
        promises.checkRandomPoint(history, offeredBlock(), keys());
    }

    /** Compares a random position of those that are durable, while more waits. */
    public void checkDurablePoint(MachineHistory history) {
        promises.checkRandomPoint(history, history.head().blockNumber(), keys());
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
        promises.checkImage(history, position, keys());
    }

    /** Compares all disks of an open image of a position, byte by byte. */
    public void checkImage(PointImage image, Position position) {
        promises.checkImage(image, position);
    }
}
