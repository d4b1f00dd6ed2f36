package io.holdfast.journal.internal.store;

import io.holdfast.journal.file.DiskFullException;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.CommitSlot;
import io.holdfast.journal.internal.format.IntakeGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The intake log while the store is open: groups go in one behind the other, each followed by a commit slot. When it is full, everything in it is
 * moved to segments, a checkpoint says so, and it starts over in a new generation. Used by the writer alone, except for {@link #read}.
 */
public final class IntakeLog implements AutoCloseable {

    /** Its name in the store's directory. */
    public static final String NAME = "intake";

    /** Where the first group lies, behind the slots. */
    public static final long FIRST_GROUP_OFFSET = 2L * CommitSlot.BYTES;

    private static final int CHUNK_BYTES = 1 << 20;

    private final StoreFile file;
    private final UUID storeId;
    private final long bytes;
    private long generation;
    private long slotNumber;
    private long slotGeneration;
    private long groupNumber;
    private int groupCrc;
    private volatile long endOffset;
    private long baseGroupNumber;
    private int baseGroupCrc;

    IntakeLog(StoreFile file, UUID storeId, long bytes) {
        this.file = file;
        this.storeId = storeId;
        this.bytes = bytes;
    }

    /** Makes the file of a new store: its whole length is written, so that later writes only overwrite. */
    static void create(StoreFiles files, long bytes) throws IOException {
        try (StoreFile file = files.open(NAME, OpenMode.REPLACE)) {
            ByteBuffer zeroes = ByteBuffer.allocateDirect(CHUNK_BYTES);
            for (long at = 0; at < bytes; at += CHUNK_BYTES) {
                file.write(at, zeroes.clear().limit((int) Math.min(CHUNK_BYTES, bytes - at)));
            }
            file.force();
        }
    }

    /**
     * Goes on after what recovery has found, which counts as committed from now on. When a slot covers all that was found, a medium without room
     * for another one does no harm.
     */
    void resume(Checkpoint checkpoint, LogScan scan) throws IOException {
        generation = checkpoint.generation();
        baseGroupNumber = checkpoint.groupNumber();
        baseGroupCrc = checkpoint.previousCrc();
        slotNumber = scan.slotNumber();
        slotGeneration = scan.slotGeneration();
        groupNumber = scan.groupNumber();
        groupCrc = scan.groupCrc();
        endOffset = scan.end();
        long committed = IntakeGroup.padded(scan.committedEnd());
        writeAgain(committed, endOffset);
        file.force();
        try {
            writeSlot(slot(groupNumber, endOffset, groupCrc));
        } catch (DiskFullException e) {
            if (endOffset > committed || slotNumber == 0) {
                throw e;
            }
        }
    }

    /**
     * Writes what was found behind the committed end once more. It may lie in the system's cache alone: after a force that failed the system can hold
     * its pages for clean, read them back, and never write them.
     */
    private void writeAgain(long from, long to) throws IOException {
        for (long at = from; at < to; at += CHUNK_BYTES) {
            file.write(at, read(at, (int) Math.min(CHUNK_BYTES, to - at)));
        }
    }

    StoreFile file() {
        return file;
    }

    long generation() {
        return generation;
    }

    long groupNumber() {
        return groupNumber;
    }

    int groupCrc() {
        return groupCrc;
    }

    /** The newest group before this generation. */
    long baseGroupNumber() {
        return baseGroupNumber;
    }

    int baseGroupCrc() {
        return baseGroupCrc;
    }

    /** The longest group that fits into an empty log. */
    long capacity() {
        return bytes - FIRST_GROUP_OFFSET;
    }

    /** The longest group that fits now. */
    long room() {
        return bytes - endOffset;
    }

    /** At least what lies in the log alone. May be asked by any thread. */
    long usedBytes() {
        return endOffset - FIRST_GROUP_OFFSET;
    }

    boolean isMoreThanHalfFull() {
        return room() < capacity() / 2;
    }

    boolean isEmpty() {
        return endOffset == FIRST_GROUP_OFFSET;
    }

    /**
     * Writes a group, then the slot that commits it, each made durable before the next step. The file has its whole length, and yet there can be no room
     * for what is written over: a copy may have left holes in it, and some file systems write elsewhere each time. Then the group is in no part committed and
     * is not found again; the log goes on. When anything else fails nobody knows whether the group will be found, so nothing more may be written to the
     * store.
     *
     * @param entries what the group holds; it fits
     * @return where the body of each entry lies in the log
     * @throws DiskFullException when there was no room; the next group is written over this one
     */
    List<Long> commit(List<IntakeGroup.Entry> entries) throws IOException {
        ByteBuffer group = IntakeGroup.encode(generation, groupNumber + 1, groupCrc, entries);
        int crc = group.order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(0);
        List<Long> bodies = new ArrayList<>(entries.size());
        long at = endOffset + IntakeGroup.HEAD_BYTES;
        for (IntakeGroup.Entry entry : entries) {
            bodies.add(at + IntakeGroup.ENTRY_HEAD_BYTES);
            at += IntakeGroup.ENTRY_HEAD_BYTES + entry.bodyLength();
        }
        int length = group.remaining();
        writeGroup(group);
        file.force();
        try {
            writeSlot(slot(groupNumber + 1, endOffset + length, crc));
        } catch (DiskFullException e) {
            takeBack(e);
            throw e;
        }
        endOffset += length;
        groupNumber++;
        groupCrc = crc;
        return bodies;
    }

    /** A group that is written in part is none, and the next is written over it; but what found no room may have been zeroes that lie there anyway. */
    private void writeGroup(ByteBuffer group) throws IOException {
        try {
            file.write(endOffset, group.duplicate());
        } catch (DiskFullException e) {
            if (read(endOffset, group.remaining()).equals(group)) {
                takeBack(e);
            }
            throw e;
        }
    }

    /**
     * Sees to it that a whole group without a slot is not found again: what it says of segments is about to be written over. Its first page was written a
     * moment ago, so there is room for it, but on a medium that writes elsewhere each time.
     */
    private void takeBack(DiskFullException reason) throws IOException {
        try {
            file.write(endOffset, ByteBuffer.allocate(IntakeGroup.ALIGNMENT_BYTES));
            file.force();
        } catch (DiskFullException _) {
            throw new IOException("a group of the intake log could be neither committed nor taken back", reason);
        }
    }

    /**
     * Starts over, after a checkpoint that names the new generation is durable. From then on the next group goes into the new generation, whether there is
     * room for the slot that says so or not.
     *
     * @throws DiskFullException when there was none; {@link #requireSlot} or the next group writes a slot
     */
    void restart() throws IOException {
        generation++;
        endOffset = FIRST_GROUP_OFFSET;
        baseGroupNumber = groupNumber;
        baseGroupCrc = groupCrc;
        writeSlot(slot(groupNumber, endOffset, groupCrc));
    }

    /** Makes certain that a slot is of this generation: a checkpoint may be ahead of it by one and no more. */
    void requireSlot() throws IOException {
        if (slotGeneration != generation) {
            writeSlot(slot(groupNumber, endOffset, groupCrc));
        }
    }

    private CommitSlot slot(long newestGroup, long end, int newestCrc) {
        return new CommitSlot(storeId, slotNumber + 1, generation, newestGroup, end, newestCrc);
    }

    private void writeSlot(CommitSlot slot) throws IOException {
        file.write(slot.offset(), ByteBuffer.wrap(slot.encode()));
        file.force();
        slotNumber = slot.slotNumber();
        slotGeneration = slot.generation();
    }

    /** Reads bytes that a group holds. */
    ByteBuffer read(long offset, int length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length);
        file.read(offset, content);
        return content.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
