package io.holdfast.journal.internal.read;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.BlockHashes;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import java.io.IOException;

/** Block hashes read from the headers of batches. */
public final class StoredHashes implements BlockHashes {

    private static final int BLOCKS_MAX = 65_536;
    private static final int MEBIBYTES_MAX = 4_096;

    private final Position position;
    private final ImageLayers layers;

    /**
     * Makes the hashes.
     *
     * @param position which state
     * @param layers its segments; closed with the hashes
     */
    public StoredHashes(Position position, ImageLayers layers) {
        this.position = position;
        this.layers = layers;
    }

    @Override
    public Position position() {
        return position;
    }

    @Override
    public DiskTable disks() {
        return layers.disks();
    }

    @Override
    public byte[] blocks(int disk, long firstBlock, int count) {
        long blocksOnDisk = unitsOnDisk(disk, BlockHash.BLOCK_BYTES);
        requireRange(disk, "blocks", firstBlock, count, blocksOnDisk, BLOCKS_MAX);
        return entries(disk, firstBlock, count);
    }

    @Override
    public byte[] mebibytes(int disk, long firstMebibyte, int count) {
        long mebibytesOnDisk = unitsOnDisk(disk, Extent.BORDER_BYTES);
        requireRange(disk, "MiB", firstMebibyte, count, mebibytesOnDisk, MEBIBYTES_MAX);
        long blocksOnDisk = unitsOnDisk(disk, BlockHash.BLOCK_BYTES);
        byte[] summaries = new byte[count * BlockHash.BYTES];
        for (int index = 0; index < count; index++) {
            long firstBlock = (firstMebibyte + index) * BlockHash.BLOCKS_PER_MEBIBYTE;
            int blocks = (int) Math.min(BlockHash.BLOCKS_PER_MEBIBYTE, blocksOnDisk - firstBlock);
            byte[] summary = BlockHash.summarise(entries(disk, firstBlock, blocks), 0, blocks);
            System.arraycopy(summary, 0, summaries, index * BlockHash.BYTES, BlockHash.BYTES);
        }
        return summaries;
    }

    private long unitsOnDisk(int disk, int unitBytes) {
        return (layers.require(disk, 0, 1).sizeBytes() + unitBytes - 1) / unitBytes;
    }

    private static void requireRange(int disk, String unit, long first, int count, long onDisk, int most) {
        if (first < 0 || count < 1 || count > most || first > onDisk - count) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "disk " + disk,
                    count + " " + unit + " from " + first + "; expected 1 to " + most + " of " + onDisk);
        }
    }

    private byte[] entries(int disk, long firstBlock, int count) {
        long size = layers.require(disk, 0, 1).sizeBytes();
        byte[] entries = new byte[count * BlockHash.BYTES];
        for (int index = 0; index < count; index++) {
            long start = (firstBlock + index) * BlockHash.BLOCK_BYTES;
            int length = (int) Math.min(BlockHash.BLOCK_BYTES, size - start);
            try {
                Pieces pieces = layers.pieces(disk, start / Extent.BORDER_BYTES);
                fill(pieces, start, length, entries, index * BlockHash.BYTES);
            } catch (IOException | DamagedException e) {
                throw layers.failure(disk, start, e);
            }
        }
        return entries;
    }

    private void fill(Pieces pieces, long blockStart, int length, byte[] entries, int at)
            throws IOException, DamagedException {
        int start = (int) (blockStart % Extent.BORDER_BYTES);
        int index = pieces.firstEndingAfter(start);
        if (index == pieces.count() || pieces.start(index) >= start + length) {
            return;
        }
        boolean whole = pieces.start(index) <= start && pieces.end(index) >= start + length;
        if (whole && pieces.kind(index) == ExtentKind.DATA.ordinal()) {
            copyHash(pieces, index, blockStart, length, entries, at);
        } else {
            byte[] entry = describe(pieces, index, start, start + length);
            System.arraycopy(entry, 0, entries, at, BlockHash.BYTES);
        }
    }

    /** A block without one whole extent of data: discarded, zero, or unknown as soon as one part of it has data. */
    private static byte[] describe(Pieces pieces, int first, int start, int end) {
        boolean discarded = true;
        int covered = start;
        for (int index = first; index < pieces.count() && pieces.start(index) < end; index++) {
            if (pieces.kind(index) == ExtentKind.DATA.ordinal()) {
                return BlockHash.unknown();
            }
            discarded &= pieces.kind(index) == ExtentKind.DISCARD.ordinal() && pieces.start(index) <= covered;
            covered = pieces.end(index);
        }
        return discarded && covered >= end ? BlockHash.discarded() : BlockHash.zero();
    }

    /** The hash is of use only when one extent covered the block exactly as it is on the disk now. */
    private void copyHash(Pieces pieces, int piece, long blockStart, int length, byte[] entries, int at)
            throws IOException, DamagedException {
        int start = (int) (blockStart % Extent.BORDER_BYTES);
        BlockHeader header;
        try (SegmentAccess segment = layers.segment(pieces.segment(piece))) {
            header = segment.reader().block(pieces.block(piece)).header();
        }
        int extent = header.extentAt(pieces.plaintextOffset(piece) + start - pieces.start(piece));
        long extentStart = Extent.offset(header.extentPlace(extent));
        long extentEnd = extentStart + Extent.bytes(header.extentPlace(extent), header.extentSpan(extent));
        long hashedEnd = Math.min(extentEnd, blockStart + BlockHash.BLOCK_BYTES);
        if (extentStart <= blockStart && hashedEnd == blockStart + length) {
            long blocksBefore = blockStart / BlockHash.BLOCK_BYTES - extentStart / BlockHash.BLOCK_BYTES;
            header.copyHash(header.hashStart(extent) + (int) blocksBefore, entries, at);
        } else {
            System.arraycopy(BlockHash.unknown(), 0, entries, at, BlockHash.BYTES);
        }
    }

    @Override
    public void close() {
        layers.close();
    }
}
