package io.holdfast.journal.internal.cold;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.internal.build.FrameCipher;
import io.holdfast.journal.internal.format.BlockLayout;
import io.holdfast.journal.internal.format.ColdTable;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.PlainPieces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.tukaani.xz.XZInputStream;

/** Opens the content of a block that was coded anew: AES-256-GCM under a key of its own, an XZ stream of the pieces one behind the other. */
public final class ColdContent {

    /** More than a dictionary as long as the longest content takes to be decoded. */
    private static final int MEMORY_KIBIBYTES_MAX = 16 << 10;

    private ColdContent() {}

    /**
     * Opens and decodes.
     *
     * @param table of the block
     * @param stored the content with its tag, checked against the table
     * @param keyId which data key the block's header names
     * @param digest of the block's header
     * @param keys of the machine
     * @param plaintext of the whole block; the pieces are put where they belong
     * @throws DamagedException when the tag does not match, or the content is not what the table says
     */
    public static void open(
            ColdTable table, ByteBuffer stored, long keyId, ChainDigest digest, MachineKeys keys, byte[] plaintext)
            throws DamagedException {
        byte[] sealed = new byte[stored.remaining()];
        stored.get(stored.position(), sealed);
        byte[] coded = new byte[sealed.length - BlockLayout.TAG_BYTES];
        cipher(table.coder(), table.pieces(), keyId, digest, keys).open(0, sealed, 0, sealed.length, coded, 0);
        PlainPieces pieces = table.pieces();
        try (InputStream in = new XZInputStream(new ByteArrayInputStream(coded), MEMORY_KIBIBYTES_MAX)) {
            for (int index = 0; index < pieces.count(); index++) {
                if (in.readNBytes(plaintext, pieces.start(index), pieces.length(index)) < pieces.length(index)) {
                    throw DamagedException.damaged("the content of a block ends within its pieces");
                }
            }
            if (in.read() >= 0) {
                throw DamagedException.damaged("the content of a block goes on behind its pieces");
            }
        } catch (IOException e) {
            throw DamagedException.damaged("the content of a block is no whole XZ stream: " + e.getMessage());
        }
    }

    /** The key is bound to everything that the coded bytes depend on, so no key ever meets two of them. */
    static FrameCipher cipher(int coder, PlainPieces pieces, long keyId, ChainDigest digest, MachineKeys keys) {
        return new FrameCipher(keys.deriveColdKey(keyId, digest, ColdTable.context(coder, pieces)), digest);
    }
}
