package io.holdfast.journal.internal.read;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.internal.format.BlockEntry;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which of the ranges that were found damaged an image still rests upon: what lies there is of the damaged block, and of none that is newer. Reads
 * indexes alone.
 */
public final class PresentLoss {

    private final ImageLayers layers;
    private final List<LostRange> present = new ArrayList<>();

    private PresentLoss(ImageLayers layers) {
        this.layers = layers;
    }

    /**
     * Finds them.
     *
     * @param layers of the image; stay open
     * @param found damaged, whatever was written since
     * @return the parts of them that the image needs, by disk and offset
     * @throws HoldfastException with {@code STORE_DAMAGED} or {@code DISK_ERROR} when an index cannot be read
     */
    public static List<LostRange> in(ImageLayers layers, List<LostRange> found) {
        PresentLoss loss = new PresentLoss(layers);
        for (LostRange range : found) {
            try {
                loss.look(range);
            } catch (IOException | DamagedException e) {
                throw layers.failure(range.disk(), range.offset(), e);
            }
        }
        loss.present.sort(Comparator.comparingInt(LostRange::disk).thenComparingLong(LostRange::offset));
        return List.copyOf(loss.present);
    }

    private void look(LostRange range) throws IOException, DamagedException {
        long size = layers.disks()
                .disk(range.disk())
                .map(DiskDescription::sizeBytes)
                .orElse(0L);
        long end = Math.min(size, range.offset() + range.length());
        for (long at = range.offset(); at < end; ) {
            long base = at - at % Extent.BORDER_BYTES;
            long until = Math.min(end, base + Extent.BORDER_BYTES);
            lookWithin(range, base, (int) (at - base), (int) (until - base));
            at = until;
        }
    }

    private void lookWithin(LostRange range, long base, int start, int end) throws IOException, DamagedException {
        Pieces pieces = layers.pieces(range.disk(), base / Extent.BORDER_BYTES);
        for (int index = pieces.firstEndingAfter(start); index < pieces.count() && pieces.start(index) < end; index++) {
            if (pieces.kind(index) == ExtentKind.DATA.ordinal() && isOf(range, pieces, index)) {
                int from = Math.max(start, pieces.start(index));
                int until = Math.min(end, pieces.end(index));
                present.add(new LostRange(range.disk(), base + from, until - from, range.sequence()));
            }
        }
    }

    /** The block of a piece is told by its segment's table; its header may be what is damaged. */
    private boolean isOf(LostRange range, Pieces pieces, int piece) throws IOException, DamagedException {
        try (SegmentAccess segment = layers.segment(pieces.segment(piece))) {
            BlockEntry block = segment.reader().table().entry(pieces.block(piece));
            return range.sequence() >= block.firstSequence()
                    && range.sequence() < block.firstSequence() + block.sequenceCount();
        }
    }
}
