package io.holdfast.adapter;

import io.holdfast.base.HoldfastException;
import java.util.List;
import java.util.Optional;

/**
 * A hold on one source machine. Methods are called by one thread at a time; each is bounded by 10 seconds unless it says otherwise and
 * throws {@link HoldfastException} with the state unchanged unless it says otherwise.
 *
 * @since 1.0
 */
public interface SourceSession extends AutoCloseable {

    /**
     * Asks the hypervisor now.
     *
     * @return what is there
     */
    SourceDescription describe();

    /**
     * Starts to note changed blocks of every disk under a name of ours. A disk that has a bitmap of that name keeps it.
     *
     * @param bitmap 1 to 60 letters, digits, dots and hyphens
     */
    void addBitmap(String bitmap);

    /**
     * Forgets a bitmap on every disk that has it.
     *
     * @param bitmap its name
     */
    void removeBitmap(String bitmap);

    /**
     * Lists the bitmaps of ours that <i>every</i> disk has; what only some disks have cannot tell the delta and counts as absent.
     *
     * @return names, oldest first
     */
    List<String> bitmaps();

    /**
     * From its return on, every write that the guest gets acknowledged has been acknowledged by the capture targets before. No copy is
     * made: what the disks hold already is read by {@link #openReader}.
     *
     * @param targets one for each disk of the machine
     * @throws HoldfastException {@code BLOCK_JOB_CONFLICT} naming another job on a node; nothing of ours is left on any disk
     */
    void startCapture(List<CaptureTarget> targets);

    /** Ends the capture cleanly while the targets still answer; bitmaps go on. Writes are no longer seen after return. */
    void stopCapture();

    /** Ends the capture at once, whatever the targets do; guest writes under way complete without error. Bitmaps go on. */
    void cutCapture();

    /**
     * Checks that every disk's capture has been unbroken since {@link #startCapture}: a round trip to the hypervisor that begins after this
     * call and finds every job ready, with no event before it that says otherwise.
     *
     * @return nothing when unbroken, else the reason for people
     */
    Optional<String> prove();

    /**
     * Opens a disk of the running machine for reading. Reads see at least every write acknowledged before they began.
     *
     * @param diskIdentity which disk
     * @param bitmaps bitmaps whose union {@link DiskReader#dirty} reports; empty for the whole disk
     * @return the reader; close it
     */
    DiskReader openReader(String diskIdentity, List<String> bitmaps);

    /** Lets go: ends the capture (cleanly if the targets answer, else by cutting), keeps bitmaps, ends the guard. Idempotent. */
    @Override
    void close();
}
