package io.holdfast.journal.internal.format;

import io.holdfast.base.MachineId;
import io.holdfast.base.hash.BlockHashAlgorithm;
import io.holdfast.journal.ChainDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The clear header of a block: the batches of a machine and the openings of its epochs, each chained to the one before. Layout:
 * {@link BlockLayout}. Immutable; its bytes have been checked.
 */
public final class BlockHeader {

    private final ByteBuffer bytes;
    private final ChainDigest digest;
    private final List<Note> notes;
    private volatile @Nullable Sums sums;

    private BlockHeader(ByteBuffer bytes, ChainDigest digest, List<Note> notes) {
        this.bytes = bytes;
        this.digest = digest;
        this.notes = notes;
    }

    /**
     * Decodes a whole header and checks all that can be checked without its neighbours.
     *
     * @param source starts with the header at its position, which stays; copied
     * @return the header
     * @throws DamagedException when it is none
     */
    public static BlockHeader decode(ByteBuffer source) throws DamagedException {
        int length = BlockLayout.checkPrefix(source, source.position());
        if (source.remaining() < length) {
            throw DamagedException.damaged(source.remaining() + " bytes of a header of " + length);
        }
        byte[] copy = new byte[length];
        source.get(source.position(), copy);
        return adopt(copy);
    }

    /**
     * Decodes a header whose bytes nobody changes.
     *
     * @param encoded exactly the header
     * @return the header
     * @throws DamagedException when it is none
     */
    public static BlockHeader adopt(byte[] encoded) throws DamagedException {
        ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        int length = BlockLayout.checkPrefix(bytes, 0);
        if (length != encoded.length) {
            throw DamagedException.damaged(encoded.length + " bytes of a header of " + length);
        }
        int sectionsCrc = Checksums.crc32c(encoded, BlockLayout.PREFIX_BYTES, length - BlockLayout.PREFIX_BYTES);
        if (sectionsCrc != bytes.getInt(BlockLayout.SECTIONS_CRC)) {
            throw DamagedException.damaged("the checksum of a block header's sections does not match");
        }
        ChainDigest digest = ChainDigest.of(Checksums.sha256().digest(encoded));
        int notesFrom = length - bytes.getInt(BlockLayout.NOTE_BYTES);
        List<Note> notes = List.copyOf(NoteCodec.decodeAll(bytes.slice(notesFrom, length - notesFrom)));
        BlockHeader header = new BlockHeader(bytes, digest, notes);
        BlockCheck.check(header);
        return header;
    }

    /**
     * Gives the encoded header.
     *
     * @return read-only, position 0
     */
    public ByteBuffer encoded() {
        return bytes.asReadOnlyBuffer();
    }

    /**
     * Gives the SHA-256 of the encoded header.
     *
     * @return the digest that the next block names
     */
    public ChainDigest digest() {
        return digest;
    }

    /**
     * Gives the notes.
     *
     * @return in order
     */
    public List<Note> notes() {
        return notes;
    }

    public boolean isEpoch() {
        return bytes.get(BlockLayout.KIND) == BlockLayout.KIND_EPOCH;
    }

    public int headerLength() {
        return bytes.getInt(BlockLayout.HEADER_LENGTH);
    }

    public int blockLength() {
        return bytes.getInt(BlockLayout.BLOCK_LENGTH);
    }

    public int codecId() {
        return Byte.toUnsignedInt(bytes.get(BlockLayout.CODEC));
    }

    public BlockHashAlgorithm hashAlgorithm() {
        return bytes.get(BlockLayout.HASH_ALGORITHM) == BlockHashAlgorithm.NH_AES.id()
                ? BlockHashAlgorithm.NH_AES
                : BlockHashAlgorithm.HMAC_SHA256;
    }

    public MachineId machine() {
        return new MachineId(BlockLayout.getUuid(bytes, BlockLayout.MACHINE));
    }

    public UUID bootId() {
        return BlockLayout.getUuid(bytes, BlockLayout.BOOT_ID);
    }

    public long epoch() {
        return bytes.getLong(BlockLayout.EPOCH);
    }

    public long blockNumber() {
        return bytes.getLong(BlockLayout.BLOCK_NUMBER);
    }

    public long firstSequence() {
        return bytes.getLong(BlockLayout.FIRST_SEQUENCE);
    }

