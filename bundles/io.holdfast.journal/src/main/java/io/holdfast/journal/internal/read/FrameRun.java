package io.holdfast.journal.internal.read;

import io.holdfast.journal.internal.build.FrameOpener;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.FrameTable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Frames of one block that lie side by side, as they are stored. From the first one that is asked for to the end of the run they are read from the
 * file at once. Used by one thread, as long as no other run has its memory.
 */
final class FrameRun {

    private static final int NOTHING = -1;

    private final SegmentReader reader;
    private final BlockFrames block;
    private final int end;
    private final FrameMemory memory;
    private int first = NOTHING;
    private byte[] stored = {};

    /** Of a block with frames, up to a frame that is not of the run. */
    FrameRun(SegmentReader reader, BlockFrames block, int end, FrameMemory memory) {
        this.reader = reader;
        this.block = block;
        this.end = end;
        this.memory = memory;
    }

    /** Opens a frame, into a target that has room for all of it. */
    void open(int frame, byte[] target, int offset) throws IOException, DamagedException {
        require(frame);
        FrameTable table = block.table();
        if (first == NOTHING) {
            load(table, frame);
        }
        int at = table.start(frame) - table.start(first);
        int length = table.storedLength(frame);
        table.checkFrame(frame, ByteBuffer.wrap(stored, at, length));
        memory.opener()
                .open(
                        block.batch(),
                        new FrameOpener.Frame(frame, stored, at, length, table.isCompressed(frame)),
                        target,
                        offset,
                        block.plaintextLength(frame));
    }

    /** Opens a frame. */
    byte[] open(int frame) throws IOException, DamagedException {
        require(frame);
        byte[] plaintext = new byte[block.plaintextLength(frame)];
        open(frame, plaintext, 0);
        return plaintext;
    }

    private void require(int frame) throws DamagedException {
        if (frame >= block.table().frames() || block.table().isDropped(frame)) {
            throw DamagedException.damaged("the block at " + block.offset() + " has no frame " + frame);
        }
    }

    private void load(FrameTable table, int frame) throws IOException, DamagedException {
        int last = Math.min(end, table.frames()) - 1;
        int length = table.start(last) + table.storedLength(last) - table.start(frame);
        stored = memory.stored(length);
        reader.readWhole(block.payload() + table.start(frame), ByteBuffer.wrap(stored, 0, length));
        first = frame;
    }
}
