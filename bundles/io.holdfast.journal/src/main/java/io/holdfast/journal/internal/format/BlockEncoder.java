package io.holdfast.journal.internal.format;

import io.holdfast.base.MachineId;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.journal.ChainDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Writes the clear header of a block. The sections lie there already or follow; {@link #finish} fills the prefix and its checksums.
 */
public final class BlockEncoder {

    private BlockEncoder() {}

    /**
     * What the prefix of a batch says, apart from what its predecessor decides.
     *
     * @param machine whose
     * @param epoch which
     * @param blockNumber which
     * @param firstSequence the first in it, or the next one
     * @param sequenceCount how many
     * @param diskTableVersion in force before it
     * @param firstUtcMillis the source's clock at its first record
     * @param lastUtcMillis the source's clock at its last record
     * @param bootId of the source
     */
    public record Identity(
            MachineId machine,
            long epoch,
            long blockNumber,
            long firstSequence,
            int sequenceCount,
            int diskTableVersion,
            long firstUtcMillis,
            long lastUtcMillis,
            UUID bootId) {}

    /**
     * How long the parts of a block are.
     *
     * @param extents count
     * @param hashes count
     * @param notes count
     * @param noteBytes all of them
     * @param plaintext bytes
     * @param payload bytes of the sealed frames
     */
    public record Lengths(int extents, int hashes, int notes, int noteBytes, int plaintext, int payload) {

        public int header() {
            return BlockLayout.hashesFrom(extents) + hashes * BlockLayout.HASH_BYTES + noteBytes;
        }

        public int frames() {
            return (plaintext + BlockLayout.FRAME_BYTES - 1) / BlockLayout.FRAME_BYTES;
        }

        public int block() {
            return header() + BlockLayout.frameTableLength(frames()) + payload;
        }
    }

    /**
     * How the payload is encoded.
     *
     * @param codecId see {@link io.holdfast.journal.Codec#id()}
     * @param codecVersion stands for the codec's implementation: another one may make other bytes, and must not do so under the same key
     * @param hashAlgorithm see {@link io.holdfast.base.hash.BlockHashAlgorithm#id()}
     * @param keyId of the data key
     */
    public record Encoding(int codecId, int codecVersion, int hashAlgorithm, long keyId) {

        /** For blocks without a payload. */
        public static final Encoding CLEAR = new Encoding(0, 0, BlockHashAlgorithm.HMAC_SHA256.id(), 0);
    }

    /**
     * Fills the prefix of a block whose sections are in place.
     *
     * @param block starts at 0
     * @param kind {@link BlockLayout#KIND_BATCH} or {@link BlockLayout#KIND_EPOCH}
     * @param identity which block
     * @param lengths how long
     * @param encoding how encoded
     * @param previous the digest of the block before
     * @return the digest of this one
     */
    public static ChainDigest finish(
            byte[] block, int kind, Identity identity, Lengths lengths, Encoding encoding, ChainDigest previous) {
        ByteBuffer bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(BlockLayout.MAGIC_AT, BlockLayout.MAGIC)
                .putShort(BlockLayout.VERSION_AT, (short) BlockLayout.VERSION)
                .put(BlockLayout.KIND, (byte) kind)
                .putInt(BlockLayout.HEADER_LENGTH, lengths.header())
                .putInt(BlockLayout.BLOCK_LENGTH, lengths.block())
                .put(BlockLayout.CODEC, (byte) encoding.codecId())
                .put(BlockLayout.HASH_ALGORITHM, (byte) encoding.hashAlgorithm())
                .putShort(BlockLayout.ENCODER_VERSION_AT, (short) BlockLayout.ENCODER_VERSION)
                .putInt(BlockLayout.CODEC_VERSION, encoding.codecVersion())
                .putInt(BlockLayout.FRAME_BYTES_AT, BlockLayout.FRAME_BYTES)
                .putLong(BlockLayout.EPOCH, identity.epoch())
                .putLong(BlockLayout.BLOCK_NUMBER, identity.blockNumber())
                .putLong(BlockLayout.FIRST_SEQUENCE, identity.firstSequence())
                .putInt(BlockLayout.SEQUENCE_COUNT, identity.sequenceCount())
                .putInt(BlockLayout.DISK_TABLE_VERSION, identity.diskTableVersion())
                .putLong(BlockLayout.FIRST_UTC, identity.firstUtcMillis())
                .putLong(BlockLayout.LAST_UTC, identity.lastUtcMillis())
                .putLong(BlockLayout.KEY_ID, encoding.keyId())
                .putInt(BlockLayout.PLAINTEXT_LENGTH, lengths.plaintext())
                .putInt(BlockLayout.EXTENT_COUNT, lengths.extents())
                .putInt(BlockLayout.HASH_COUNT, lengths.hashes())
                .putInt(BlockLayout.NOTE_COUNT, lengths.notes())
                .putInt(BlockLayout.NOTE_BYTES, lengths.noteBytes())
                .putInt(BlockLayout.FRAME_COUNT, lengths.frames())
                .put(BlockLayout.PREVIOUS_DIGEST, previous.toBytes());
        BlockLayout.putUuid(bytes, BlockLayout.MACHINE, identity.machine().value());
        BlockLayout.putUuid(bytes, BlockLayout.BOOT_ID, identity.bootId());
        int sectionsLength = lengths.header() - BlockLayout.PREFIX_BYTES;
        bytes.putInt(BlockLayout.SECTIONS_CRC, Checksums.crc32c(block, BlockLayout.PREFIX_BYTES, sectionsLength));
        bytes.putInt(
                BlockLayout.PREFIX_CRC,
                Checksums.crc32c(block, BlockLayout.MAGIC_AT, BlockLayout.PREFIX_BYTES - BlockLayout.MAGIC_AT));
        java.security.MessageDigest sha256 = Checksums.sha256();
        sha256.update(block, 0, lengths.header());
        return ChainDigest.of(sha256.digest());
    }

    /**
     * Makes the block that opens an epoch.
     *
     * @param machine whose
     * @param blockNumber which
     * @param opening what it says
     * @param previous the digest of the block before
     * @return the whole block
     */
    public static byte[] epochBlock(MachineId machine, long blockNumber, Note.Opening opening, ChainDigest previous) {
        byte[] note = NoteCodec.encode(opening);
        byte[] block = new byte[BlockLayout.PREFIX_BYTES + note.length];
        System.arraycopy(note, 0, block, BlockLayout.PREFIX_BYTES, note.length);
        long utcMillis = opening.epoch().openedUtcMillis();
        Identity identity = new Identity(
                machine,
                opening.epoch().number(),
                blockNumber,
                opening.epoch().firstSequence(),
                0,
                opening.disks().version(),
                utcMillis,
                utcMillis,
                new UUID(0, 0));
        Lengths lengths = new Lengths(0, 0, 1, note.length, 0, 0);
        finish(block, BlockLayout.KIND_EPOCH, identity, lengths, Encoding.CLEAR, previous);
        return block;
    }
}
