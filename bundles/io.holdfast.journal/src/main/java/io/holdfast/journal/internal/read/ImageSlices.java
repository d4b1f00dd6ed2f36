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
        int index = 0;
        while (index < slices.size()) {
            int number = slices.get(index).segment;
            try (SegmentAccess segment = layers.segment(number)) {
                while (index < slices.size() && slices.get(index).segment == number) {
                    index = readFrame(segment.reader(), index, keys, target);
                }
            }
        }
    }

    private int readFrame(SegmentReader reader, int first, MachineKeys keys, ByteBuffer target)
            throws IOException, DamagedException {
        Slice start = slices.get(first);
        byte[] frame = reader.frame(start.block, start.frame, keys);
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
