package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The room of the recovery store, and who takes it.
 *
 * @param sizeBytes the size of its medium
 * @param freeBytes what can still be written to the medium, the reserve included
 * @param reserveBytes of these, kept for maintenance: new points do not get them
 * @param intakeStopped whether new points are refused until there is room
 * @param growthBytesPerDay how much more of the medium is taken for each day, by whomever; negative when it gets less, 0 before anything is known
 * @param fullInMillis when no new points will be taken in at the present rate, or null when that is not foreseen
 * @param reachMillis how far ahead can be foreseen by now, longer the longer the room was watched; 0 before anything is known
 * @param alarm what of that is worth a person's attention
 * @param machines what each history takes, the largest first
 * @since 1.0
 */
public record StoreSpaceView(
        long sizeBytes,
        long freeBytes,
        long reserveBytes,
        boolean intakeStopped,
        long growthBytesPerDay,
        @Nullable Long fullInMillis,
        long reachMillis,
        SpaceAlarm alarm,
        List<Machine> machines) {

    /** Copies the list. Written out because the compiler drops the nullness of a compact constructor's parameters. */
    public StoreSpaceView(
            long sizeBytes,
            long freeBytes,
            long reserveBytes,
            boolean intakeStopped,
            long growthBytesPerDay,
            @Nullable Long fullInMillis,
            long reachMillis,
            SpaceAlarm alarm,
            List<Machine> machines) {
        this.sizeBytes = sizeBytes;
        this.freeBytes = freeBytes;
        this.reserveBytes = reserveBytes;
        this.intakeStopped = intakeStopped;
        this.growthBytesPerDay = growthBytesPerDay;
        this.fullInMillis = fullInMillis;
        this.reachMillis = reachMillis;
        this.alarm = alarm;
        this.machines = List.copyOf(machines);
    }

    /**
     * What one history takes.
     *
     * @param machine whose
     * @param name the machine's, or the empty string when it is not protected here any more
     * @param historyBytes all that it takes
     * @param liveBytes of these, what kept points need
     * @param reclaimableBytes of these, what no kept point needs and cleaning has left for now
     * @param intakeBytesPerDay what came in during the last day, for a whole day; 0 before anything is known
     */
    public record Machine(
            MachineId machine,
            String name,
            long historyBytes,
            long liveBytes,
            long reclaimableBytes,
            long intakeBytesPerDay) {}
}
