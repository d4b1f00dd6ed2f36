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

    /** Goes on after what recovery has found, which counts as committed from now on. */
    void resume(Checkpoint checkpoint, LogScan scan) throws IOException {
        generation = checkpoint.generation();
        baseGroupNumber = checkpoint.groupNumber();
        baseGroupCrc = checkpoint.previousCrc();
        slotNumber = scan.slotNumber();
        groupNumber = scan.groupNumber();
        groupCrc = scan.groupCrc();
        endOffset = scan.end();
        writeAgain(IntakeGroup.padded(scan.committedEnd()), endOffset);
        file.force();
        writeSlot(new CommitSlot(storeId, slotNumber + 1, generation, groupNumber, endOffset, groupCrc));
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
     * Writes a group, then the slot that commits it, each made durable before the next step. When this fails at any point nobody knows whether the
     * group will be found again, so nothing more may be written to the store.
     *
     * @param entries what the group holds; it fits
     * @return where the body of each entry lies in the log
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
        try {
            file.write(endOffset, group);
            file.force();
            writeSlot(new CommitSlot(storeId, slotNumber + 1, generation, groupNumber + 1, endOffset + length, crc));
        } catch (DiskFullException e) {
            throw new IOException("the preallocated intake log could not be written over: " + e.getMessage(), e);
        }
        endOffset += length;
        groupNumber++;
        groupCrc = crc;
        return bodies;
    }

    /** Starts over, after a checkpoint that names the new generation is durable. */
    void restart() throws IOException {
        writeSlot(new CommitSlot(storeId, slotNumber + 1, generation + 1, groupNumber, FIRST_GROUP_OFFSET, groupCrc));
        generation++;
        endOffset = FIRST_GROUP_OFFSET;
        baseGroupNumber = groupNumber;
        baseGroupCrc = groupCrc;
    }

    private void writeSlot(CommitSlot slot) throws IOException {
        file.write(slot.offset(), ByteBuffer.wrap(slot.encode()));
        file.force();
        slotNumber = slot.slotNumber();
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