    public int sequenceCount() {
        return bytes.getInt(BlockLayout.SEQUENCE_COUNT);
    }

    /**
     * Gives the highest sequence in the block.
     *
     * @return one less than the first when the block holds none
     */
    public long lastSequence() {
        return firstSequence() + sequenceCount() - 1;
    }

    public int diskTableVersion() {
        return bytes.getInt(BlockLayout.DISK_TABLE_VERSION);
    }

    public long firstUtcMillis() {
        return bytes.getLong(BlockLayout.FIRST_UTC);
    }

    public long lastUtcMillis() {
        return bytes.getLong(BlockLayout.LAST_UTC);
    }

    public long keyId() {
        return bytes.getLong(BlockLayout.KEY_ID);
    }

    public int plaintextLength() {
        return bytes.getInt(BlockLayout.PLAINTEXT_LENGTH);
    }

    public int extentCount() {
        return bytes.getInt(BlockLayout.EXTENT_COUNT);
    }

    public int hashCount() {
        return bytes.getInt(BlockLayout.HASH_COUNT);
    }

    public int noteBytes() {
        return bytes.getInt(BlockLayout.NOTE_BYTES);
    }

    int noteCount() {
        return bytes.getInt(BlockLayout.NOTE_COUNT);
    }

    public int frameCount() {
        return bytes.getInt(BlockLayout.FRAME_COUNT);
    }

    /**
     * Gives the digest of the block before.
     *
     * @return zeroes for the first block of a history
     */
    public ChainDigest previous() {
        byte[] previous = new byte[ChainDigest.BYTES];
        bytes.get(BlockLayout.PREVIOUS_DIGEST, previous);
        return ChainDigest.of(previous);
    }

    public long extentPlace(int index) {
        return bytes.getLong(BlockLayout.PREFIX_BYTES + index * Extent.BYTES);
    }

    public long extentSpan(int index) {
        return bytes.getLong(BlockLayout.PREFIX_BYTES + index * Extent.BYTES + Long.BYTES);
    }

    /**
     * Copies one block hash.
     *
     * @param index which of the header's hashes
     * @param target where to
     * @param targetOffset its first byte there
     */
    public void copyHash(int index, byte[] target, int targetOffset) {
        bytes.get(
                BlockLayout.hashesFrom(extentCount()) + index * BlockLayout.HASH_BYTES,
                target,
                targetOffset,
                BlockLayout.HASH_BYTES);
    }

    /**
     * Finds the data extent that holds a byte of the plaintext.
     *
     * @param plaintextOffset which byte, within the plaintext
     * @return index of the extent
     */
    public int extentAt(int plaintextOffset) {
        int[] starts = sums().plaintext;
        int low = 0;
        int high = starts.length;
        while (high - low > 1) {
            int middle = low + high >>> 1;
            if (starts[middle] <= plaintextOffset) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Tells where an extent's bytes lie in the plaintext.
     *
     * @param index which extent
     * @return offset of its first byte
     */
    public int plaintextStart(int index) {
        return sums().plaintext[index];
    }

    /**
     * Tells where the hashes of an extent lie.
     *
     * @param index which extent
     * @return index of its first hash
     */
    public int hashStart(int index) {
        return sums().hashes[index];
    }

    /**
     * Tells about how much memory this header takes.
     *
     * @return bytes
     */
    public int memoryBytes() {
        return bytes.capacity() + extentCount() * 2 * Integer.BYTES + 256;
    }

    private Sums sums() {
        Sums known = sums;
        if (known == null) {
            known = Sums.of(this);
            sums = known;
        }
        return known;
    }

    /** For each extent, how much plaintext and how many hashes come before it. */
    private record Sums(int[] plaintext, int[] hashes) {

        static Sums of(BlockHeader header) {
            int count = header.extentCount();
            Sums sums = new Sums(new int[count], new int[count]);
            int plaintext = 0;
            int hash = 0;
            for (int index = 0; index < count; index++) {
                sums.plaintext[index] = plaintext;
                sums.hashes[index] = hash;
                long place = header.extentPlace(index);
                if (Extent.isData(place)) {
                    plaintext += (int) Extent.bytes(place, header.extentSpan(index));
                    hash += Extent.blocks(place, header.extentSpan(index));
                }
            }
            return sums;
        }
    }
}
