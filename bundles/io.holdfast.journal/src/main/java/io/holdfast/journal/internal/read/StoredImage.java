package io.holdfast.journal.internal.read;

import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.ExtentSink;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An image read from segments. */
public final class StoredImage implements PointImage {

    private static final byte[] ZEROES = new byte[4096];

    /** So much is gathered before it is read, in about 50 bytes for each extent of it. */
    private static final int WINDOW_BYTES = 32 << 20;

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
                int length = Math.min(target.remaining(), WINDOW_BYTES);
                readWindow(disk, at, target, length);
                target.position(target.position() + length);
                at += length;
            }
        } catch (IOException | DamagedException e) {
            throw layers.failure(disk, at, e);
        }
    }

    private void readWindow(int disk, long offset, ByteBuffer target, int length) throws IOException, DamagedException {
        ImageSlices slices = new ImageSlices();
        int done = 0;
        while (done < length) {
            long at = offset + done;
            int start = (int) (at % Extent.BORDER_BYTES);
            int step = Math.min(length - done, Extent.BORDER_BYTES - start);
            Pieces pieces = layers.pieces(disk, at / Extent.BORDER_BYTES);
            gather(pieces, start, start + step, target, target.position() + done, slices);
            done += step;
        }
        slices.read(layers, keys, target);
    }

    /** Fills a range within one MiB with zeroes where it has no data, and gathers where the data lies. */
    private static void gather(Pieces pieces, int start, int end, ByteBuffer target, int targetAt, ImageSlices slices) {
        int at = start;
        int index = pieces.firstEndingAfter(start);
        while (at < end) {
            boolean inside = index < pieces.count() && pieces.start(index) <= at;
            int until = index == pieces.count() ? end : Math.min(end, inside ? pieces.end(index) : pieces.start(index));
            if (inside && pieces.kind(index) == ExtentKind.DATA.ordinal()) {
                int from = pieces.plaintextOffset(index) + at - pieces.start(index);
                slices.add(pieces.segment(index), pieces.block(index), from, until - at, targetAt + at - start);
            } else {
                putZeroes(target, targetAt + at - start, until - at);
            }
            index += inside ? 1 : 0;
            at = until;
        }
    }

    private static void putZeroes(ByteBuffer target, int targetAt, int length) {
        for (int done = 0; done < length; done += ZEROES.length) {
            target.put(targetAt + done, ZEROES, 0, Math.min(length - done, ZEROES.length));
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
