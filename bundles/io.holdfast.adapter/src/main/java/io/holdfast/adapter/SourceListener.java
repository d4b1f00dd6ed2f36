package io.holdfast.adapter;

/**
 * Hears what happens at a source by itself. Called on one thread of the adapter, one call at a time; must return soon.
 *
 * @since 1.0
 */
public interface SourceListener {

    /**
     * A disk's capture ended without our asking: its mirror failed, was cancelled by somebody or was cut by the guard. No proof is given
     * any more until capture was started again.
     *
     * @param diskIdentity which disk, or empty when all
     * @param reason for people
     */
    void captureBroken(String diskIdentity, String reason);

    /**
     * The disks are no longer as described: added, removed, resized, or another active node.
     *
     * @param reason for people
     */
    void disksChanged(String reason);

    /**
     * The guest was paused, goes on, was reset or was shut down inside a hypervisor process that lives on. For information.
     *
     * @param event the hypervisor's name of it, for example {@code STOP}, {@code RESUME}, {@code RESET}, {@code SHUTDOWN}
     */
    void guestEvent(String event);

    /**
     * The hypervisor's process is gone.
     *
     * @param captureUnbroken true when up to its end every disk's capture was whole and no event said otherwise: then every write it
     *     acknowledged has reached the capture server
     * @param clean true when it announced a shutdown first
     * @param reason for people
     */
    void sourceGone(boolean captureUnbroken, boolean clean, String reason);

    /**
     * The guard died. The adapter starts a new one; if it can't within half the write bound, it breaks the capture itself.
     *
     * @param reason for people
     */
    void guardLost(String reason);
}
