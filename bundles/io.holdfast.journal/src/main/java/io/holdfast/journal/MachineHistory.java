package io.holdfast.journal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The history of one machine in a recovery store. Thread-safe.
 *
 * @since 1.0
 */
public interface MachineHistory {

    /**
     * Tells whose history this is.
     *
     * @return the machine
     */
    MachineId machine();

    /**
     * Tells the newest durable state. It never goes back.
     *
     * @return the head
     */
    HistoryHead head();

    /**
     * Tells whether it takes batches here.
     *
     * @return its standing
     */
    HistoryStanding standing();

    /**
     * Makes it take batches here, whatever it was: a copy whose origin is lost, a history whose move is given up, or one that moved into a store
     * that is lost. The caller sees to it that the other store takes none any more; else the history goes on in two ways that nothing joins again.
     * Durable on return. Nothing happens when it takes batches already.
     *
     * @throws HoldfastException with {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when it could not be made durable; then nothing is
     *     changed
     */
    void release();

    /**
     * Opens a new epoch, if the head is still the expected one. Batches of older epochs that are not durable yet are dropped and refused from
     * now on. The epoch is durable on return.
     *
     * @param request what is expected and wished for
     * @return the new head: the new epoch, with the sequence that the store had
     * @throws HoldfastException with {@link ErrorCode#EPOCH_STALE} when the head is another one; {@link ErrorCode#POINT_NOT_FOUND} when the
     *     parent is not durable; {@link ErrorCode#HISTORY_IS_COPY}, {@link ErrorCode#HISTORY_MOVED} when it takes no batches here;
     *     {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when it could not be made durable. The old epoch
     *     then stays
     */
    HistoryHead openEpoch(EpochRequest request);

    /**
     * Offers a batch, in the exact bytes of {@link SealedBatch#bytes()}. Lengths, checksums, epoch, sequence and chain are checked before it
     * is taken. A batch that was taken before is answered as such.
     *
     * @param batch from position to limit; belongs to the store until the next commit has returned: nobody changes it
     * @return whether it was taken, waits or is durable already
     * @throws HoldfastException with {@link ErrorCode#PROTOCOL_ERROR} when the bytes are no whole batch of this machine,
     *     {@link ErrorCode#VERSION_UNSUPPORTED} when they are of a newer format, {@link ErrorCode#EPOCH_STALE} when the epoch is not the
     *     current one, {@link ErrorCode#SEQUENCE_CONFLICT} when the batch does not follow what was taken before it,
     *     {@link ErrorCode#HISTORY_IS_COPY}, {@link ErrorCode#HISTORY_MOVED} when the history takes none here,
     *     {@link ErrorCode#OVERLOADED} when as much as the settings allow waits for a commit, {@link ErrorCode#DISK_ERROR} when the store
     *     has stopped taking writes. Nothing is changed then
     */
    AppendResult append(ByteBuffer batch);

    /**
     * Gives the recovery points.
     *
     * @return a view that follows the history
     */
    Points points();

    /**
     * Opens a proven point.
     *
     * @param position as listed by {@link #points()}
     * @param keys the machine's keys
     * @return its disks; the caller closes it
     * @throws HoldfastException with {@link ErrorCode#POINT_NOT_FOUND} when the position is not durable or not proven,
     *     {@link ErrorCode#POINT_OLDER_THAN_HISTORY} when it has been retired, {@link ErrorCode#KEY_MISSING} when the keys are another
     *     machine's, {@link ErrorCode#STORE_DAMAGED} when the history up to there is damaged
     */
    PointImage openPoint(Position position, MachineKeys keys);

    /**
     * Opens any durable position, proven or not: for "latest, unproven", after the operator was told.
     *
     * @param position any durable position
     * @param keys the machine's keys
     * @return its disks; the caller closes it
     * @throws HoldfastException as for {@link #openPoint}
     */
    PointImage openUnproven(Position position, MachineKeys keys);

