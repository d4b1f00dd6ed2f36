package io.holdfast.journal.internal.copy;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.copy.CopyTarget.Held;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Compares every segment of the target with the source's, byte by byte, in steps: the last thing before the source may be given up. */
final class FileComparison implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 20;
    private static final int CHUNKS_A_STEP = 4;

    private final CopySource source;
    private final CopyTarget target;
    private final ByteBuffer here = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final ByteBuffer there = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private long number;
    private long at;
    private long end;
    private long done;
    private @Nullable SourceSegment segment;
    private @Nullable StoreFile file;

    FileComparison(CopySource source, CopyTarget target) {
        this.source = source;
        this.target = target;
    }

    /** Compares a few chunks; returns false when everything was compared. */
    boolean step() throws IOException, DamagedException {
        for (int chunk = 0; chunk < CHUNKS_A_STEP; chunk++) {
            if (at == end && !next()) {
                return false;
            }
            compareChunk();
        }
        return true;
    }

    private boolean next() throws IOException, DamagedException {
        close();
        number++;
        Held held = target.held(number).orElse(null);
        if (held == null) {
            return false;
        }
        SourceSegment opened = source.segment(number)
                .orElseThrow(() -> DamagedException.damaged("segment " + number + " is not in the source any more"));
        segment = opened;
        file = target.read(number);
        boolean bothSealed = held.sealed() && opened.summary() != null;
        end = bothSealed ? opened.file().size() : opened.endOf(opened.blocks());
        at = 0;
        return true;
    }

    private void compareChunk() throws IOException, DamagedException {
        SourceSegment opened = segment;
        StoreFile other = file;
        if (opened == null || other == null) {
            throw new IllegalStateException("a comparison within a segment has both files");
        }
        int length = (int) Math.min(CHUNK_BYTES, end - at);
        here.clear().limit(length);
        there.clear().limit(length);
        boolean same = opened.file().read(at, here) == length
                && other.read(at, there) == length
                && here.flip().equals(there.flip());
        if (!same) {
            throw DamagedException.damaged("segment " + number + " of the target differs from the source's between "
                    + at + " and " + (at + length));
        }
        at += length;
        done += length;
    }

    long done() {
        return done;
    }

    @Override
    public void close() {
        SourceSegment opened = segment;
        StoreFile other = file;
        segment = null;
        file = null;
        if (opened != null) {
            opened.close();
        }
        if (other != null) {
            try {
                other.close();
            } catch (IOException _) {
                // it was read from only
            }
        }
    }
}
