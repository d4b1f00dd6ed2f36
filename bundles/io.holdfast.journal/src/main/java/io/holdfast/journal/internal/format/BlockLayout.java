package io.holdfast.journal.internal.format;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Where things lie in a block; all integers little-endian. {@code docs/formats/batch.md} is the same table with reasons.
 *
 * <pre>
 * offset size field
 *      0    4 prefixCrc          CRC-32C of [4, 192)
 *      4    4 magic              "HFB1"
 *      8    2 version            1
 *     10    1 kind               1 batch, 2 epoch
 *     11    1 flags              bit 0: sparse (writes were coalesced); the others zero
 *     12    4 headerLength       prefix and sections
 *     16    4 blockLength        header, frame table and payload
 *     20    1 codec              0 none, 1 LZ4, 2 Zstandard
 *     21    1 hashAlgorithm      1 HMAC-SHA256, first 96 bits; 2 NH with AES; of no meaning without hashes
 *     22    2 encoderVersion     of the rules by which a builder cuts and encodes
 *     24    4 codecVersion       stands for the codec's implementation
 *     28    4 frameBytes         plaintext of a frame: 65,536
 *     32   16 machine
 *     48    8 epoch
 *     56    8 blockNumber        counts the machine's blocks from 1
 *     64    8 firstSequence
 *     72    4 sequenceCount      0 to 65,536
 *     76    4 diskTableVersion   in force before the first record
 *     80    8 firstUtcMillis
 *     88    8 lastUtcMillis
 *     96   16 bootId
 *    112    8 keyId
 *    120    4 plaintextLength
 *    124    4 extentCount
 *    128    4 hashCount
 *    132    4 noteCount
 *    136    4 noteBytes
 *    140    4 frameCount
 *    144   32 previousDigest
 *    176    4 sectionsCrc        CRC-32C of [192, headerLength)
 *    180   12 reserved           zero
 *    192    . extents            16 bytes each
 *      .    . hashes             12 bytes each
 *      .    . notes
 * headerLength
 *           . frame table        8 bytes a frame: stored length (bit 31: compressed), CRC-32C; then CRC-32C of the table
 *           . payload            the frames, each with its 16-byte tag
 * </pre>
 */
public final class BlockLayout {

    public static final int VERSION = 1;
    public static final int MAGIC = 0x31424648;
    public static final int KIND_BATCH = 1;
    public static final int KIND_EPOCH = 2;
    public static final int ENCODER_VERSION = 1;
    public static final int FRAME_BYTES = 1 << 16;
    public static final int TAG_BYTES = 16;
    public static final int HASH_BYTES = 12;
    public static final int PREFIX_BYTES = 192;
    public static final int FRAME_ENTRY_BYTES = 8;

    /** The most sequences of a batch. */
    public static final int SEQUENCES_MAX = 1 << 16;

    /** The most extents of a batch; also bounds what a reader allocates for one. */
    public static final int EXTENTS_MAX = 1 << 16;

    /** The most block hashes of a batch. */
    public static final int HASHES_MAX = 1 << 16;

    /** The most bytes of notes in a batch: the largest disk table and some. */
    public static final int NOTE_BYTES_MAX = 1 << 20;

    /** The most plaintext of a batch: one record of 32 MiB on top of a full batch. */
    public static final int PLAINTEXT_BYTES_MAX = 48 << 20;

    public static final int HEADER_BYTES_MAX =
            PREFIX_BYTES + EXTENTS_MAX * Extent.BYTES + HASHES_MAX * HASH_BYTES + NOTE_BYTES_MAX;

    public static final int BLOCK_BYTES_MAX = HEADER_BYTES_MAX
            + PLAINTEXT_BYTES_MAX
            + (PLAINTEXT_BYTES_MAX / FRAME_BYTES + 1) * (FRAME_ENTRY_BYTES + TAG_BYTES);

    static final int PREFIX_CRC = 0;
    /** Offset of the magic number. */
    public static final int MAGIC_AT = 4;

    static final int VERSION_AT = 8;
    static final int KIND = 10;
    static final int FLAGS = 11;
    static final int HEADER_LENGTH = 12;
    static final int BLOCK_LENGTH = 16;
    static final int CODEC = 20;
    static final int HASH_ALGORITHM = 21;
    static final int ENCODER_VERSION_AT = 22;
    static final int CODEC_VERSION = 24;
    static final int FRAME_BYTES_AT = 28;
    static final int MACHINE = 32;
    static final int EPOCH = 48;
    static final int BLOCK_NUMBER = 56;
    static final int FIRST_SEQUENCE = 64;
    static final int SEQUENCE_COUNT = 72;
    static final int DISK_TABLE_VERSION = 76;
    static final int FIRST_UTC = 80;
    static final int LAST_UTC = 88;
    static final int BOOT_ID = 96;
    static final int KEY_ID = 112;
    static final int PLAINTEXT_LENGTH = 120;
    static final int EXTENT_COUNT = 124;
    static final int HASH_COUNT = 128;
    static final int NOTE_COUNT = 132;
    static final int NOTE_BYTES = 136;
    static final int FRAME_COUNT = 140;
    static final int PREVIOUS_DIGEST = 144;
    static final int SECTIONS_CRC = 176;
    static final int RESERVED = 180;

