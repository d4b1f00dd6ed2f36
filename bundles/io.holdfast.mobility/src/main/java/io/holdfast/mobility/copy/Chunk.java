package io.holdfast.mobility.copy;

import io.holdfast.adapter.DiskReader;
import io.holdfast.mobility.stream.CopyPiece;
import io.holdfast.mobility.stream.CopyRead;
import io.holdfast.mobility.stream.StoreHashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * At most one MiB of a disk on its way through a copy: which blocks of it have to be looked at, what they hold, which of them have to be
 * sent.
 */
final class Chunk {

    static final int BYTES = 1 << 20;

    private static final int BLOCK_BYTES = HashForms.BLOCK_BYTES;
    private static final ByteBuffer ZEROES = ByteBuffer.allocate(BLOCK_BYTES).asReadOnlyBuffer();

    final int disk;
    final CopyRead read;
    final long offset;
    final int length;
    private final BitSet looked = new BitSet();
    private final BitSet toRead = new BitSet();
    private final BitSet wanted = new BitSet();
    private ByteBuffer content = ByteBuffer.allocate(0);
    private ByteBuffer entries = ByteBuffer.allocate(0);
    StoreHashes.@Nullable Question question;

    Chunk(int disk, CopyRead read, long offset, int length) {
        this.disk = disk;
        this.read = read;
        this.offset = offset;
        this.length = length;
    }

    int blocks() {
        return (length - 1) / BLOCK_BYTES + 1;
    }

    long firstBlock() {
        return offset / BLOCK_BYTES;
    }

    /** Adds the part of a range that lies here, rounded outward to blocks. */
    void look(DiskReader.Range range) {
        long from = Math.max(range.offset(), offset);
        long to = Math.min(range.offset() + range.length(), offset + length);
        if (from < to) {
            int first = (int) ((from - offset) / BLOCK_BYTES);
            int last = (int) ((to - 1 - offset) / BLOCK_BYTES);
            looked.set(first, last + 1);
            if (!range.zero()) {
                toRead.set(first, last + 1);
            }
        }
    }

    boolean isUntouched() {
        return looked.isEmpty();
    }

    boolean isWhole() {
        return looked.cardinality() == blocks();
    }

    /** Reads what is not known to be zero. */
    void fill(DiskReader reader) throws IOException {
        content = ByteBuffer.allocate(length);
        for (int first = toRead.nextSetBit(0); first >= 0; first = toRead.nextSetBit(first)) {
            int behind = toRead.nextClearBit(first);
            int from = first * BLOCK_BYTES;
            int to = Math.min(length, behind * BLOCK_BYTES);
            reader.read(offset + from, content.slice(from, to - from));
            first = behind;
        }
    }

    /** Hashes what is looked at; other entries stay zero. */
    void hash(BlockHasher hasher) {
        entries = ByteBuffer.allocate(blocks() * HashForms.BYTES);
        looked.stream()
                .forEach(block -> hasher.entry(
                        disk,
                        firstBlock() + block,
                        block(block),
                        entries.slice(block * HashForms.BYTES, HashForms.BYTES)));
    }

    private ByteBuffer block(int block) {
        int from = block * BLOCK_BYTES;
        return content.slice(from, Math.min(BLOCK_BYTES, length - from));
    }

    /** Compares with the store's entry for the whole chunk. */
    boolean isSameAs(ByteBuffer summaries, int index) {
        return HashForms.isSame(summaries, index, HashForms.summarise(entries), 0);
    }

    /** Wants what differs from the store's entries of all blocks. */
    void wantDifferent(ByteBuffer store) {
        looked.stream()
                .filter(block -> !HashForms.isSame(store, block, entries, block))
                .forEach(wanted::set);
    }

    /** Wants everything that is looked at. */
    void wantAll() {
        wanted.or(looked);
    }

    /** Wants everything that is looked at and is not zero. */
    void wantData() {
        looked.stream().filter(block -> !isZero(block)).forEach(wanted::set);
    }

    private boolean isZero(int block) {
        ByteBuffer bytes = block(block);
        return bytes.equals(ZEROES.slice(0, bytes.remaining()));
    }

    /** What is wanted, neighbours in one piece. */
    List<CopyPiece> pieces() {
        List<CopyPiece> pieces = new ArrayList<>();
        int block = wanted.nextSetBit(0);
        while (block >= 0) {
            boolean zero = isZero(block);
            int behind = block + 1;
            while (wanted.get(behind) && isZero(behind) == zero) {
                behind++;
            }
            int from = block * BLOCK_BYTES;
            int to = Math.min(length, behind * BLOCK_BYTES);
            pieces.add(
                    zero
                            ? CopyPiece.zero(offset + from, to - from)
                            : CopyPiece.data(offset + from, content.slice(from, to - from)));
            block = wanted.nextSetBit(behind);
        }
        return pieces;
    }
}
