package io.holdfast.journal.internal.cold;

import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.format.BlockHeader;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.PlainPieces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/**
 * Codes the pieces of one block's plaintext, 64 KiB a step, at some 10 MB a second. Memory: about 12 times the pieces, at most 60 MiB. Used by one
 * thread.
 */
public final class ColdCoding {

    /**
     * Stands for what makes the bytes: XZ for Java 1.12, its preset 2, a dictionary of the pieces' length. Another number for anything that might
     * code the same plaintext otherwise.
     */
    static final int CODER = 1;

    private static final int PRESET = 2;
    private static final int STEP_BYTES = BlockLayout.FRAME_BYTES;

    private final BlockHeader header;
    private final PlainPieces pieces;
    private final MachineKeys keys;
    private final Plaintext plaintext;
    private final ByteArrayOutputStream coded = new ByteArrayOutputStream();
    private final XZOutputStream coder;
    private final CRC32C fed = new CRC32C();
    private int piece;
    private int offset;

    /** Gives a block's plaintext. */
    public interface Plaintext {

        /**
         * Gives one frame of it.
         *
         * @param frame which
         * @return its plaintext; bytes that are in no piece mean nothing
         * @throws IOException when the medium fails
         * @throws DamagedException when it is damaged
         */
        byte[] frame(int frame) throws IOException, DamagedException;
    }

    /**
     * Begins.
     *
     * @param header of the block
     * @param pieces what to code, at least one, of a block of at most {@link ColdTable#PLAINTEXT_BYTES_MAX}
     * @param keys of the machine, with the one that the header names
     * @param plaintext of the block
     */
    public ColdCoding(BlockHeader header, PlainPieces pieces, MachineKeys keys, Plaintext plaintext) {
        this.header = header;
        this.pieces = pieces;
        this.keys = keys;
        this.plaintext = plaintext;
        try {
            LZMA2Options options = new LZMA2Options(PRESET);
            options.setDictSize(Math.max(LZMA2Options.DICT_SIZE_MIN, pieces.bytes()));
            coder = new XZOutputStream(coded, options, XZ.CHECK_NONE, BasicArrayCache.getInstance());
        } catch (IOException e) {
            throw new IllegalStateException("memory takes what is written to it", e);
        }
    }

    /**
     * Codes the next 64 KiB at most, or ends the stream.
     *
     * @return true when all is coded
     * @throws IOException when the medium fails
     * @throws DamagedException when the plaintext cannot be read
     */
    public boolean step() throws IOException, DamagedException {
        int done = 0;
        while (piece < pieces.count() && done < STEP_BYTES) {
            int at = pieces.start(piece) + offset;
            int inFrame = at % BlockLayout.FRAME_BYTES;
            int length = Math.min(pieces.length(piece) - offset, BlockLayout.FRAME_BYTES - inFrame);
            byte[] frame = plaintext.frame(at / BlockLayout.FRAME_BYTES);
            coder.write(frame, inFrame, length);
            fed.update(frame, inFrame, length);
            done += length;
            offset += length;
            if (offset == pieces.length(piece)) {
                piece++;
                offset = 0;
            }
        }
        if (done > 0) {
            return false;
        }
        coder.finish();
        return true;
    }

    /**
     * Seals what was coded, once the last step was done, and opens it again to see that it is what was coded.
     *
     * @return table and content
     * @throws DamagedException when it is not
     */
    public ByteBuffer seal() throws DamagedException {
        byte[] plain = coded.toByteArray();
        byte[] stored = new byte[plain.length + BlockLayout.TAG_BYTES];
        ColdContent.cipher(CODER, pieces, header.keyId(), header.digest(), keys)
                .seal(0, plain, 0, plain.length, stored, 0);
        ColdTable table = new ColdTable(CODER, pieces, stored.length, Checksums.crc32c(stored, 0, stored.length));
        requireSame(table, stored);
        byte[] encoded = table.encode();
        return ByteBuffer.allocate(encoded.length + stored.length)
                .put(encoded)
                .put(stored)
                .flip();
    }

    private void requireSame(ColdTable table, byte[] stored) throws DamagedException {
        byte[] decoded = new byte[header.plaintextLength()];
        ColdContent.open(table, ByteBuffer.wrap(stored), header.keyId(), header.digest(), keys, decoded);
        CRC32C found = new CRC32C();
        for (int index = 0; index < pieces.count(); index++) {
            found.update(decoded, pieces.start(index), pieces.length(index));
        }
        if (found.getValue() != fed.getValue()) {
            throw DamagedException.damaged("block " + header.blockNumber() + " does not read back as it was coded");
        }
    }

    /** How much plaintext was coded. */
    public int plaintextBytes() {
        return pieces.bytes();
    }
}
