package io.holdfast.journal.internal.ledger;

import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.Sha256;
import java.util.List;
import java.util.UUID;

/** What a ledger records. Byte layouts: {@code docs/formats/ledger.md}; {@link LedgerEntryCodec}. Lists are not changed after they were given. */
public sealed interface LedgerEntry {

    /** The most files that one entry names, inputs and outputs each. */
    int FILES_MAX = 1_024;

    /** The most stretches of sequences that one entry names, retired and kept each. */
    int RANGES_MAX = 16_384;

    /** The most characters of a rule or a reason. */
    int TEXT_CHARACTERS_MAX = 1_000;

    /** Why a ledger was begun. */
    enum Beginning {
        /** With the history itself. */
        NEW_HISTORY,
        /** Over a history that is older than ledgers are. */
        EARLIER_FORMAT,
        /** In place of one that was missing or could not be read. */
        LEDGER_LOST
    }

    /**
     * The first entry of every ledger.
     *
     * @param storeId which store
     * @param machine whose history, as its id's value
     * @param incarnation of the history
     * @param why it was begun
     * @param adopted segments up to this number were sealed before, and get their entries later
     * @param publicKey that signs from here on; zeroes when nobody signs
     */
    record Begun(UUID storeId, UUID machine, long incarnation, Beginning why, long adopted, Sha256 publicKey)
            implements LedgerEntry {}

    /**
     * A segment was read back, checked and sealed. Of several for one number the newest counts: a crash may have undone the renaming, and the
     * same blocks may lie otherwise when they are sealed again.
     *
     * @param file the sealed file
     * @param firstBlock number of its first block
     * @param lastBlock number of its last block
     * @param firstSequence its first sequence
     * @param lastSequence its last sequence
     * @param blocksRoot Merkle root over the digests of its blocks
     * @param chain digest of its last block
     * @param adopted whether it was sealed before there was a ledger
     */
    record Sealed(
            FileDigest file,
            long firstBlock,
            long lastBlock,
            long firstSequence,
            long lastSequence,
            Sha256 blocksRoot,
            ChainDigest chain,
            boolean adopted)
            implements LedgerEntry {}

    /**
     * Segments were rewritten: the outputs hold what was live in the inputs. Blocks keep their numbers and digests, so the root that the sealing
     * recorded holds for the output as well.
     *
     * @param inputs files that the outputs stand for from now on
     * @param outputs files that are durable
     * @param rule by which, for people
     * @param kept stretches of points within the inputs that stay
     */
    record Cleaned(List<FileDigest> inputs, List<FileDigest> outputs, String rule, List<SequenceRange> kept)
            implements LedgerEntry {}

    /**
     * Points were retired: nobody can open them from now on.
     *
     * @param retired stretches of sequences that are no points any more
     * @param deleted files of which nothing is live, and that are deleted
     * @param rule by which, for people
     * @param kept stretches of points between the retired ones that stay
     */
    record Retired(List<SequenceRange> retired, List<FileDigest> deleted, String rule, List<SequenceRange> kept)
            implements LedgerEntry {}

    /**
     * What follows a block was damaged and set aside. Blocks of the same numbers that come later are others.
     *
     * @param firstBlock number of the first block set aside
     * @param firstSequence the first sequence lost with it
     * @param reason what was found
     */
    record SetAside(long firstBlock, long firstSequence, String reason) implements LedgerEntry {}

    /**
     * The ledger itself was damaged behind the entry before this one; what stood there was set aside.
     *
     * @param adopted segments up to this number may have lost their entry, and get another one later
     * @param reason what was found
     */
    record Resumed(long adopted, String reason) implements LedgerEntry {}

    /**
     * Another key signs from this entry on.
     *
     * @param publicKey of the new signer; zeroes when nobody signs
     */
    record SignerChanged(Sha256 publicKey) implements LedgerEntry {}

    /**
     * The wrapping of the history's key was changed.
     *
     * @param keyId of the history's data key
     * @param detail what was changed, for people
     */
    record KeyRotated(long keyId, String detail) implements LedgerEntry {}

    /**
     * The history's key was destroyed: the history stays provable, and nobody can read it.
     *
     * @param keyId of the data key
     */
    record KeyDestroyed(long keyId) implements LedgerEntry {}

    /**
     * The history was copied from another store, sealed segments byte by byte.
     *
     * @param storeId where from
     * @param incarnation of the history there
     * @param treeSize entries of its ledger at that time
     * @param root of its ledger
     */
    record Copied(UUID storeId, long incarnation, long treeSize, Sha256 root) implements LedgerEntry {}

    /**
     * The history has another retention lock from here on.
     *
     * @param lockMillis age below which nothing of it is given up, 0 for none
     */
    record LockSet(long lockMillis) implements LedgerEntry {}
}
