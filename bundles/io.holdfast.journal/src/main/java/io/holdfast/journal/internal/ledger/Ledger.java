package io.holdfast.journal.internal.ledger;

import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.AnchorHead;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.retain.SequenceSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of one machine's history in an open store. Keeps in memory the roots of the tree's full parts, for each segment what its file has
 * to be, and which points are retired; everything else is read from the file when it is asked for. Appended to by the writer alone; the rest is thread-safe.
 */
public final class Ledger implements LedgerAppender {

    /** Name of the file in the machine's folder. */
    public static final String NAME = "ledger";

    private final Owner owner;
    private final String path;
    private final MerkleFrontier tree;
    private final Map<Long, FileDigest> current = new HashMap<>();
    private final List<SequenceSet.Range> retiredLately = new ArrayList<>();
    private SequenceSet retired = SequenceSet.EMPTY;
    private Sha256 publicKey;
    private byte[] signature = new byte[LedgerSigner.SIGNATURE_BYTES];
    private long end;
    private long newestAt;
    private long adopted;
    private long lockMillis;
    private LedgerEntry.@Nullable Begun first;
    private LedgerEntry.@Nullable Copied newestCopied;

    /**
     * What a store gives to all of its ledgers.
     *
     * @param files where they lie
     * @param storeId which store
     * @param signer signs, when there is one
     * @param time for labels
     */
    public record Owner(StoreFiles files, UUID storeId, Optional<LedgerSigner> signer, TimeSource time) {}

    /**
     * Whose history it is.
     *
     * @param machine the machine
     * @param incarnation of the history
     * @param folder where its files lie
     */
    public record Subject(MachineId machine, long incarnation, String folder) {}

    private final Subject subject;

    /**
     * Where a ledger stands.
     *
     * @param entries all of them durable
     * @param root tree hash over them
     * @param publicKey that signed last
     * @param signature of the tree head, as hexadecimal digits
     */
    public record Head(long entries, Sha256 root, Sha256 publicKey, String signature) {

        /**
         * Makes the line of an anchor.
         *
         * @param subject whose ledger
         * @param block number of the history's newest durable block
         * @param chain its digest
         * @param growth proof that the ledger grew out of that of an earlier anchor
         * @return the head
         */
        public AnchorHead anchored(Subject subject, long block, ChainDigest chain, Optional<AnchorHead.Growth> growth) {
            return new AnchorHead(
                    subject.machine(),
                    subject.incarnation(),
                    entries,
                    root,
                    publicKey,
                    signature,
                    block,
                    chain,
                    growth);
        }
    }

    private Ledger(Owner owner, Subject subject, MerkleFrontier tree, Sha256 publicKey, long end) {
        this.owner = owner;
        this.subject = subject;
        this.path = pathIn(subject.folder());
        this.tree = tree;
        this.publicKey = publicKey;
        this.end = end;
    }

    /**
     * Names the file.
     *
     * @param folder of the machine
     * @return its path
     */
    public static String pathIn(String folder) {
        return folder + "/" + NAME;
    }

    /**
     * Prepares a ledger where there is none. Its file is made by the first {@link #append}.
     *
     * @param owner the store
     * @param subject whose
     * @param why it is begun
     * @param adopted segments up to this number were sealed before
     * @return the ledger, still without an entry
     */
    public static Ledger begin(Owner owner, Subject subject, LedgerEntry.Beginning why, long adopted) {
        Sha256 key = LedgerSignatures.keyOf(owner.signer());
        Ledger ledger = new Ledger(owner, subject, new MerkleFrontier(), key, 0);
        ledger.adopted = adopted;
        ledger.first = new LedgerEntry.Begun(
                owner.storeId(), subject.machine().value(), subject.incarnation(), why, adopted, key);
        return ledger;
    }

    /**
     * What was found of a ledger that is there.
     *
     * @param ledger goes on behind its last good record
     * @param stop why it does not go on behind its last byte
     */
    public record Opened(Ledger ledger, Optional<LedgerScan.Stop> stop) {}

    /**
     * Opens a ledger that is there. Nothing is changed: what stands behind the last good record is cut by the next {@link #append}.
     *
     * @param owner the store
     * @param subject whose
     * @return what was found; its ledger may be empty
     * @throws IOException when it is not there or the medium fails
     */
    public static Opened open(Owner owner, Subject subject) throws IOException {
        try (StoreFile file = owner.files().open(pathIn(subject.folder()), OpenMode.READ)) {
            LedgerScan scan = scan(owner, subject, file);
            List<LedgerEntry> entries = new ArrayList<>();
            Optional<LedgerScan.Stop> stop = scan.run((_, entry, _, _) -> entries.add(entry));
            Ledger ledger = new Ledger(owner, subject, scan.tree(), scan.publicKey(), scan.end());
            ledger.newestAt = scan.newestAt();
            entries.forEach(ledger::takeIn);
            ledger.signature = scan.signature();
            return new Opened(ledger, stop);
        }
    }

    private static LedgerScan scan(Owner owner, Subject subject, StoreFile file) throws IOException {
        return new LedgerScan(
                file, owner.storeId(), subject.machine(), subject.incarnation(), LedgerScan.Signatures.NEWEST);
    }