    /**
     * Opens the block hashes of the newest durable state.
     *
     * @return the hashes; the caller closes them
     * @throws HoldfastException with {@link ErrorCode#STORE_DAMAGED} or {@link ErrorCode#DISK_ERROR} when they cannot be read
     */
    BlockHashes openBlockHashes();

    /**
     * Keeps a point from being retired. Durable on return.
     *
     * @param position a durable position
     * @param reason for people, at most {@link Pin#REASON_CHARACTERS_MAX} characters
     * @return the pin
     * @throws HoldfastException with {@link ErrorCode#POINT_NOT_FOUND} when the position is not durable,
     *     {@link ErrorCode#POINT_OLDER_THAN_HISTORY} when it has been retired, {@link ErrorCode#HISTORY_IS_COPY}
     *     when that is decided elsewhere, {@link ErrorCode#OVERLOADED} when there are {@link Pin#COUNT_MAX} pins already, {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when it could not be made
     *     durable
     */
    Pin pin(Position position, String reason);

    /**
     * Takes a pin away. Durable on return. Nothing happens when it is not there.
     *
     * @param pinId as in {@link Pin#id()}
     * @throws HoldfastException with {@link ErrorCode#RETENTION_LOCKED} when the point is younger than the lock; {@link ErrorCode#HISTORY_IS_COPY} when
     *     that is decided elsewhere; {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when it could not be made durable
     */
    void unpin(long pinId);

    /**
     * Lists the pins.
     *
     * @return by id
     */
    List<Pin> pins();

    /**
     * Tells what is kept.
     *
     * @return {@link RetentionPolicy#EVERYTHING} until a policy was set
     */
    RetentionPolicy retention();

    /**
     * Sets what is kept, from now on. Durable on return. Points that the policy does not keep are retired by later steps of
     * {@link RecoveryStore#maintain}, never those younger than the lock; what was retired before does not come back.
     *
     * @param policy what is kept
     * @throws HoldfastException with {@link ErrorCode#RETENTION_LOCKED} when the lock would become shorter while history younger than the
     *     present one is there; {@link ErrorCode#HISTORY_IS_COPY} when that is decided elsewhere; {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when it could not be made durable. The old policy
     *     then stays
     */
    void setRetention(RetentionPolicy policy);

    /**
     * Lists what of the newest durable state cannot be read, because it was found damaged since the store was opened. A later write of the same range
     * mends the points behind it, and takes it from this list. No key is needed.
     *
     * @return by disk and offset, at most {@link VerifiedMachine#LOST_MAX} ranges at a time; empty again when all is mended
     * @throws HoldfastException with {@link ErrorCode#STORE_DAMAGED} or {@link ErrorCode#DISK_ERROR} when the indexes cannot be read
     */
    List<LostRange> lost();

    /**
     * Tells what the history takes and what could be taken back.
     *
     * @return the figures, as last worked out
     */
    SpaceFigures space();

    /**
     * Tells how much the history holds and takes.
     *
     * @return the figures, of what is durable
     */
    HistoryStatistics statistics();

    /**
     * Refuses what {@link #destroy} would refuse now, for whoever has to do other things before it. Changes nothing.
     *
     * @throws HoldfastException with {@link ErrorCode#RETENTION_LOCKED} when any of the history is younger than the lock
     */
    void requireDestroyable();

    /**
     * Removes the whole history for good. Once this has returned, it does not come back after a crash either, and the machine's id may be used
     * again. Images that are open are closed.
     *
     * @throws HoldfastException with {@link ErrorCode#RETENTION_LOCKED} when any of it is younger than the lock, and nothing is removed;
     *     {@link ErrorCode#DISK_FULL}, {@link ErrorCode#DISK_ERROR} when the removal could not be made durable;
     *     the history is then there or gone as a whole at the next opening of the store
     */
    void destroy();
}
