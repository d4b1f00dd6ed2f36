package io.holdfast.changelog;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskDescription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Which blocks of a disk may differ. Granularity is 4 KiB up to 1 TiB and doubles beyond, so that no bitmap is larger than 32 MiB.
 *
 * <p>Persisted form, big-endian: 8 bytes magic "HFBITMAP", 4 bytes CRC-32C of everything after it, 4 bytes granularity, 8 bytes size of the
 * disk, then one bit for each block, the first in the highest bit of the first byte, bits beyond the last block zero.
 *
 * <p>Not thread-safe.
 *
 * @since 1.0
 */
public final class DirtyBitmap {

    /** The finest granularity. */
    public static final int GRANULARITY_BYTES_LEAST = 4096;

    private static final long FINEST_SIZE_BYTES_MAX = 1L << 40;
    private static final long MAGIC = 0x48464249544D4150L;
    private static final int HEADER_BYTES = 24;
    private static final int CHECKED_OFFSET = 12;

    private final long sizeBytes;
    private final int granularityBytes;
    private final int blocks;
    private final long[] words;

    /**
     * A range of bytes, aligned to the granularity except at the end of the disk.
     *
     * @param offset first byte
     * @param length at least 1
     * @since 1.0
     */
    public record Range(long offset, long length) {}

