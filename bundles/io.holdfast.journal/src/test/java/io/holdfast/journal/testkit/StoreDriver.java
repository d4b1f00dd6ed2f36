package io.holdfast.journal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.holdfast.journal.Codec;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.SealedBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** Feeds one machine's random stream into a store and compares what the store says with the plain model. */
public final class StoreDriver {

    /** A clock that nobody looks at. */
    public static final TimeSource TIME = new TimeSource() {
        @Override
        public long utcMillis() {
            return 1_700_000_000_000L;
        }

        @Override
        public long monotonicNanos() {
            return 0;
        }
    };

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
        model.cutTo(history.head().blockNumber());
        TreeMap<Long, Long> known = model.sequences();
        if (branch && !known.isEmpty()) {
            Map.Entry<Long, Long> chosen = known.floorEntry(1 + random.nextLong(known.lastKey()));
            if (chosen != null) {
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
        assertThat(opened.position()).isEqualTo(new Position(number, head.sequence()));
        assertThat(opened.disks()).isEqualTo(model.disksAt(resolved));
        builder = newBuilder(opened);
    }

    private Position resolvedHead(MachineHistory history) {
        return history.points()
                .latest()
                .map(io.holdfast.journal.RecoveryPoint::position)
                .orElse(Position.ORIGIN);
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
        history.append(batch.bytes());
    }

    /** What the driver knows at a moment, to judge several outcomes of one crash. */
    public record Mark(List<StreamModel.Block> blocks, long acknowledgedBlock) {}

    public Mark mark() {
        return new Mark(model.blocks(), acknowledgedBlock);
    }

    /** Knows again what it knew; the next call is {@link #checkRecovered}. */
    public void rewind(Mark mark) {
        model.restore(mark.blocks());
        acknowledgedBlock = mark.acknowledgedBlock();
    }

    /** Notes that everything up to a block was acknowledged. */
    public void acknowledged(long blockNumber) {
        assertThat(blockNumber).as("the head never goes back").isGreaterThanOrEqualTo(acknowledgedBlock);
        acknowledgedBlock = blockNumber;
    }

    public long acknowledgedBlock() {
        return acknowledgedBlock;
    }

    /** After a crash: what was acknowledged is there, and what is there was offered. The driver goes on from the store's head. */
    public void checkRecovered(MachineHistory history) {
        HistoryHead head = history.head();
        assertThat(head.blockNumber())
                .as("newest block after recovery")
                .isBetween(acknowledgedBlock, model.lastBlock());
        model.cutTo(head.blockNumber());
        acknowledgedBlock = head.blockNumber();
        assertThat(head.position()).isEqualTo(model.head());
        builder = newBuilder(head);
        checkHead(history);
    }

    /** What waited for a commit is gone: goes on from the store's head, which has all that was acknowledged. */
    public void resume(MachineHistory history) {
        HistoryHead head = history.head();
        assertThat(head.blockNumber()).isGreaterThanOrEqualTo(acknowledgedBlock);
        model.cutTo(head.blockNumber());
        builder = newBuilder(head);
    }

    /** The head's image, disks and points are the model's. */
    public void checkHead(MachineHistory history) {
        TreeMap<Long, Long> proven = model.proven();
        long expected = provenOnHead(proven);
        assertThat(history.head().provenSequence()).as("newest proven").isEqualTo(expected);
        history.points().latest().ifPresent(point -> checkImage(history, point.position()));
    }

    private long provenOnHead(TreeMap<Long, Long> proven) {
        return model.upTo(model.head()).stream()
                .mapToLong(StreamRecord::sequence)
                .filter(proven::containsKey)
                .max()
                .orElse(0);
    }

    /** Compares a random position of any branch. */
    public void checkRandomPoint(MachineHistory history) {
        TreeMap<Long, Long> known = model.sequences();
        if (!known.isEmpty()) {
            long chosen = 1 + random.nextLong(known.lastKey());
            boolean proven = model.proven().containsKey(chosen);
            assertThat(history.points().at(chosen).proven())
                    .as("sequence %d is a point", chosen)
                    .isEqualTo(proven);
            checkImage(history, new Position(known.getOrDefault(chosen, 0L), chosen));
        }
    }

    /** Compares all disks at a position, byte by byte. */
    public void checkImage(MachineHistory history, Position position) {
        Map<Integer, byte[]> expected = model.imageAt(position);
        try (PointImage image = history.openUnproven(position, keys)) {
            assertThat(image.disks()).isEqualTo(model.disksAt(position));
            for (DiskDescription disk : image.disks().disks()) {
                byte[] bytes = expected.getOrDefault(disk.number(), new byte[0]);
                byte[] found = new byte[(int) disk.sizeBytes()];
                int at = 0;
                while (at < found.length) {
                    int length = Math.min(found.length - at, 1 + random.nextInt(300_000));
                    image.read(disk.number(), at, ByteBuffer.wrap(found, at, length));
                    at += length;
                }
                assertThat(java.util.Arrays.mismatch(found, bytes))
                        .as("first difference of disk %d at %s", disk.number(), position)
                        .isEqualTo(-1);
            }
        }
    }
}