    /**
     * Makes certain of the newest record found by {@link #open}: after a force that failed, the system may read it back and never have written it. Durable
     * on return.
     *
     * @throws IOException when the medium fails
     */
    public synchronized void settle() throws IOException {
        try (StoreFile file = owner.files().open(path, OpenMode.EXISTING)) {
            ByteBuffer newest = ByteBuffer.allocate((int) (end - newestAt));
            file.read(newestAt, newest);
            file.write(newestAt, newest.flip());
            file.force();
        }
    }

    @Override
    public synchronized void append(LedgerEntry entry) throws IOException {
        Sha256 key = LedgerSignatures.keyOf(owner.signer());
        LedgerEntry.Begun before = first;
        if (before != null) {
            owner.files().open(path, OpenMode.REPLACE).close();
            write(before);
            owner.files().forceDirectory(subject.folder());
            first = null;
        } else if (!key.equals(publicKey)) {
            write(new LedgerEntry.SignerChanged(key));
            publicKey = key;
        }
        write(entry);
    }

    private void write(LedgerEntry entry) throws IOException {
        byte[] leaf = LedgerEntryCodec.encode(entry, owner.time().utcMillis());
        Sha256 hash = MerkleTree.leaf(leaf);
        Sha256 root = tree.rootWith(hash);
        byte[] statement = LedgerRecord.statement(
                owner.storeId(), subject.machine(), subject.incarnation(), tree.size() + 1, root);
        byte[] signed = LedgerSignatures.sign(owner.signer(), statement);
        byte[] bytes = new LedgerRecord(tree.size(), root, signed, leaf).encode();
        try (StoreFile file = owner.files().open(path, OpenMode.EXISTING)) {
            if (file.size() > end) {
                file.truncate(end);
            }
            file.write(end, ByteBuffer.wrap(bytes));
            file.force();
        }
        tree.add(hash);
        end += bytes.length;
        signature = signed;
        takeIn(entry);
    }

    /** Notes what an entry says about files. */
    private void takeIn(LedgerEntry entry) {
        switch (entry) {
            case LedgerEntry.Begun begun -> adopted = begun.adopted();
            case LedgerEntry.Resumed resumed -> adopted = resumed.adopted();
            case LedgerEntry.Sealed sealed -> current.put(sealed.file().number(), sealed.file());
            case LedgerEntry.Cleaned cleaned -> {
                cleaned.inputs().forEach(file -> current.remove(file.number()));
                cleaned.outputs().forEach(file -> current.put(file.number(), file));
            }
            case LedgerEntry.Retired(var ranges, var deleted, var _, var _) -> {
                deleted.forEach(file -> current.remove(file.number()));
                ranges.forEach(range -> retiredLately.add(new SequenceSet.Range(range.first(), range.last())));
            }
            case LedgerEntry.LockSet lock -> lockMillis = lock.lockMillis();
            case LedgerEntry.Copied copied -> newestCopied = copied;
            case LedgerEntry.SetAside _,
                    LedgerEntry.SignerChanged _,
                    LedgerEntry.KeyRotated _,
                    LedgerEntry.KeyDestroyed _ -> {}
        }
    }

    /**
     * Tells what a segment's file has to be.
     *
     * @param number of the segment
     * @return by the newest entry that names it; nothing when none does
     */
    public synchronized Optional<FileDigest> current(long number) {
        return Optional.ofNullable(current.get(number));
    }

    /**
     * Tells which points were retired.
     *
     * @return every sequence that an entry says is no point any more
     */
    public synchronized SequenceSet retired() {
        if (!retiredLately.isEmpty()) {
            retired = retired.with(SequenceSet.of(retiredLately));
            retiredLately.clear();
        }
        return retired;
    }

    /**
     * Tells which retention lock was set last.
     *
     * @return age below which nothing of the history is given up, in milliseconds; 0 for none
     */
    public synchronized long lockMillis() {
        return lockMillis;
    }

    /**
     * Tells which state of another store's ledger was copied last.
     *
     * @return nothing when the history is no copy
     */
    public synchronized Optional<LedgerEntry.Copied> newestCopied() {
        return Optional.ofNullable(newestCopied);
    }

    /**
     * Tells which segments may be without an entry.
     *
     * @return the highest number that was sealed before the ledger was begun
     */
    public synchronized long adopted() {
        return adopted;
    }

    /**
     * Tells how long the file is.
     *
     * @return end of the last good record
     */
    public synchronized long end() {
        return end;
    }

    /**
     * Tells how many entries there are.
     *
     * @return all of them durable
     */
    public synchronized long size() {
        return tree.size();
    }

    /**
     * Tells where the ledger stands.
     *
     * @return its newest tree head
     */
    public synchronized Head head() {
        return new Head(
                tree.size(),
                tree.root(),
                tree.size() == 0 ? LedgerSignatures.NOBODY : publicKey,
                HexFormat.of().formatHex(signature));
    }

    /**
     * Reads the hashes of all entries again.
     *
     * @return the leaves, in order
     * @throws IOException when the medium fails or what is durable does not read back
     */
    public synchronized List<Sha256> leaves() throws IOException {
        if (tree.size() == 0) {
            return List.of();
        }
        try (StoreFile file = owner.files().open(path, OpenMode.READ)) {
            List<Sha256> leaves = new ArrayList<>();
            scan(owner, subject, file).run((_, _, _, leaf) -> leaves.add(leaf));
            if (leaves.size() < tree.size()) {
                throw new IOException(path + " ends with entry " + leaves.size() + " of " + tree.size());
            }
            return leaves;
        }
    }
}
