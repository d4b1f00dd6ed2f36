package io.holdfast.journal.internal.copy;

import io.holdfast.base.MachineId;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.retain.RetentionState;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** A history that is copied, while it may go on growing. */
public interface CopySource {

    /** Which store. */
    UUID storeId();

    /** Whose history. */
    MachineId machine();

    /** Of the history in this store. */
    long incarnation();

    /** Whether it takes batches, and where its segments come from. */
    Standing standing();

    /**
     * Sees to it that everything durable lies in segments.
     *
     * @return the durable state then
     */
    HistoryState gather();

    /**
     * Opens a segment for reading.
     *
     * @param number which
     * @return the segment, as it is now; nothing when there is none of that number. The caller closes it
     * @throws IOException when the medium fails
     * @throws DamagedException when its index is damaged
     */
    Optional<SourceSegment> segment(long number) throws IOException, DamagedException;

    /**
     * Counts what lies in segments.
     *
     * @param number the first segment to count
     * @return bytes
     */
    long bytesFrom(long number);

    /**
     * Tells what a sealed segment has to be.
     *
     * @param number which
     * @return as the history's ledger has it; nothing when it has no entry
     */
    Optional<FileDigest> recorded(long number);

    /**
     * The ledger of the history.
     *
     * @param file its bytes, open for reading; nothing while it has no entry. Whoever asked closes it
     * @param bytes how many of them are whole records
     * @param entries how many
     * @param root over them
     */
    record LedgerHead(Optional<StoreFile> file, long bytes, long entries, Sha256 root) {}

    /**
     * Opens the history's ledger.
     *
     * @return as it is now
     * @throws IOException when the medium fails
     */
    LedgerHead ledger() throws IOException;

    /**
     * Gives what is kept and what is retired. It names at least what was retired before any segment that {@link #segment} has given was written.
     */
    RetentionState retention();

    /** Gives the pins. */
    PinList pins();

    /**
     * Changes whether it takes batches. Batches taken before are durable on return, later ones refused. Durable on return.
     *
     * @param standing from now on
     */
    void change(Standing standing);

    /** Removes the history for good. */
    void destroy();
}
