package io.holdfast.journal.internal.ledger;

import io.holdfast.base.MachineId;
import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Envelope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * One record of the file {@code ledger}: an entry with the tree head that it makes, signed. Starts at a multiple of 4,096 bytes and is padded with
 * zeroes to one, so no sector of a durable record is ever written again. Body of an {@link Envelope} "HFL1":
 *
 * <pre>
 *   0  8 index      of the entry, from 0
 *   8  4 length     of the entry
 *  12  4 reserved   zero
 *  16 32 root       of the tree of index + 1 entries
 *  48 64 signature  of the tree head; zeroes when nobody signs
 * 112  . entry      the leaf
 * </pre>
 *
 * @param index of the entry
 * @param root of the tree with it
 * @param signature of the tree head
 * @param leaf the entry's bytes
 */
public record LedgerRecord(long index, Sha256 root, byte[] signature, byte[] leaf) {

    static final int ALIGNMENT_BYTES = 4096;
    static final int BODY_BYTES_MAX = 1 << 20;

    private static final int MAGIC = 0x314C4648;
    private static final int HEAD_BYTES = 112;
    private static final byte[] HEAD_LABEL = "holdfast ledger head 1\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * What is signed: the label {@code holdfast ledger head 1} and a line feed in ASCII, 16 store, 16 machine, u64 incarnation, u64 size, 32 root.
     *
     * @param storeId which store
     * @param machine whose ledger
     * @param incarnation of the history
     * @param size entries of the tree
     * @param root tree hash over them
     * @return the bytes to sign
     */
    public static byte[] statement(UUID storeId, MachineId machine, long incarnation, long size, Sha256 root) {
        return ByteBuffer.allocate(HEAD_LABEL.length + 80)
                .put(HEAD_LABEL)
                .putLong(storeId.getMostSignificantBits())
                .putLong(storeId.getLeastSignificantBits())
                .putLong(machine.value().getMostSignificantBits())
                .putLong(machine.value().getLeastSignificantBits())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(incarnation)
                .putLong(size)
                .put(root.toBytes())
                .array();
    }

    static long padded(long length) {
        return (length + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    }

    boolean isSigned() {
        return !Arrays.equals(signature, new byte[LedgerSigner.SIGNATURE_BYTES]);
    }

    /** Tells how long the record is, with its padding. */
    long encodedBytes() {
        return padded((long) Envelope.HEAD_BYTES + HEAD_BYTES + leaf.length);
    }

    /** Encodes the record with its padding. */
    public byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(HEAD_BYTES + leaf.length).order(ByteOrder.LITTLE_ENDIAN);
        body.putLong(index).putInt(leaf.length).putInt(0);
        body.put(root.toBytes()).put(signature).put(leaf);
        byte[] framed = Envelope.wrap(MAGIC, body.array());
        return Arrays.copyOf(framed, (int) padded(framed.length));
    }

    /** Tells how long the record is that starts here, without padding. */
    static int length(ByteBuffer start) throws DamagedException {
        return Envelope.length("a record of the ledger", start, MAGIC, BODY_BYTES_MAX);
    }

    /** Decodes a record with its padding. */
    static LedgerRecord decode(ByteBuffer bytes) throws DamagedException {
        ByteBuffer body = Envelope.open("a record of the ledger", bytes, MAGIC, BODY_BYTES_MAX);
        int length = body.limit() < HEAD_BYTES ? -1 : body.getInt(8);
        if (length != body.limit() - HEAD_BYTES || body.getInt(12) != 0) {
            throw DamagedException.damaged(
                    "a record of the ledger has " + body.limit() + " bytes of an entry of " + length);
        }
        int end = bytes.position() + Envelope.HEAD_BYTES + body.limit();
        if (!Checksums.isZero(bytes, end, bytes.limit())) {
            throw DamagedException.damaged("the padding of a record of the ledger is not zero");
        }
        byte[] root = new byte[Sha256.BYTES];
        byte[] signature = new byte[LedgerSigner.SIGNATURE_BYTES];
        byte[] leaf = new byte[length];
        body.get(16, root).get(48, signature).get(HEAD_BYTES, leaf);
        return new LedgerRecord(body.getLong(0), Sha256.of(root), signature, leaf);
    }
}