    /**
     * Creates a bitmap without a bit.
     *
     * @param sizeBytes of the disk, 1 to {@link DiskDescription#SIZE_BYTES_MAX}
     */
    public DirtyBitmap(long sizeBytes) {
        if (sizeBytes < 1 || sizeBytes > DiskDescription.SIZE_BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bitmap",
                    sizeBytes + " bytes; expected 1 to " + DiskDescription.SIZE_BYTES_MAX);
        }
        this.sizeBytes = sizeBytes;
        this.granularityBytes = granularityFor(sizeBytes);
        this.blocks = Math.toIntExact((sizeBytes - 1) / granularityBytes + 1);
        this.words = new long[(blocks - 1) / Long.SIZE + 1];
    }

    /**
     * Tells the granularity for a disk.
     *
     * @param sizeBytes of the disk
     * @return bytes, a power of two
     */
    public static int granularityFor(long sizeBytes) {
        int granularity = GRANULARITY_BYTES_LEAST;
        for (long reach = FINEST_SIZE_BYTES_MAX; reach < sizeBytes; reach *= 2) {
            granularity *= 2;
        }
        return granularity;
    }

    /**
     * Tells the granularity of this bitmap.
     *
     * @return bytes, a power of two
     */
    public int granularityBytes() {
        return granularityBytes;
    }

    /**
     * Tells the size of the disk.
     *
     * @return bytes
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Marks every block that a range touches.
     *
     * @param offset first byte
     * @param length at least 0; the range lies within the disk
     */
    public void set(long offset, long length) {
        if (offset < 0 || length < 0 || length > sizeBytes - offset) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "bitmap",
                    "range " + offset + "+" + length + "; expected within " + sizeBytes);
        }
        if (length == 0) {
            return;
        }
        int first = (int) (offset / granularityBytes);
        int last = (int) ((offset + length - 1) / granularityBytes);
        int firstWord = first / Long.SIZE;
        int lastWord = last / Long.SIZE;
        for (int word = firstWord; word <= lastWord; word++) {
            long mask = -1L;
            if (word == firstWord) {
                mask &= -1L << first % Long.SIZE;
            }
            if (word == lastWord) {
                mask &= -1L >>> Long.SIZE - 1 - last % Long.SIZE;
            }
            words[word] |= mask;
        }
    }

    /**
     * Tells whether the block that holds a byte is marked.
     *
     * @param offset within the disk
     * @return true when it may differ
     */
    public boolean isSet(long offset) {
        int block = Math.toIntExact(offset / granularityBytes);
        return (words[block / Long.SIZE] >>> block % Long.SIZE & 1) != 0;
    }

    /**
     * Adds every mark of another bitmap.
     *
     * @param other of a disk of the same size
     */
    public void union(DirtyBitmap other) {
        if (other.sizeBytes != sizeBytes) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "bitmap", other.sizeBytes + " bytes; expected one of " + sizeBytes);
        }
        for (int word = 0; word < words.length; word++) {
            words[word] |= other.words[word];
        }
    }

    /**
     * Tells how much is marked.
     *
     * @return bytes, rounded up to blocks but not beyond the disk
     */
    public long dirtyBytes() {
        long count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        boolean lastMarked = isSet(sizeBytes - 1);
        return count * granularityBytes - (lastMarked ? (long) blocks * granularityBytes - sizeBytes : 0);
    }

    /**
     * Lists what is marked.
     *
     * @param offset where to begin
     * @param length how far to look; the range lies within the disk
     * @return ranges in ascending order, none touching the next, clipped to what was asked
     */
    public List<Range> ranges(long offset, long length) {
        List<Range> ranges = new ArrayList<>();
        long end = offset + length;
        int stop = length == 0 ? 0 : Math.toIntExact((end - 1) / granularityBytes + 1);
        int block = nextSet(Math.toIntExact(offset / granularityBytes), stop);
        while (block < stop) {
            int clear = nextClear(block, stop);
            long from = Math.max(offset, (long) block * granularityBytes);
            long to = Math.min(end, (long) clear * granularityBytes);
            ranges.add(new Range(from, to - from));
            block = nextSet(clear, stop);
        }
        return ranges;
    }

    private int nextSet(int from, int stop) {
        return next(from, stop, 0);
    }

    private int nextClear(int from, int stop) {
        return next(from, stop, -1);
    }

    private int next(int from, int stop, long flip) {
        int block = from;
        while (block < stop) {
            long rest = (words[block / Long.SIZE] ^ flip) >>> block % Long.SIZE;
            if (rest != 0) {
                return Math.min(stop, block + Long.numberOfTrailingZeros(rest));
            }
            block += Long.SIZE - block % Long.SIZE;
        }
        return stop;
    }

    /**
     * Gives the persisted form.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        int mapBytes = (blocks - 1) / Byte.SIZE + 1;
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + mapBytes);
        buffer.putLong(MAGIC).putInt(0).putInt(granularityBytes).putLong(sizeBytes);
        for (int index = 0; index < mapBytes; index++) {
            long bits = words[index / Long.BYTES] >>> index % Long.BYTES * Byte.SIZE;
            buffer.put((byte) (Integer.reverse((int) bits & 0xFF) >>> Integer.SIZE - Byte.SIZE));
        }
        buffer.putInt(Long.BYTES, crc(buffer.array()));
        return buffer.array();
    }

    /**
     * Reads the persisted form.
     *
     * @param bytes as given by {@link #toBytes}
     * @return the bitmap
     * @throws HoldfastException {@code LOG_DAMAGED} when the bytes are not what was written
     */
    public static DirtyBitmap fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES || buffer.getLong() != MAGIC || buffer.getInt() != crc(bytes)) {
            throw new HoldfastException(
                    ErrorCode.LOG_DAMAGED, "bitmap", bytes.length + " bytes that are no whole bitmap");
        }
        int granularity = buffer.getInt();
        DirtyBitmap bitmap = new DirtyBitmap(buffer.getLong());
        int mapBytes = (bitmap.blocks - 1) / Byte.SIZE + 1;
        if (granularity != bitmap.granularityBytes || buffer.remaining() != mapBytes) {
            throw new HoldfastException(
                    ErrorCode.LOG_DAMAGED, "bitmap", buffer.remaining() + " bytes of bits; expected " + mapBytes);
        }
        for (int index = 0; index < mapBytes; index++) {
            long bits = Integer.reverse(buffer.get() & 0xFF) >>> Integer.SIZE - Byte.SIZE;
            bitmap.words[index / Long.BYTES] |= bits << index % Long.BYTES * Byte.SIZE;
        }
        return bitmap;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, CHECKED_OFFSET, bytes.length - CHECKED_OFFSET);
        return (int) crc.getValue();
    }
}
