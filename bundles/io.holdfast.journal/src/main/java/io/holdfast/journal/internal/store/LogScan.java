package io.holdfast.journal.internal.store;

import io.holdfast.base.MachineId;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.CommitSlot;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.IntakeGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the intake log after a crash: every group from the checkpoint on that is whole. What the commit slot covers and does not read back is
 * damage, reported and stepped over; what lies behind it may be torn and ends the log.
 */
public final class LogScan {

    private final StoreFile file;
    private final UUID storeId;
    private final Checkpoint checkpoint;
    private final Damages damages;
    private final long bytes;
    private final List<Block> blocks = new ArrayList<>();
    private final List<IntakeGroup.Segment> segments = new ArrayList<>();
    private @Nullable CommitSlot slot;
    private long groupNumber;
    private int groupCrc;
    private long at = IntakeLog.FIRST_GROUP_OFFSET;

    /**
     * A block in the log.
     *
     * @param machine whose
     * @param incarnation of its history
     * @param offset where it lies in the log
     * @param length its bytes
     */
    public record Block(MachineId machine, long incarnation, long offset, int length) {}

    /**
     * Prepares.
     *
     * @param file the log
     * @param storeId which store it must be of
     * @param checkpoint from where to read
     * @param damages takes what is found damaged
     * @throws IOException when the medium fails
     */
    public LogScan(StoreFile file, UUID storeId, Checkpoint checkpoint, Damages damages) throws IOException {
        this.file = file;
        this.storeId = storeId;
        this.checkpoint = checkpoint;
        this.damages = damages;
        this.bytes = file.size();
        this.groupNumber = checkpoint.groupNumber();
        this.groupCrc = checkpoint.previousCrc();
    }

    public List<Block> blocks() {
        return blocks;
    }

    public List<IntakeGroup.Segment> segments() {
        return segments;
    }

    long groupNumber() {
        return groupNumber;
    }

    int groupCrc() {
        return groupCrc;
    }

    /** Where the next group may start. */
    public long end() {
        return at;
    }

    /** The newest slot's number, 0 when there is none. */
    long slotNumber() {
        CommitSlot newest = slot;
        return newest == null ? 0 : newest.slotNumber();
    }

    /** The newest slot's generation; the checkpoint's when there is no slot. */
    public long slotGeneration() {
        CommitSlot newest = slot;
        return newest == null ? checkpoint.generation() : newest.generation();
    }

    /** Up to where the newest slot says that the log is committed, in the checkpoint's generation. */
    public long committedEnd() {
        CommitSlot newest = slot;
        boolean same = newest != null && newest.generation() == checkpoint.generation();
        return newest != null && same ? newest.endOffset() : IntakeLog.FIRST_GROUP_OFFSET;
    }

    /**
     * Reads the log.
     *
     * @throws IOException when the medium fails
     * @throws DamagedException when it is of a newer format
     */
    public void run() throws IOException, DamagedException {
        readSlots();
        CommitSlot newest = slot;
        boolean same = newest != null && newest.generation() == checkpoint.generation();
        long committedEnd = committedEnd();
        while (at < bytes) {
            IntakeGroup.Decoded group = decodeAt(at);
            if (group != null && group.groupNumber() == groupNumber + 1 && group.previousCrc() == groupCrc) {
                take(group);
            } else if (at < committedEnd) {
                stepOverDamage(committedEnd);
            } else {
                break;
            }
        }
        if (newest != null && same && groupNumber < newest.groupNumber()) {
            damages.add(
                    IntakeLog.NAME,
                    at,
                    0,
                    "ends with group " + groupNumber + "; committed was " + newest.groupNumber());
        }
    }

    private void readSlots() throws IOException, DamagedException {
        List<Long> zero = new ArrayList<>();
        for (long offset = 0; offset < IntakeLog.FIRST_GROUP_OFFSET; offset += CommitSlot.BYTES) {
            ByteBuffer content = read(offset, CommitSlot.BYTES);
            if (Checksums.isZero(content, 0, content.limit())) {
                zero.add(offset);
                continue;
            }
            try {
                CommitSlot found = CommitSlot.decode(content);
                if (!found.storeId().equals(storeId)) {
                    throw DamagedException.damaged("belongs to store " + found.storeId());
                }
                CommitSlot newest = slot;
                if (newest == null || found.slotNumber() > newest.slotNumber()) {
                    slot = found;
                }
            } catch (DamagedException e) {
                damages.add(IntakeLog.NAME, offset, CommitSlot.BYTES, e.getMessage() + "; the other slot was used");
            }
        }
        if (!mayLackSlot()) {
            for (long offset : zero) {
                damages.add(
                        IntakeLog.NAME,
                        offset,
                        CommitSlot.BYTES,
                        "a commit slot is zero, though both were written; what was acknowledged last may be lost");
            }
        }
    }

    /** Slots are written in turn, the first one when a new store is opened, before its second checkpoint. */
    private boolean mayLackSlot() {
        CommitSlot newest = slot;
        return newest == null ? checkpoint.number() == 1 : newest.slotNumber() == 1;
    }

    private IntakeGroup.@Nullable Decoded decodeAt(long offset) throws IOException {
        try {
            ByteBuffer head = read(offset, (int) Math.min(IntakeGroup.HEAD_BYTES, bytes - offset));
            int length = IntakeGroup.length(head, checkpoint.generation(), bytes - offset);
            return IntakeGroup.decode(read(offset, length));
        } catch (DamagedException _) {
            return null;
        }
    }

    private void take(IntakeGroup.Decoded group) {
        long offset = at + IntakeGroup.HEAD_BYTES;
        for (IntakeGroup.Entry entry : group.entries()) {
            offset += IntakeGroup.ENTRY_HEAD_BYTES;
            switch (entry) {
                case IntakeGroup.Block block ->
                    blocks.add(new Block(block.machine(), block.incarnation(), offset, block.bodyLength()));
                case IntakeGroup.Segment segment -> segments.add(segment);
            }
            offset += entry.bodyLength();
        }
        at = IntakeGroup.padded(offset);
        groupNumber = group.groupNumber();
        groupCrc = group.crc();
    }

    /** Looks for the next whole group; everything in between is damaged. */
    private void stepOverDamage(long committedEnd) throws IOException {
        long from = at;
        while (at < committedEnd) {
            at += IntakeGroup.ALIGNMENT_BYTES;
            IntakeGroup.Decoded group = at < bytes ? decodeAt(at) : null;
            if (group != null && group.groupNumber() > groupNumber) {
                groupNumber = group.groupNumber() - 1;
                groupCrc = group.previousCrc();
                break;
            }
        }
        damages.add(IntakeLog.NAME, from, at - from, "a committed group does not read back");
    }

    private ByteBuffer read(long offset, int length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length);
        file.read(offset, content);
        return content.flip();
    }
}
