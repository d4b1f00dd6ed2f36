package io.holdfast.journal.internal.verify;

import io.holdfast.base.MachineId;
import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.UnreadableException;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.LedgerEntry;
import io.holdfast.journal.internal.ledger.LedgerScan;
import io.holdfast.journal.internal.ledger.LedgerSignatures;
import io.holdfast.journal.internal.ledger.MerkleTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Reads a machine's ledger and works out what its files and blocks have to be. The newest signature covers everything; the others are looked at when it
 * does not hold, to tell where the ledger was first altered.
 */
final class LedgerCheck {

    private final String path;
    private final Findings findings;
    private final Map<Long, FileDigest> current = new HashMap<>();
    private final Set<Long> deleted = new HashSet<>();
    private final TreeMap<Long, BlockChain.Expected> blocks = new TreeMap<>();
    private final Map<Long, Sha256> blockRoots = new HashMap<>();
    private final List<Sha256> leaves = new ArrayList<>();
    private final List<LedgerEntry.Copied> copies = new ArrayList<>();
    private final RetirementCheck retirements;
    private byte[] signature = new byte[LedgerSigner.SIGNATURE_BYTES];
    private Sha256 publicKey = LedgerSignatures.NOBODY;
    private long adopted;
    private long lockMillis;

    LedgerCheck(String path, Findings findings) {
        this.path = path;
        this.findings = findings;
        this.retirements = new RetirementCheck(path, findings);
    }

    /**
     * Reads it.
     *
     * @param file open
     * @param storeId which store it has to be of
     * @param machine whose it has to be
     * @param incarnation of the history
     */
    void run(CheckedFile file, UUID storeId, MachineId machine, long incarnation) throws IOException {
        LedgerScan scan = new LedgerScan(file.raw(), storeId, machine, incarnation, LedgerScan.Signatures.NEWEST);
        Optional<LedgerScan.Stop> stop = Optional.empty();
        try {
            stop = scan.run((index, entry, _, leaf) -> {
                leaves.add(leaf);
                takeIn(index, entry);
            });
        } catch (UnreadableException e) {
            findings.damage(path, e.position(), file.size() - e.position(), String.valueOf(e.getMessage()));
        }
        findings.read(file.size());
        retirements.tell();
        publicKey = scan.publicKey();
        signature = scan.signature();
        if (stop.isPresent() && stop.get().torn()) {
            findings.tail(path, stop.get().offset(), file.size() - stop.get().offset());
        } else if (stop.isPresent()) {
            LedgerScan.Stop first = new LedgerScan(file.raw(), storeId, machine, incarnation, LedgerScan.Signatures.ALL)
                    .run((_, _, _, _) -> {})
                    .orElse(stop.get());
            findings.damage(path, first.offset(), file.size() - first.offset(), first.detail());
        }
    }

    private void takeIn(long index, LedgerEntry entry) {
        switch (entry) {
            case LedgerEntry.Begun begun -> {
                adopted = begun.adopted();
                if (begun.why() != LedgerEntry.Beginning.NEW_HISTORY) {
                    retirements.mayLackEntries();
                    findings.note(path, "was begun over " + adopted + " sealed segments: " + begun.why());
                }
            }
            case LedgerEntry.Sealed sealed -> {
                FileDigest file = sealed.file();
                current.put(file.number(), file);
                blockRoots.put(file.number(), sealed.blocksRoot());
                retirements.sealed(sealed);
                blocks.put(
                        sealed.lastBlock(),
                        new BlockChain.Expected(
                                sealed.chain(), path + ", entry " + index + " (segment " + file.number() + ")"));
            }
            case LedgerEntry.Cleaned cleaned -> {
                retirements.cleaned(index, cleaned);
                cleaned.inputs().forEach(file -> current.remove(file.number()));
                cleaned.outputs().forEach(file -> current.put(file.number(), file));
            }
            case LedgerEntry.Retired retired -> {
                retirements.retired(retired);
                retired.deleted().forEach(file -> {
                    current.remove(file.number());
                    deleted.add(file.number());
                });
            }
            case LedgerEntry.SetAside aside -> {
                blocks.tailMap(aside.firstBlock(), true).clear();
                findings.note(
                        path,
                        "entry " + index + ": blocks from " + aside.firstBlock() + " on were damaged and set aside: "
                                + aside.reason());
            }
            case LedgerEntry.Resumed resumed -> {
                adopted = Math.max(adopted, resumed.adopted());
                retirements.mayLackEntries();
                findings.note(path, "entry " + index + ": the ledger was damaged before it: " + resumed.reason());
            }
            case LedgerEntry.SignerChanged changed ->
                findings.note(path, "entry " + index + ": from here on key " + changed.publicKey() + " signs");
            case LedgerEntry.KeyDestroyed destroyed ->
                findings.note(
                        path,
                        "entry " + index + ": data key " + Long.toHexString(destroyed.keyId()) + " was destroyed");
            case LedgerEntry.Copied copied -> copies.add(copied);
            case LedgerEntry.LockSet lock -> lockMillis = lock.lockMillis();
            case LedgerEntry.KeyRotated _ -> {}
        }
    }

    /** What the newest entry says of a segment's file. */
    Optional<FileDigest> current(long number) {
        return Optional.ofNullable(current.get(number));
    }

    /** The root over the digests of a segment's blocks, as it was sealed. */
    Optional<Sha256> blocksRoot(long number) {
        return Optional.ofNullable(blockRoots.get(number));
    }

    /** The newest state of another store's ledger that was copied with the history. */
    Optional<LedgerEntry.Copied> copied(UUID storeId, long incarnation) {
        return copies.reversed().stream()
                .filter(copied -> copied.storeId().equals(storeId) && copied.incarnation() == incarnation)
                .findFirst();
    }

    /** Whether the ledger begins with a tree. */
    boolean growsOutOf(long size, Sha256 root) {
        return size <= leaves.size()
                && MerkleTree.root(leaves.subList(0, (int) size)).equals(root);
    }

    /** There is no ledger, and need not be one. */
    void adoptAll() {
        adopted = Long.MAX_VALUE;
        retirements.mayLackEntries();
    }

    /** Which points are retired, by its entries. */
    RetirementCheck retirements() {
        return retirements;
    }

    /** Compares the lock that a history's retention claims with the one that was set last. */
    void compareLock(String file, long claimedMillis) {
        if (claimedMillis < lockMillis) {
            findings.note(
                    file,
                    "claims a lock of " + claimedMillis + " ms; the ledger has one of " + lockMillis
                            + " ms, which holds");
        }
    }

    /** Whether a segment may be gone. */
    boolean isDeleted(long number) {
        return deleted.contains(number);
    }

    /** Whether a sealed segment may have no entry. */
    boolean mayLackEntry(long number) {
        return number <= adopted;
    }

    /** What the ledger says of blocks. */
    Map<Long, BlockChain.Expected> blocks() {
        return blocks;
    }

    List<Sha256> leaves() {
        return leaves;
    }

    Ledger.Head head() {
        return new Ledger.Head(
                leaves.size(),
                MerkleTree.root(leaves),
                publicKey,
                HexFormat.of().formatHex(signature));
    }

    Optional<Sha256> signer() {
        return publicKey.equals(LedgerSignatures.NOBODY) ? Optional.empty() : Optional.of(publicKey);
    }
}
