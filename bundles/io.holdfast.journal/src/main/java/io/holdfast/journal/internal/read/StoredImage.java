package io.holdfast.journal.internal.read;

import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.ExtentSink;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An image read from segments. */
public final class StoredImage implements PointImage {

    private static final byte[] ZEROES = new byte[4096];

    private final RecoveryPoint point;
    private final ImageLayers layers;
    private final MachineKeys keys;

    /**
     * Makes an image.
     *
     * @param point which point
     * @param layers its segments; closed with the image
     * @param keys the machine's keys
     */
    public StoredImage(RecoveryPoint point, ImageLayers layers, MachineKeys keys) {
        this.point = point;
        this.layers = layers;
        this.keys = keys;
    }

    @Override
    public RecoveryPoint point() {
        return point;
    }

    @Override
    public DiskTable disks() {
        return layers.disks();
    }

    @Override
    public void read(int disk, long offset, ByteBuffer target) {
        layers.require(disk, offset, target.remaining());
        long at = offset;
        try {
            while (target.hasRemaining()) {
                int start = (int) (at % Extent.BORDER_BYTES);
                int length = Math.min(target.remaining(), Extent.BORDER_BYTES - start);
                readWithin(layers.pieces(disk, at / Extent.BORDER_BYTES), start, start + length, target);
                at += length;
            }
        } catch (IOException | DamagedException e) {
            throw layers.failure(disk, at, e);
        }
    }

    private void readWithin(Pieces pieces, int start, int end, ByteBuffer target) throws IOException, DamagedException {
        int at = start;
        for (int index = pieces.firstEndingAfter(start); at < end; index++) {
            if (index == pieces.count() || pieces.start(index) >= end) {
                putZeroes(target, end - at);
                return;
            }
            if (pieces.start(index) > at) {
                putZeroes(target, pieces.start(index) - at);
                at = pieces.start(index);
            }
            int until = Math.min(end, pieces.end(index));
            if (pieces.kind(index) == ExtentKind.DATA.ordinal()) {
                readData(pieces, index, at, until, target);
            } else {
                putZeroes(target, until - at);
            }
            at = until;
        }
    }

    private void readData(Pieces pieces, int index, int from, int to, ByteBuffer target)
            throws IOException, DamagedException {
        int at = pieces.plaintextOffset(index) + from - pieces.start(index);
        int end = at + to - from;
        try (SegmentAccess segment = layers.segment(pieces.segment(index))) {
            while (at < end) {
                byte[] frame = segment.reader().frame(pieces.block(index), at / BlockLayout.FRAME_BYTES, keys);
                int start = at % BlockLayout.FRAME_BYTES;
                int length = Math.min(end - at, frame.length - start);
                if (length <= 0) {
                    throw DamagedException.damaged("an index entry points behind the end of a frame");
                }
                target.put(frame, start, length);
                at += length;
            }
        }
    }

    private static void putZeroes(ByteBuffer target, int length) {
        int left = length;
        while (left > 0) {
            int step = Math.min(left, ZEROES.length);
            target.put(ZEROES, 0, step);
            left -= step;
        }
    }

    @Override
    public void blockStatus(int disk, long offset, long length, ExtentSink sink) {
        layers.require(disk, offset, length);
        long at = offset;
        try {
            while (at < offset + length) {
                long base = at - at % Extent.BORDER_BYTES;
                int end = (int) Math.min(offset + length - base, Extent.BORDER_BYTES);
                Pieces pieces = layers.pieces(disk, at / Extent.BORDER_BYTES);
                if (!statusWithin(pieces, base, (int) (at - base), end, sink)) {
                    return;
                }
                at = base + end;
            }
        } catch (IOException | DamagedException e) {
            throw layers.failure(disk, at, e);
        }
    }

    /** Joins neighbours of one kind within a MiB. */
    private static boolean statusWithin(Pieces pieces, long base, int start, int end, ExtentSink sink) {
        int at = start;
        int from = start;
        ExtentKind kind = kindAt(pieces, start);
        while (at < end) {
            int index = pieces.firstEndingAfter(at);
            boolean inside = index < pieces.count() && pieces.start(index) <= at;
            int until = index == pieces.count() ? end : Math.min(end, inside ? pieces.end(index) : pieces.start(index));
            ExtentKind here = kindAt(pieces, at);
            if (here != kind) {
                if (!sink.accept(base + from, at - from, kind)) {
                    return false;
                }
                from = at;
                kind = here;
            }
            at = until;
        }
        return sink.accept(base + from, end - from, kind);
    }

    private static ExtentKind kindAt(Pieces pieces, int place) {
        int index = pieces.firstEndingAfter(place);
        return index < pieces.count() && pieces.start(index) <= place
                ? RunEntry.kindOf(pieces.kind(index))
                : ExtentKind.ZERO;
    }

    @Override
    public void close() {
        layers.close();
    }
}
