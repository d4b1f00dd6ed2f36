package io.holdfast.journal.internal.copy;

import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The history that a copy becomes. It is a legal one after each of these calls, and after a crash within them. */
public interface CopyTarget {

    /**
     * How much of a segment the target has.
     *
     * @param number which
     * @param blocks blocks in it
     * @param end where the last of them ends
     * @param sealed whether it has its index
     */
    record Held(long number, int blocks, long end, boolean sealed) {}

    /** Which store. */
    UUID storeId();

    /** Of the history in this store; 0 while there is none. */
    long incarnation();

    /** Whether it takes batches; nothing while there is no history. */
    Optional<Standing> standing();

    /**
     * Makes it a copy, an empty one when there was no history. Durable on return.
     *
     * @param standing of kind copy
     */
    void begin(Standing standing);

    /** The durable state. */
    HistoryState state();

    /**
     * Lists the segments that have no index yet.
     *
     * @return ascending
     */
    List<Held> unsealed();

    /** Counts what lies in segments, in bytes. */
    long bytes();

    /** The number of the newest segment, 0 when there is none. */
    long newestNumber();

    /**
     * Tells how much of a segment is there.
     *
     * @param number which
     * @return what is there, or nothing
     */
    Optional<Held> held(long number);

    /**
     * Tells what a sealed segment has to be.
     *
     * @param number which
     * @return as the target's own ledger has it; nothing when it has no entry
     */
    Optional<FileDigest> recorded(long number);

    /**
     * Opens a segment for comparison.
     *
     * @param number one that is there
     * @return its file; the caller closes it
     * @throws IOException when the medium fails
     */
    StoreFile read(long number) throws IOException;

    /**
     * Opens a segment for writing: one without an index, or one that is not there yet and may have been begun.
     *
     * @param number which
     * @return its file; the caller closes it
     * @throws IOException when the medium fails
     */
    StoreFile write(long number) throws IOException;

    /**
     * Drops what was written and is no part of the history, after a force that failed or bytes that do not check.
     *
     * @param number which segment
     * @throws IOException when the medium fails
     */
    void discard(long number) throws IOException;

    /** A check of blocks as they were written, in steps. */
    interface Check {

        /**
         * Checks some MiB: headers, frames, padding.
         *
         * @return true while there is more to check
         * @throws IOException when the medium fails
         * @throws DamagedException when something is damaged
         */
        boolean step() throws IOException, DamagedException;
    }

    /**
     * Begins the check of blocks.
     *
     * @param file as written; stays open until the check has ended
     * @param number of the segment
     * @param from where the first block begins
     * @param end where the last block ends
     * @return the check
     */
    Check checkBlocks(StoreFile file, long number, long from, long end);

    /**
     * Begins the check of a sealed segment.
     *
     * @param file as written; stays open until the check has ended
     * @param number of the segment
     * @param segment as the source has it; stays open until the check has ended
     * @param recorded what the source's ledger says that the file is
     * @return the check, to be given to {@link #takeSealed}
     */
    Check checkSealed(StoreFile file, long number, SourceSegment segment, Optional<FileDigest> recorded);

    /**
     * Takes written blocks into the history. The file was forced. Durable on return.
     *
     * @param number of the segment
     * @param end where the last block ends
     * @throws DamagedException when they do not go on where the history stands; those before the first that does not are taken
     */
    void takeBlocks(long number, long end) throws DamagedException;

    /**
     * Takes a whole sealed segment into the history, or gives one whose blocks it has their index. The file was forced. Durable on return.
     *
     * @param check of {@link #checkSealed}, ended
     * @throws DamagedException when it does not go on where the history stands; nothing is changed
     */
    void takeSealed(Check check) throws DamagedException;

    /**
     * Takes the source's policy, clock and retired points in place of its own. Durable on return.
     *
     * @param state of the source
     */
    void takeRetention(RetentionState state);

    /**
     * Takes the source's pins in place of its own. Durable on return.
     *
     * @param pins all of them
     */
    void takePins(PinList pins);

    /**
     * Keeps a copy of the source's ledger, and records in its own one that the history was copied; nothing happens when it has that state of it
     * already. Durable on return.
     *
     * @param store the source
     * @param incarnation of the history there
     * @param head its ledger
     * @throws IOException when the source's ledger cannot be read
     */
    void takeLedger(UUID store, long incarnation, CopySource.LedgerHead head) throws IOException;

    /**
     * Changes whether it takes batches. Durable on return.
     *
     * @param standing from now on
     */
    void change(Standing standing);
}
