package io.holdfast.journal.internal.copy;

import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.copy.CopyTarget.Held;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.ledger.FileDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Compares every segment of the target with the source's, byte by byte, in steps: the last thing before the source may be given up. A segment that
 * one of the two has cleaned since it was copied has another file there; the target's is then compared with what its own ledger says of it, which was
 * entered when it was compared with the source's.
 */
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
    private @Nullable FileDigest wanted;
    private final MessageDigest digest = Checksums.sha256();

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
        requireDigest();
        close();
        number++;
        Held held = target.held(number).orElse(null);
        if (held == null) {
            return false;
        }
        SourceSegment opened = source.segment(number)
                .orElseThrow(() -> DamagedException.damaged("segment " + number + " is not in the source any more"));
        segment = opened;
        StoreFile other = target.read(number);
        file = other;
        boolean bothSealed = held.sealed() && opened.summary() != null;
        wanted = bothSealed ? cleanedSince() : null;
        if (wanted == null) {
            end = bothSealed ? opened.file().size() : opened.endOf(opened.blocks());
        } else {
            end = other.size();
        }
        at = 0;
        return true;
    }

    /** What the target's file has to be, when it is another one than the source's by what both ledgers say. */
    private @Nullable FileDigest cleanedSince() {
        FileDigest source = this.source.recorded(number).orElse(null);
        FileDigest target = this.target.recorded(number).orElse(null);
        return source == null || target == null || source.equals(target) ? null : target;
    }

    private void requireDigest() throws DamagedException {
        FileDigest recorded = wanted;
        if (recorded != null) {
            FileDigest found = new FileDigest(number, recorded.generation(), end, Sha256.of(digest.digest()));
            if (!found.equals(recorded)) {
                throw DamagedException.damaged("segment " + number + " of the target has SHA-256 " + found.sha256()
                        + "; its ledger says " + recorded.sha256());
            }
        }
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
        boolean whole = other.read(at, there) == length;
        there.flip();
        if (wanted != null) {
            digest.update(there);
        } else if (!whole
                || opened.file().read(at, here) < length
                || !here.flip().equals(there)) {
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
