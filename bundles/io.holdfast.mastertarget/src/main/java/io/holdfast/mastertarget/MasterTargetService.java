package io.holdfast.mastertarget;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreRoom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a master target does for the configuration server. A service. Thread-safe.
 *
 * @since 1.0
 */
public interface MasterTargetService {

    /**
     * Makes a machine's keys and an empty history, if they are not there. Durable on return.
     *
     * @param machine which
     * @throws HoldfastException {@code DISK_FULL}, {@code DISK_ERROR}; may be repeated
     */
    void createHistory(MachineId machine);

    /**
     * Refuses what {@link #destroyHistory} would refuse now. Changes nothing.
     *
     * @param machine which; nothing is refused when it has no history
     * @throws HoldfastException {@code RETENTION_LOCKED}
     */
    void requireDestroyable(MachineId machine);

    /**
     * Destroys a machine's history and its keys, for good. Points of it that are offered are withdrawn. Nothing happens when it is gone.
     *
     * @param machine which
     * @throws HoldfastException {@code RETENTION_LOCKED}, and nothing is changed; {@code DISK_ERROR}; may be repeated
     */
    void destroyHistory(MachineId machine);

    /**
     * Gives a machine's history, for its head and points.
     *
     * @param machine which
     * @return the history
     * @throws HoldfastException {@code NOT_FOUND}, {@code STORE_DAMAGED}
     */
    MachineHistory history(MachineId machine);

    /**
     * Tells how much room the medium of the histories has, and whether batches are taken in.
     *
     * @return what was found now
     * @throws HoldfastException {@code DISK_ERROR}
     */
    StoreRoom room();

    /**
     * Tells what each history takes. Those that could not be opened are left out.
     *
     * @return by machine
     */
    Map<MachineId, SpaceFigures> spaces();

    /**
     * Opens an epoch in which the present writer may not write: its session ends and its batches are refused for ever. Durable on return.
     *
     * @param machine which
     * @param parent the position that the new epoch continues
     * @param cause why
     * @param writer for people
     * @return the new head
     * @throws HoldfastException as {@link MachineHistory#openEpoch}, except for a lost race, which is tried again
     */
    HistoryHead fence(MachineId machine, Position parent, EpochCause cause, String writer);

    /**
     * Offers a point over NBD until it is withdrawn, also after a restart. The point is pinned. Repeated with the same id it returns the
     * offer that is there.
     *
     * @param id of the offer
     * @param machine whose point
     * @param position which point
     * @param proven false for "latest, unproven", after the operator was told
     * @return the offer
     * @throws HoldfastException {@code POINT_NOT_FOUND}, {@code POINT_OLDER_THAN_HISTORY}, {@code NOT_FOUND}, {@code KEY_MISSING}, {@code
     *     STORE_DAMAGED}; nothing is left behind
     */
    PointExport offer(UUID id, MachineId machine, Position position, boolean proven);

    /**
     * Ends an offer. Nothing happens when there is none.
     *
     * @param id of the offer
     */
    void withdraw(UUID id);

    /**
     * Finds an offer.
     *
     * @param id of the offer
     * @return it, or nothing
     */
    Optional<PointExport> offered(UUID id);

    /**
     * Hands over the keys of a machine for which this master target is blind. They are in memory only, and dropped when the last offer of the
     * machine is withdrawn, or the node ends. Nothing happens when it is resident.
     *
     * @param machine whose
     * @param keys its keys
     */
    void handOver(MachineId machine, MachineKeys keys);

    /**
     * Drops the keys of a machine that were handed over. What is offered with them stays offered. Nothing happens when there are none.
     *
     * @param machine whose
     */
    void takeBack(MachineId machine);

    /**
     * Tells whether points of a machine can be offered: it is resident, or has been handed the keys.
     *
     * @param machine whose
     * @return false when it is blind and has no keys
     */
    boolean holdsKeys(MachineId machine);

    /**
     * Says where all ledgers and histories of the store stand.
     *
     * @param since an earlier anchor that the new one is to prove its growth from
     * @return the anchor
     * @throws HoldfastException as {@link io.holdfast.journal.RecoveryStore#anchor}
     */
    Anchor anchor(Optional<Anchor> since);

    /**
     * Compares the store with an anchor of it.
     *
     * @param anchor made earlier
     * @return what is not as it says
     * @throws HoldfastException as {@link io.holdfast.journal.RecoveryStore#compare}
     */
    List<AnchorFinding> compare(Anchor anchor);

    /**
     * Tells what is wrong with the anchors in the folder of the witness.
     *
     * @return words for people; the empty string when all is well, or there is no such folder
     */
    String witnessTrouble();
}
