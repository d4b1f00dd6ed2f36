package io.holdfast.journal.internal.read;

import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The data that one read of an image needs, gathered first and then read in the order in which it lies in the segments: files are read forwards, and
 * a frame with many ranges of the image is decrypted and decompressed once for all of them. Used by one thread.
 */
final class ImageSlices {

    private static final Comparator<Slice> BY_PLACE = Comparator.comparingInt(Slice::segment)
            .thenComparingInt(Slice::block)
            .thenComparingInt(Slice::frame);

    /** So many are read from a file at once. */
    private static final int RUN_FRAMES_MAX = 16;

    private final List<Slice> slices = new ArrayList<>();

    /** A range of one frame, and where it goes. */
    private record Slice(int segment, int block, int frame, int start, int length, int targetAt) {}

    /**
     * Adds a range of a block's plaintext.
     *
     * @param segment number of the segment
     * @param block its place there
     * @param from first byte of the plaintext
     * @param length how many
     * @param targetAt where they go
     */
    void add(int segment, int block, int from, int length, int targetAt) {
        int at = from;
        while (at < from + length) {
            int start = at % BlockLayout.FRAME_BYTES;
            int step = Math.min(from + length - at, BlockLayout.FRAME_BYTES - start);
            slices.add(new Slice(segment, block, at / BlockLayout.FRAME_BYTES, start, step, targetAt + at - from));
            at += step;
        }
    }

    /** Reads everything that was added into a target. */
    void read(ImageLayers layers, MachineKeys keys, ByteBuffer target) throws IOException, DamagedException {
        slices.sort(BY_PLACE);
        try (FrameMemory memory = new FrameMemory(keys)) {
            int index = 0;
            while (index < slices.size()) {
                int number = slices.get(index).segment;
                try (SegmentAccess segment = layers.segment(number)) {
                    while (index < slices.size() && slices.get(index).segment == number) {
                        index = readRun(segment.reader(), index, keys, memory, target);
                    }
                }
            }
        }
    }

    /** Reads the frames of one block that lie side by side. */
    private int readRun(SegmentReader reader, int first, MachineKeys keys, FrameMemory memory, ByteBuffer target)
            throws IOException, DamagedException {
        int end = endOfRun(first);
        int block = slices.get(first).block;
        try {
            FrameRun run = reader.run(block, slices.get(end - 1).frame + 1, memory);
            int index = first;
            while (index < end) {
                index = readFrame(reader, run, index, keys, target);
            }
        } catch (DamagedException e) {
            throw reader.explained(block, e);
        }
        return end;
    }

    private int endOfRun(int first) {
        Slice start = slices.get(first);
        int index = first + 1;
        while (index < slices.size()
                && slices.get(index).segment == start.segment
                && slices.get(index).block == start.block
                && slices.get(index).frame <= slices.get(index - 1).frame + 1
                && slices.get(index).frame < start.frame + RUN_FRAMES_MAX) {
            index++;
        }
        return index;
    }

    /** Opens a frame. One that is wanted whole is seldom wanted again, and goes straight to the target; of others the rest is kept. */
    private int readFrame(SegmentReader reader, FrameRun run, int first, MachineKeys keys, ByteBuffer target)
            throws IOException, DamagedException {
        Slice start = slices.get(first);
        boolean whole = start.length == reader.plaintextLength(start.block, start.frame);
        if (whole && !reader.isKeptOrCold(start.block, start.frame)) {
            if (target.hasArray()) {
                run.open(start.frame, target.array(), target.arrayOffset() + start.targetAt);
            } else {
                target.put(start.targetAt, run.open(start.frame));
            }
            return first + 1;
        }
        byte[] frame = reader.frame(start.block, start.frame, run, keys);
        int index = first;
        while (index < slices.size() && BY_PLACE.compare(slices.get(index), start) == 0) {
            Slice slice = slices.get(index);
            if (slice.start + slice.length > frame.length) {
                throw DamagedException.damaged("an index entry points behind the end of a frame");
            }
            target.put(slice.targetAt, frame, slice.start, slice.length);
            index++;
        }
        return index;
    }
}
