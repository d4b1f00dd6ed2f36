package io.holdfast.journal.internal.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What stands between header and content of a block that was coded anew as a whole, in place of a {@link FrameTable}:
 *
 * <pre>
 *  0  4 magic         "HFX1"
 *  4  2 version       1
 *  6  2 reserved      zero
 *  8  4 coder         stands for the implementation that coded the content
 * 12  4 count         of pieces
 * 16  . pieces        u32 first byte in the plaintext, u32 length
 *  .  4 storedLength  of the content, with its tag
 *  .  4 storedCrc     CRC-32C of the content
 *  .  4 crc           CRC-32C of all before
 * </pre>
 *
 * @param coder who coded it
 * @param pieces of the plaintext that are there, one behind the other
 * @param storedLength bytes of the content with its tag
 * @param storedCrc of these bytes
 */
public record ColdTable(int coder, PlainPieces pieces, int storedLength, int storedCrc) {

    /** Enough to tell how long a table is. */
    public static final int HEAD_BYTES = 16;

    /** The most plaintext of a block that is coded as a whole, so that reading any of it takes no longer. */
    public static final int PLAINTEXT_BYTES_MAX = 4 << 20;

    private static final int MAGIC = 0x31584648;
    private static final int TAIL_BYTES = 12;

    /** No content is longer than this: what does not shrink is not coded. */
    private static final int STORED_BYTES_MAX = PLAINTEXT_BYTES_MAX + (1 << 20);

    /**
     * Tells whether such a table starts here, and no table of frames.
     *
     * @param bytes what lies behind a header, at their position, which stays
     * @return true when it does
     */
    public static boolean startsAt(ByteBuffer bytes) {
        return bytes.remaining() >= HEAD_BYTES
                && bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.position()) == MAGIC;
    }

    /**
     * Tells how long a table is.
     *
     * @param head its first {@link #HEAD_BYTES}, at their position, which stays
     * @return bytes of all of it
     * @throws DamagedException when no table can be so long
     */
    public static int length(ByteBuffer head) throws DamagedException {
        int count = head.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(head.position() + 12);
        if (count < 1 || count > BlockLayout.HASHES_MAX) {
            throw DamagedException.damaged("a table of " + count + " pieces of plaintext");
        }
        return HEAD_BYTES + count * PlainPieces.ENCODED_BYTES + TAIL_BYTES;
    }

    /**
     * Decodes a table.
     *
     * @param header of its block
     * @param source starts with the table at its position, which stays
     * @return the table
     * @throws DamagedException when it is none of this block
     */
    public static ColdTable decode(BlockHeader header, ByteBuffer source) throws DamagedException {
        ByteBuffer bytes = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        try {
            int length = length(bytes);
            if (!startsAt(bytes)
                    || length > bytes.limit()
                    || Checksums.crc32c(bytes, 0, length - Integer.BYTES) != bytes.getInt(length - Integer.BYTES)) {
                throw DamagedException.damaged("the checksum of a table of pieces does not match");
            }
            if (bytes.getShort(4) != 1) {
                throw DamagedException.newer("a block that was coded anew", bytes.getShort(4), 1);
            }
            int count = bytes.getInt(12);
            PlainPieces pieces = PlainPieces.get(bytes.position(HEAD_BYTES), count, header.plaintextLength());
            ColdTable table = new ColdTable(bytes.getInt(8), pieces, bytes.getInt(), bytes.getInt());
            if (bytes.getShort(6) != 0
                    || header.plaintextLength() > PLAINTEXT_BYTES_MAX
                    || table.storedLength <= BlockLayout.TAG_BYTES
                    || table.storedLength > STORED_BYTES_MAX) {
                throw DamagedException.damaged("the lengths of a block that was coded anew contradict each other");
            }
            return table;
        } catch (BufferUnderflowException | IndexOutOfBoundsException _) {
            throw DamagedException.damaged("a table of pieces is shorter than it claims");
        }
    }

    /**
     * Gives what the key of the content is bound to.
     *
     * @param coder who codes it
     * @param pieces what is coded
     * @return the table's bytes up to its pieces
     */
    public static byte[] context(int coder, PlainPieces pieces) {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + pieces.count() * PlainPieces.ENCODED_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(coder)
                .putInt(pieces.count());
        pieces.put(bytes);
        return bytes.array();
    }

    /**
     * Encodes the table.
     *
     * @return its bytes
     */
    public byte[] encode() {
        byte[] context = context(coder, pieces);
        ByteBuffer bytes = ByteBuffer.allocate(context.length + TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(context).putInt(storedLength).putInt(storedCrc);
        return bytes.putInt(Checksums.crc32c(bytes, 0, bytes.position())).array();
    }

    /** Bytes of the table. */
    public int tableLength() {
        return HEAD_BYTES + pieces.count() * PlainPieces.ENCODED_BYTES + TAIL_BYTES;
    }

    /**
     * Checks the content against its checksum.
     *
     * @param stored exactly its bytes
     * @throws DamagedException when it does not match
     */
    public void check(ByteBuffer stored) throws DamagedException {
        if (stored.remaining() != storedLength
                || Checksums.crc32c(stored, stored.position(), stored.limit()) != storedCrc) {
            throw DamagedException.damaged("the checksum of a block's content does not match");
        }
    }
}
