package io.holdfast.adapter;

import java.time.Duration;

/**
 * Runs replicas of machines on one kind of hypervisor. A service, found by {@link #name()}.
 *
 * <p>A replica starts on the NBD exports of a recovery point and keeps its own writes in overlays that the hypervisor holds. It runs apart
 * from us: it lives on when our process ends, and is found again by its {@link ReplicaPlace} alone. While an export is away, the replica
 * waits for it, however long; it never sees an I/O error because of us. Hydrating copies what it still needs of the exports; after that it
 * needs nothing of ours.
 *
 * <p>What the server of an export owes: it comes back at the same socket and serves the same bytes; when it stops, or cannot read its store,
 * it closes connections and answers no request with an error.
 *
 * <p>A folder that holds another replica is refused by every method with {@code ALREADY_EXISTS} and left as it is.
 *
 * <p>Every method can be repeated after any failure, also one of our own process in the middle of it, and goes on from what is there. It
 * is thread-safe: calls for one place follow each other, calls for different places do not wait for each other beyond a few seconds.
 *
 * @since 1.0
 */
public interface TargetAdapter {

    /**
     * Names the kind of hypervisor.
     *
     * @return for example {@code kvm}
     */
    String name();

    /**
     * Looks whether a replica could be created and started here now, and changes nothing. Bounded by 30 seconds, most of them spent once
     * to try what the host's processor can do.
     *
     * @param spec the wish
     * @throws io.holdfast.base.HoldfastException {@code HYPERVISOR_NOT_FOUND}, {@code HYPERVISOR_TOO_OLD}, {@code DISK_FULL}, {@code
     *     OUT_OF_MEMORY}, {@code NOT_FOUND} naming a missing network or firmware, or {@code INVALID_ARGUMENT}
     */
    void check(ReplicaSpec spec);

    /**
     * Creates a replica that does not run yet. On return everything is durable. The exports are not contacted. When the replica is there
     * already, nothing changes.
     *
     * @param spec the wish
     * @throws io.holdfast.base.HoldfastException as {@link #check}; {@code ALREADY_EXISTS} when the folder holds a replica made from
     *     another wish; {@code ILLEGAL_STATE} while it is being destroyed
     */
    void create(ReplicaSpec spec);

    /**
     * Starts a replica, or lets one go on that stands still because of its storage. Returns when the guest's processors run; a replica that
     * runs is left alone. Bounded by 60 seconds.
     *
     * @param place which
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}; {@code REPLICA_START_FAILED} with the hypervisor's own words, for
     *     example that an export does not answer; {@code OUT_OF_MEMORY}; {@code REPLICA_INVALID} when its files are damaged
     */
    void start(ReplicaPlace place);

    /**
     * Looks at a replica. Bounded by 10 seconds. Keeps the console log within its bound on the way.
     *
     * @param place which
     * @return what is there; {@link ReplicaStatus.State#ABSENT} when nothing is
     * @throws io.holdfast.base.HoldfastException {@code REPLICA_INVALID} when its state file is damaged
     */
    ReplicaStatus status(ReplicaPlace place);

    /**
     * Stops a replica: asks the guest to shut down, and ends the hypervisor when it has not. Its disks stay.
     *
     * @param place which; one that is absent or does not run is left alone
     * @param grace how long the guest may take, 0 to 10 minutes; 0 ends it at once
     * @throws io.holdfast.base.HoldfastException {@code TIMEOUT} when the process is there 20 seconds after it was killed
     */
    void stop(ReplicaPlace place, Duration grace);

    /**
     * Copies in the background what a running replica still needs of its exports. Returns at once. Repeated, it sets the new limit, and
     * goes on where a break has left it. A restart of the replica ends it, and an export that stayed away for long may leave it standing:
     * call it again for as long as {@link ReplicaStatus.Hydration} is neither active nor complete.
     *
     * @param place which; must run
     * @param bytesPerSecondMax limit over all disks, 0 for none
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}; {@code ILLEGAL_STATE} when it does not run; {@code NETWORK} when an
     *     export that it needs is away
     */
    void hydrate(ReplicaPlace place, long bytesPerSecondMax);

    /**
     * Tells whether a replica needs its exports no more. Once true it stays true, also over a loss of power: the exports may be closed.
     *
     * @param place which
     * @return true when every disk is whole
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, or as {@link #status}
     */
    boolean isHydrated(ReplicaPlace place);

    /**
     * Ends a replica at once and removes all it left, disks included. An absent replica is no error; one whose state file is damaged is
     * removed as well. Files that no replica leaves stay.
     *
     * @param place which
     * @throws io.holdfast.base.HoldfastException as {@link #stop}; the rest is removed by the next call
     */
    void destroy(ReplicaPlace place);
}
