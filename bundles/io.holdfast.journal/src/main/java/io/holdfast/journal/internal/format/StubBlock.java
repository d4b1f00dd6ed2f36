package io.holdfast.journal.internal.format;

import io.holdfast.journal.ChainDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is left of a block that no kept point needs: its place in the chain. In segments that were cleaned; all integers little-endian.
 *
 * <pre>
 * offset size field
 *      0    4 crc            CRC-32C of [4, 96)
 *      4    4 magic          "HFD1"
 *      8    2 version        1
 *     10    2 reserved       zero
 *     12    4 sequenceCount
 *     16    8 epoch
 *     24    8 blockNumber
 *     32    8 firstSequence
 *     40   24 reserved       zero
 *     64   32 digest         of the header that the block had
 * </pre>
 *
 * @param epoch which
 * @param blockNumber counts the machine's blocks
 * @param firstSequence the first in it, or the next one
 * @param sequenceCount sequences in it
 * @param digest of the header that it had
 */
public record StubBlock(long epoch, long blockNumber, long firstSequence, int sequenceCount, ChainDigest digest) {

    /** Bytes of a stub. */
    public static final int BYTES = 96;

    private static final int MAGIC = 0x31444648;
    private static final int DIGEST_AT = 64;
    private static final int RESERVED_AT = 40;

    /**
     * Makes the stub of a block.
     *
     * @param header the block's header
     * @return what is left of it
     */
    public static StubBlock of(BlockHeader header) {
        return new StubBlock(
                header.epoch(), header.blockNumber(), header.firstSequence(), header.sequenceCount(), header.digest());
    }

    /**
     * Encodes the stub.
     *
     * @return its bytes
     */
    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4, MAGIC)
                .putShort(8, (short) BlockLayout.VERSION)
                .putInt(12, sequenceCount)
                .putLong(16, epoch)
                .putLong(24, blockNumber)
                .putLong(32, firstSequence)
                .put(DIGEST_AT, digest.toBytes());
        return bytes.putInt(0, Checksums.crc32c(bytes, 4, BYTES)).array();
    }

    /**
     * Tells whether a stub may start somewhere.
     *
     * @param source at least eight bytes from its position on, which stays
     * @return true when its magic number is there
     */
    public static boolean startsAt(ByteBuffer source) {
        return source.slice().order(ByteOrder.LITTLE_ENDIAN).getInt(4) == MAGIC;
    }

    /**
     * Decodes a stub.
     *
     * @param source starts with it at its position, which stays
     * @return the stub
     * @throws DamagedException when it is none
     */
    public static StubBlock decode(ByteBuffer source) throws DamagedException {
        if (source.remaining() < BYTES) {
            throw DamagedException.damaged(source.remaining() + " bytes of a stub of " + BYTES);
        }
        ByteBuffer bytes = source.slice(source.position(), BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(4) != MAGIC || Checksums.crc32c(bytes, 4, BYTES) != bytes.getInt(0)) {
            throw DamagedException.damaged("no stub starts here, or its checksum does not match");
        }
        if (bytes.getShort(8) != BlockLayout.VERSION) {
            throw DamagedException.newer("the stub of a block", bytes.getShort(8), BlockLayout.VERSION);
        }
        if (bytes.getShort(10) != 0 || !Checksums.isZero(bytes, RESERVED_AT, DIGEST_AT)) {
            throw DamagedException.damaged("a reserved byte of a stub is not zero");
        }
        byte[] digest = new byte[ChainDigest.BYTES];
        bytes.get(DIGEST_AT, digest);
        return new StubBlock(
                bytes.getLong(16), bytes.getLong(24), bytes.getLong(32), bytes.getInt(12), ChainDigest.of(digest));
    }
}
