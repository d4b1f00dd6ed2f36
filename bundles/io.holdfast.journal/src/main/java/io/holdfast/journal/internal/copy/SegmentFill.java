package io.holdfast.journal.internal.copy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.copy.CopyTarget.Held;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.SegmentHeader;
import io.holdfast.journal.internal.format.SegmentSummary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings one segment of the target nearer to the source's: a whole sealed file, some blocks, or the index behind blocks that are there. Copied, forced,
 * read back, checked block by block, and only then taken into the history.
 */
final class SegmentFill implements AutoCloseable {

    /** So much of a segment without an index is copied before it is made part of the target: what a break can cost. */
    private static final long BLOCK_BYTES_A_FILL = 32L << 20;

    private final CopyTarget target;
    private final SourceSegment segment;
    private final long number;
    private final int blocks;
    private final long blocksEnd;
    private final RangeCopy range;
    private final @Nullable SegmentSummary summary;
    private Stage stage = Stage.COPY;
    private final CopyTarget.Check check;

    private enum Stage {
        COPY,
        READ_BACK,
        CHECK
    }

    private SegmentFill(
            CopySource source, CopyTarget target, SourceSegment segment, Held held, int blocks, StoreFile file)
            throws IOException, DamagedException {
        this.target = target;
        this.segment = segment;
        this.number = held.number();
        this.blocks = blocks;
        this.blocksEnd = segment.endOf(blocks);
        SegmentSummary sealed = isWhole(held, segment) ? segment.summary() : null;
        this.summary = sealed;
        long to = sealed != null ? sealed.fileBytes() : blocksEnd;
        this.range = new RangeCopy(segment.file(), file, held.end(), to);
        this.check = sealed != null
                ? target.checkSealed(file, number, segment, source.recorded(number))
                : target.checkBlocks(file, number, Math.max(held.end(), segment.headerBytes()), blocksEnd);
    }

    /**
     * Finds what the target lacks next.
     *
     * @return a fill, or nothing when the target has all that lies in the source's segments
     */
    static @Nullable SegmentFill next(CopySource source, CopyTarget target) throws IOException, DamagedException {
        for (Held held : target.unsealed()) {
            SegmentFill fill = of(source, target, held);
            if (fill != null) {
                return fill;
            }
        }
        return of(source, target, new Held(target.newestNumber() + 1, 0, 0, false));
    }

    private static @Nullable SegmentFill of(CopySource source, CopyTarget target, Held held)
            throws IOException, DamagedException {
        Optional<SourceSegment> found = source.segment(held.number());
        if (found.isEmpty()) {
            return null;
        }
        SourceSegment segment = found.get();
        boolean kept = false;
        try {
            SegmentFill fill = of(source, target, held, segment);
            kept = fill != null;
            return fill;
        } finally {
            if (!kept) {
                segment.close();
            }
        }
    }

    private static @Nullable SegmentFill of(CopySource source, CopyTarget target, Held held, SourceSegment segment)
            throws IOException, DamagedException {
        if (segment.generation() > 0 && held.blocks() > 0) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE,
                    "segment " + held.number() + " of machine " + source.machine(),
                    "was cleaned since its beginning was copied; destroy the copy and copy it anew");
        }
        boolean whole = isWhole(held, segment);
        if (!whole && held.blocks() >= segment.blocks()) {
            return null;
        }
        int blocks = whole ? segment.blocks() : blocksAfter(held, segment);
        return new SegmentFill(source, target, segment, held, blocks, target.write(held.number()));
    }

    /** A sealed segment comes as a file when the target has none of it, and its index comes when it has all blocks. */
    private static boolean isWhole(Held held, SourceSegment segment) {
        return segment.summary() != null && (held.blocks() == 0 || held.blocks() == segment.blocks());
    }

    private static int blocksAfter(Held held, SourceSegment segment) throws IOException, DamagedException {
        int low = held.blocks() + 1;
        int high = segment.blocks();
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (segment.endOf(middle) - held.end() <= BLOCK_BYTES_A_FILL) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Does the next step; returns false once the target has it. */
    boolean step() throws IOException, DamagedException {
        switch (stage) {
            case COPY -> {
                if (!range.copyStep()) {
                    stage = Stage.READ_BACK;
                    force();
                }
            }
            case READ_BACK -> {
                if (!range.readBackStep()) {
                    stage = Stage.CHECK;
                }
            }
            case CHECK -> {
                if (!check.step()) {
                    take();
                    return false;
                }
            }
        }
        return true;
    }

    /** Blocks end at a multiple of 4 KiB with zeroes; a sealed file goes on with its index. */
    private void force() throws IOException {
        if (summary == null) {
            int padding = (int) (SegmentHeader.padded(blocksEnd) - blocksEnd);
            range.target().write(blocksEnd, ByteBuffer.allocate(padding));
        }
        range.target().force();
    }

    private void take() throws IOException, DamagedException {
        if (summary != null) {
            target.takeSealed(check);
            return;
        }
        target.takeBlocks(number, blocksEnd);
        if (!target.state().chain().equals(segment.chainAfter(blocks))) {
            throw DamagedException.damaged(
                    "segment " + number + " of the target ends with another block than the source's");
        }
    }

    long bytes() {
        return range.bytes();
    }

    long done() {
        return range.done();
    }

    /** Ends after an error: what was written and did not reach the medium, or does not check, is dropped. */
    void giveUp() {
        close();
        if (stage != Stage.COPY) {
            try {
                target.discard(number);
            } catch (IOException _) {
                // it is no part of the history; the next transfer compares it byte by byte
            }
        }
    }

    @Override
    public void close() {
        try {
            range.close();
        } catch (IOException _) {
            // whatever counts was forced
        } finally {
            segment.close();
        }
    }
}
