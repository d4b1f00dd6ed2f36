package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreRoom;
import io.holdfast.model.PointChoice;
import io.holdfast.model.RecoveryPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the configuration server needs of a recovery store. Thread-safe; each method can be repeated.
 *
 * @since 1.0
 */
public interface StorePort {

    /**
     * An epoch that keeps the writers before it out.
     *
     * @param epoch its number
     * @param oldEnd the newest position of the history before it; {@link Position#ORIGIN} when there was none
     */
    record Fence(long epoch, Position oldEnd) {}

    /**
     * Makes a machine's keys and an empty history, if they are not there. Durable on return.
     *
     * @param machine which
     */
    void createHistory(MachineId machine);

    /**
     * Refuses what {@link #destroyHistory} would refuse now. Changes nothing.
     *
     * @param machine which; nothing is refused when it has no history
     * @throws io.holdfast.base.HoldfastException {@code RETENTION_LOCKED}
     */
    void requireDestroyable(MachineId machine);

    /**
     * Destroys a machine's history and its keys for good. Nothing happens when they are gone.
     *
     * @param machine which
     * @throws io.holdfast.base.HoldfastException {@code RETENTION_LOCKED}; nothing is changed
     */
    void destroyHistory(MachineId machine);

    /**
     * Tells the newest durable position, proven or not.
     *
     * @param machine which
     * @return the position; {@link Position#ORIGIN} while the history is empty
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND} when there is no history
     */
    Position end(MachineId machine);

    /**
     * Finds the newest recovery point of the current branch.
     *
     * @param machine which
     * @return the point; nothing when there is none or no history
     */
    Optional<RecoveryPoint> latest(MachineId machine);

    /**
     * Finds the point a choice means. Only proven points are found.
     *
     * @param machine which
     * @param choice which point
     * @return the point
     * @throws io.holdfast.base.HoldfastException {@code POINT_NOT_FOUND}, {@code POINT_OLDER_THAN_HISTORY}, {@code NOT_FOUND}
     */
    RecoveryPoint resolve(MachineId machine, PointChoice choice);

    /**
     * Lists recovery points, newest first.
     *
     * @param machine which
     * @param query which points
     * @return points; empty when there is no history
     */
    List<RecoveryPoint> points(MachineId machine, PointQuery query);

    /**
     * Opens an epoch in which the present writer may not write: its batches are refused for ever. Durable on return. Repeated with the same
     * writer's name while that epoch is still the newest, it does nothing.
     *
     * @param machine which
     * @param parent the position that the new epoch continues
     * @param cause why
     * @param writer who, at most 200 characters, different for each wish
     * @return what was opened, and where the history ended before
     */
    Fence fence(MachineId machine, Position parent, EpochCause cause, String writer);

    /**
     * Tells how much data a machine's history took in: at least what its disks use, each block counted as often as it was written.
     *
     * @param machine which
     * @return bytes
     */
    long dataBytes(MachineId machine);

    /**
     * Tells how much room the medium of the histories has, and whether batches are taken in.
     *
     * @return what was found now
     * @throws io.holdfast.base.HoldfastException {@code DISK_ERROR}
     */
    StoreRoom room();

    /**
     * Tells what each history takes, those of machines that are not protected any more included. Damaged ones are left out.
     *
     * @return by machine
     */
    Map<MachineId, SpaceFigures> spaces();

    /**
     * Tells what a history keeps and takes.
     *
     * @param machine whose
     * @return policy and figures
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    HistorySpace space(MachineId machine);

    /**
     * Sets what a history keeps. Durable on return.
     *
     * @param machine whose
     * @param retention from now on
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code INVALID_ARGUMENT}, {@code RETENTION_LOCKED}
     */
    void retain(MachineId machine, Retention retention);

    /**
     * Says where all ledgers and histories stand.
     *
     * @param since an earlier anchor that the new one is to prove its growth from
     * @return the anchor
     * @throws io.holdfast.base.HoldfastException {@code DISK_ERROR}
     */
    Anchor anchor(Optional<Anchor> since);

    /**
     * Compares the store with an anchor of it.
     *
     * @param anchor made earlier
     * @return what is not as it says
     * @throws io.holdfast.base.HoldfastException {@code INVALID_ARGUMENT} when it is one of another store, {@code DISK_ERROR}
     */
    List<AnchorFinding> compare(Anchor anchor);

    /**
     * Tells what is wrong with the anchors that the store lays down with its witness.
     *
     * @return words for people; the empty string when all is well, or there is no witness
     */
    String witnessTrouble();
}
