package io.holdfast.journal.internal.store;

import io.holdfast.journal.internal.cold.ColdCoding;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.PlainPieces;
import io.holdfast.journal.internal.read.SegmentReader;
import io.holdfast.journal.internal.retain.Remainder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Codes the blocks of one segment anew, one after the other, where that makes them shorter. */
final class BlockCoder {

    private final ColdWork work;
    private final Remainder remainder;
    private @Nullable ColdCoding coding;
    private @Nullable ByteBuffer coded;
    private @Nullable SegmentReader reader;
    private boolean ended;
    private long nanos;

    BlockCoder(ColdWork work, Remainder remainder) {
        this.work = work;
        this.remainder = remainder;
    }

    /**
     * Does the next step of one block.
     *
     * @param from the segment, in this step
     * @param place of the block, the same until it is done; its header is kept
     * @return true when it is done; {@link #take} has what became of it
     */
    boolean step(SegmentReader from, int place) throws IOException, DamagedException {
        reader = from;
        BlockHeader header = from.block(place).header();
        long started = work.time().monotonicNanos();
        ColdCoding active = coding;
        if (active == null) {
            active = begin(from, place, header);
            coding = active;
        }
        if (active == null) {
            return true;
        }
        ByteBuffer sealed = ended ? active.seal() : null;
        ended = sealed == null && active.step();
        nanos += work.time().monotonicNanos() - started;
        if (sealed == null) {
            return false;
        }
        work.cost().spent(active.plaintextBytes(), nanos);
        nanos = 0;
        coding = null;
        int uncoded = remainder.length(place, from.table().entry(place), from) - header.headerLength();
        coded = sealed.remaining() < uncoded ? sealed : null;
        return true;
    }

    /** Takes table and content of the block that was done last, when they are shorter than what it had. */
    Optional<ByteBuffer> take() {
        Optional<ByteBuffer> taken = Optional.ofNullable(coded);
        coded = null;
        return taken;
    }

    private @Nullable ColdCoding begin(SegmentReader from, int place, BlockHeader header)
            throws IOException, DamagedException {
        boolean can = remainder.live().hasAny(place)
                && header.plaintextLength() <= ColdTable.PLAINTEXT_BYTES_MAX
                && work.keys().has(header.keyId());
        if (!can) {
            return null;
        }
        PlainPieces pieces = remainder.live().pieces(place, header);
        Optional<ColdTable> before = from.cold(place);
        if (before.isPresent() && before.get().pieces().equals(pieces)) {
            return null;
        }
        if (before.isEmpty()) {
            return new ColdCoding(
                    header, pieces, work.keys(), frame -> present().plaintext(place, frame, work.keys()));
        }
        byte[] plaintext = from.coldPlaintext(place, work.keys());
        return new ColdCoding(header, pieces, work.keys(), frame -> {
            int start = frame * BlockLayout.FRAME_BYTES;
            return Arrays.copyOfRange(plaintext, start, Math.min(plaintext.length, start + BlockLayout.FRAME_BYTES));
        });
    }

    /** The file may have been opened anew between two steps. */
    private SegmentReader present() {
        SegmentReader now = reader;
        if (now == null) {
            throw new IllegalStateException("blocks are read within a step");
        }
        return now;
    }
}