    private BlockLayout() {}

    /**
     * Tells where the hashes start.
     *
     * @param extentCount as in the header
     * @return offset within the block
     */
    static int hashesFrom(int extentCount) {
        return PREFIX_BYTES + extentCount * Extent.BYTES;
    }

    /**
     * Tells how long the frame table is.
     *
     * @param frameCount as in the header
     * @return bytes; 0 when there are no frames
     */
    public static int frameTableLength(int frameCount) {
        return frameCount == 0 ? 0 : frameCount * FRAME_ENTRY_BYTES + Integer.BYTES;
    }

    /**
     * Checks the prefix of a block: the checksum first, then every length in it.
     *
     * @param source holds at least the prefix from {@code at} on
     * @param at where the block starts
     * @return the header's length
     * @throws DamagedException when no block starts here
     */
    public static int checkPrefix(ByteBuffer source, int at) throws DamagedException {
        if (source.limit() - at < PREFIX_BYTES) {
            throw DamagedException.damaged(source.limit() - at + " bytes; a block has at least " + PREFIX_BYTES);
        }
        ByteBuffer bytes = source.slice(at, PREFIX_BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(MAGIC_AT) != MAGIC) {
            throw DamagedException.damaged("no block starts here: its magic number is missing");
        }
        if (Checksums.crc32c(bytes, MAGIC_AT, PREFIX_BYTES) != bytes.getInt(PREFIX_CRC)) {
            throw DamagedException.damaged("the checksum of a block's prefix does not match");
        }
        if (bytes.getShort(VERSION_AT) != VERSION) {
            throw DamagedException.newer("the block", bytes.getShort(VERSION_AT), VERSION);
        }
        require("extents", bytes.getInt(EXTENT_COUNT), EXTENTS_MAX);
        require("hashes", bytes.getInt(HASH_COUNT), HASHES_MAX);
        require("bytes of notes", bytes.getInt(NOTE_BYTES), NOTE_BYTES_MAX);
        require("bytes of plaintext", bytes.getInt(PLAINTEXT_LENGTH), PLAINTEXT_BYTES_MAX);
        require("sequences", bytes.getInt(SEQUENCE_COUNT), SEQUENCES_MAX);
        int headerLength = hashesFrom(bytes.getInt(EXTENT_COUNT))
                + bytes.getInt(HASH_COUNT) * HASH_BYTES
                + bytes.getInt(NOTE_BYTES);
        int frames = (bytes.getInt(PLAINTEXT_LENGTH) + FRAME_BYTES - 1) / FRAME_BYTES;
        int blockLength = bytes.getInt(BLOCK_LENGTH);
        long payloadMost = bytes.getInt(PLAINTEXT_LENGTH) + (long) frames * TAG_BYTES;
        long least = (long) headerLength + frameTableLength(frames) + (long) frames * (TAG_BYTES + 1);
        if (bytes.getInt(HEADER_LENGTH) != headerLength
                || bytes.getInt(FRAME_COUNT) != frames
                || blockLength < least
                || blockLength > headerLength + frameTableLength(frames) + payloadMost) {
            throw DamagedException.damaged("the lengths of a block contradict each other");
        }
        return headerLength;
    }

    /**
     * Reads the length of a whole block whose prefix has been checked.
     *
     * @param source holds the prefix
     * @param at where the block starts
     * @return bytes
     */
    public static int blockLength(ByteBuffer source, int at) {
        return source.slice(at, PREFIX_BYTES)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(BLOCK_LENGTH);
    }

    private static void require(String what, int value, int most) throws DamagedException {
        if (value < 0 || value > most) {
            throw DamagedException.damaged(value + " " + what + "; expected 0 to " + most);
        }
    }

    static UUID getUuid(ByteBuffer bytes, int at) {
        return new UUID(Long.reverseBytes(bytes.getLong(at)), Long.reverseBytes(bytes.getLong(at + Long.BYTES)));
    }

    static void putUuid(ByteBuffer bytes, int at, UUID value) {
        bytes.putLong(at, Long.reverseBytes(value.getMostSignificantBits()));
        bytes.putLong(at + Long.BYTES, Long.reverseBytes(value.getLeastSignificantBits()));
    }
}
