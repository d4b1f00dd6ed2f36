package io.holdfast.journal.testkit;

import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's history must say, worked out from its records in the plainest way: disks are byte arrays, points are a map. Blocks are added as
 * they are offered to the store and taken away again when a crash lost them unacknowledged.
 */
public final class StreamModel {

    private final List<Block> blocks = new ArrayList<>();
    private @Nullable TreeMap<Long, Long> provenNow;

    /**
     * A batch, or the opening of an epoch when it names a parent.
     *
     * @param number of the block
     * @param epoch that it belongs to or opens
     * @param parent of the epoch opened; the origin for batches
     * @param opens whether it opens an epoch
     * @param records of a batch
     */
    public record Block(long number, long epoch, Position parent, boolean opens, List<StreamRecord> records) {}

    public void open(long number, long epoch, Position parent) {
        provenNow = null;
        blocks.add(new Block(number, epoch, parent, true, List.of()));
    }

    public void append(long number, long epoch, List<StreamRecord> records) {
        provenNow = null;
        blocks.add(new Block(number, epoch, Position.ORIGIN, false, List.copyOf(records)));
    }

    public void cutTo(long lastBlock) {
        if (blocks.removeIf(block -> block.number() > lastBlock)) {
            provenNow = null;
        }
    }

    public void restore(List<Block> before) {
        provenNow = null;
        blocks.clear();
        blocks.addAll(before);
    }

    public long lastBlock() {
        return blocks.isEmpty() ? 0 : blocks.getLast().number();
    }

    public Position head() {
        long epoch = 0;
        long sequence = 0;
        for (Block block : blocks) {
            epoch = block.epoch();
            for (StreamRecord streamRecord : block.records()) {
                if (!(streamRecord instanceof StreamRecord.Proof)) {
                    sequence = streamRecord.sequence();
                }
            }
        }
        return new Position(epoch, sequence);
    }

    /** Every sequence with the epoch that gave it. */
    public TreeMap<Long, Long> sequences() {
        return sequencesUpTo(Long.MAX_VALUE);
    }

    /** The same of the blocks up to one. */
    public TreeMap<Long, Long> sequencesUpTo(long lastBlock) {
        TreeMap<Long, Long> owners = new TreeMap<>();
        for (Block block : blocks) {
            if (block.number() > lastBlock) {
                break;
            }
            for (StreamRecord streamRecord : block.records()) {
                if (!(streamRecord instanceof StreamRecord.Proof)) {
                    owners.put(streamRecord.sequence(), block.epoch());
                }
            }
        }
        return owners;
    }

    /** The records that a position lies upon, in order. */
    public List<StreamRecord> upTo(Position position) {
        if (position.equals(Position.ORIGIN)) {
            return List.of();
        }
        List<StreamRecord> path = new ArrayList<>();
        for (Block block : blocks) {
            if (block.opens() && block.epoch() == position.epoch()) {
                path.addAll(upTo(block.parent()));
            }
        }
        for (Block block : blocks) {
            if (block.epoch() == position.epoch()) {
                block.records().stream()
                        .filter(streamRecord -> !(streamRecord instanceof StreamRecord.Proof))
                        .filter(streamRecord -> streamRecord.sequence() <= position.sequence())
                        .forEach(path::add);
            }
        }
        return path;
    }

    public DiskTable disksAt(Position position) {
        DiskTable table = DiskTable.NONE;
        for (StreamRecord streamRecord : upTo(position)) {
            if (streamRecord instanceof StreamRecord.Disks disks) {
                table = disks.table();
            }
        }
        return table;
    }

    /** The disks' bytes at a position, by number. */
    public Map<Integer, byte[]> imageAt(Position position) {
        Map<Integer, byte[]> disks = new HashMap<>();
        for (StreamRecord streamRecord : upTo(position)) {
            if (streamRecord instanceof StreamRecord.Disks change) {
                disks.keySet().removeIf(number -> change.table().disk(number).isEmpty());
                for (DiskDescription disk : change.table().disks()) {
                    byte[] old = disks.getOrDefault(disk.number(), new byte[0]);
                    disks.put(disk.number(), java.util.Arrays.copyOf(old, (int) disk.sizeBytes()));
                }
            } else if (streamRecord instanceof StreamRecord.Change change) {
                byte[] disk = disks.getOrDefault(change.disk(), new byte[0]);
                if (change.kind() == ExtentKind.DATA) {
                    change.data().get(change.data().position(), disk, (int) change.offset(), (int) change.length());
                } else {
                    java.util.Arrays.fill(
                            disk, (int) change.offset(), (int) (change.offset() + change.length()), (byte) 0);
                }
            }
        }
        return disks;
    }

    /** Every proven sequence, with the start of the stretch that it was proven in. */
    public TreeMap<Long, Long> proven() {
        TreeMap<Long, Long> known = provenNow;
        if (known == null) {
            known = workOutProven();
            provenNow = known;
        }
        return known;
    }

    private TreeMap<Long, Long> workOutProven() {
        TreeMap<Long, Long> proven = new TreeMap<>();
        Position head = Position.ORIGIN;
        long ready = 0;
        for (Block block : blocks) {
            if (block.opens()) {
                if (!same(block.parent(), head)) {
                    ready = proven.getOrDefault(block.parent().sequence(), 0L);
                }
                head = new Position(block.epoch(), head.sequence());
                continue;
            }
            for (StreamRecord streamRecord : block.records()) {
                switch (streamRecord) {
                    case StreamRecord.Gap _ -> ready = 0;
                    case StreamRecord.Ready start -> ready = ready == 0 ? start.sequence() : ready;
                    case StreamRecord.Proof proof -> prove(proven, block.epoch(), ready, proof.sequence());
                    case StreamRecord.Change _, StreamRecord.Marker _, StreamRecord.Disks _ -> {}
                }
                if (!(streamRecord instanceof StreamRecord.Proof)) {
                    head = new Position(block.epoch(), streamRecord.sequence());
                }
            }
        }
        return proven;
    }

    /** Whether an epoch's parent is the state at the head, also when the head's epoch has given nothing yet. */
    private boolean same(Position parent, Position head) {
        List<StreamRecord> ours = upTo(parent);
        List<StreamRecord> theirs = upTo(head);
        return ours.size() == theirs.size()
                && (ours.isEmpty()
                        || ours.getLast().sequence() == theirs.getLast().sequence());
    }

    private void prove(TreeMap<Long, Long> proven, long epoch, long ready, long sequence) {
        if (ready == 0) {
            return;
        }
        for (StreamRecord streamRecord : upTo(new Position(epoch, sequence))) {
            if (streamRecord.sequence() >= ready && streamRecord.sequence() <= sequence) {
                proven.putIfAbsent(streamRecord.sequence(), ready);
            }
        }
    }

    public List<Block> blocks() {
        return List.copyOf(blocks);
    }
}
