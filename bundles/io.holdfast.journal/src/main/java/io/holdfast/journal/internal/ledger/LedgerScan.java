package io.holdfast.journal.internal.ledger;

import io.holdfast.base.MachineId;
import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads a ledger from its start, without changing it: every record has to be whole, in its place, make the root that it says, and be signed by the
 * key in force. Stops at the first that is not. Not thread-safe.
 *
 * <p>The newest signature covers every entry before it. Checking each of them tells where a ledger was first altered; checking the last alone tells
 * whether it was.
 */
public final class LedgerScan {

    private final StoreFile file;
    private final UUID storeId;
    private final MachineId machine;
    private final long incarnation;
    private final long fileBytes;
    private final Signatures signatures;
    private final MerkleFrontier tree = new MerkleFrontier();
    private Sha256 publicKey = LedgerSignatures.NOBODY;
    private byte[] signature = new byte[LedgerSigner.SIGNATURE_BYTES];
    private long at;
    private long newestAt;

    /** Takes the entries in their order. */
    public interface Visitor {

        /**
         * Takes the next entry.
         *
         * @param index of it, from 0
         * @param entry what it says
         * @param utcMillis the store's clock when it was made
         * @param leaf its hash
         */
        void entry(long index, LedgerEntry entry, long utcMillis, Sha256 leaf);
    }

    /** Which signatures are checked. */
    public enum Signatures {
        /** Each one. */
        ALL,
        /** That of the last record, and where the signer changes. */
        NEWEST
    }

    /**
     * Where reading stopped before the end.
     *
     * @param offset of the first record that is not good
     * @param detail what is wrong with it
     * @param torn whether it can be the last record, cut off while it was written; else it is damaged
     */
    public record Stop(long offset, String detail, boolean torn) {}

    /**
     * Prepares to read.
     *
     * @param file the ledger
     * @param storeId which store it must be of
     * @param machine whose it must be
     * @param incarnation of the history
     * @param signatures which are checked
     * @throws IOException when the medium fails
     */
    public LedgerScan(StoreFile file, UUID storeId, MachineId machine, long incarnation, Signatures signatures)
            throws IOException {
        this.file = file;
        this.signatures = signatures;
        this.storeId = storeId;
        this.machine = machine;
        this.incarnation = incarnation;
        this.fileBytes = file.size();
    }

    /**
     * Reads all that is good.
     *
     * @param visitor takes the entries
     * @return where and why reading stopped; nothing when the whole file is good
     * @throws IOException when the medium fails
     */
    public Optional<Stop> run(Visitor visitor) throws IOException {
        while (at < fileBytes) {
            LedgerRecord record;
            try {
                record = recordAt(at);
            } catch (DamagedException e) {
                return Optional.of(new Stop(at, String.valueOf(e.getMessage()), !wholeRecordBehind(at)));
            }
            try {
                LedgerEntryCodec.Decoded decoded = check(record);
                Sha256 leaf = MerkleTree.leaf(record.leaf());
                visitor.entry(tree.size(), decoded.entry(), decoded.utcMillis(), leaf);
                tree.add(leaf);
                signature = record.signature();
                newestAt = at;
                at += record.encodedBytes();
            } catch (DamagedException e) {
                return Optional.of(new Stop(at, String.valueOf(e.getMessage()), false));
            }
        }
        return Optional.empty();
    }

    private LedgerRecord recordAt(long offset) throws IOException, DamagedException {
        ByteBuffer first = read(offset, LedgerRecord.ALIGNMENT_BYTES);
        int length = (int) LedgerRecord.padded(LedgerRecord.length(first));
        return LedgerRecord.decode(length == first.limit() ? first : read(offset, length));
    }

    private LedgerEntryCodec.Decoded check(LedgerRecord record) throws DamagedException {
        if (record.index() != tree.size()) {
            throw DamagedException.damaged("entry " + record.index() + "; expected entry " + tree.size());
        }
        if (!tree.rootWith(MerkleTree.leaf(record.leaf())).equals(record.root())) {
            throw DamagedException.damaged("entry " + record.index() + " does not make the tree that it names");
        }
        LedgerEntryCodec.Decoded decoded = LedgerEntryCodec.decode(record.leaf());
        Sha256 key = keyAfter(record.index(), decoded.entry());
        boolean due = signatures == Signatures.ALL || !key.equals(publicKey) || at + record.encodedBytes() >= fileBytes;
        boolean good = !due || isSignedBy(key, record);
        if (!good) {
            throw DamagedException.damaged("the signature of entry " + record.index() + " is not that of key " + key);
        }
        publicKey = key;
        return decoded;
    }

    private boolean isSignedBy(Sha256 key, LedgerRecord record) {
        if (key.equals(LedgerSignatures.NOBODY)) {
            return !record.isSigned();
        }
        byte[] statement = LedgerRecord.statement(storeId, machine, incarnation, record.index() + 1, record.root());
        return LedgerSignatures.verify(key, statement, record.signature());
    }

    private Sha256 keyAfter(long index, LedgerEntry entry) throws DamagedException {
        if ((index == 0) != entry instanceof LedgerEntry.Begun) {
            throw DamagedException.damaged("entry " + index + " is none that may stand there");
        }
        if (entry instanceof LedgerEntry.Begun begun) {
            boolean ours = begun.storeId().equals(storeId)
                    && begun.machine().equals(machine.value())
                    && begun.incarnation() == incarnation;
            if (!ours) {
                throw DamagedException.damaged("the ledger is that of store " + begun.storeId() + ", machine "
                        + begun.machine() + ", incarnation " + begun.incarnation());
            }
            return begun.publicKey();
        }
        return entry instanceof LedgerEntry.SignerChanged(var changed) ? changed : publicKey;
    }

    /** Tells whether anything that reads back as a record follows what does not: then that was not torn off the end. */
    private boolean wholeRecordBehind(long offset) throws IOException {
        for (long next = offset + LedgerRecord.ALIGNMENT_BYTES;
                next < fileBytes;
                next += LedgerRecord.ALIGNMENT_BYTES) {
            try {
                recordAt(next);
                return true;
            } catch (DamagedException _) {
                // not here; perhaps further on
            }
        }
        return false;
    }

    private ByteBuffer read(long offset, int length) throws IOException, DamagedException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        if (file.read(offset, bytes) < length) {
            throw DamagedException.damaged("the ledger ends within " + length + " bytes at " + offset);
        }
        return bytes.flip();
    }

    /**
     * Gives the end of what is good.
     *
     * @return offset behind the last good record
     */
    public long end() {
        return at;
    }

    /**
     * Gives the start of the last good record.
     *
     * @return its offset, 0 when there is none
     */
    public long newestAt() {
        return newestAt;
    }

    /**
     * Gives the tree of what is good.
     *
     * @return grown by the reading
     */
    public MerkleFrontier tree() {
        return tree;
    }

    /**
     * Gives the newest signature.
     *
     * @return zeroes when nobody signed
     */
    public byte[] signature() {
        return signature.clone();
    }

    /**
     * Gives the key in force at the end.
     *
     * @return {@link LedgerSignatures#NOBODY} when nobody signs
     */
    public Sha256 publicKey() {
        return publicKey;
    }
}
