package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.model.Job;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.PointChoice;

/**
 * Test failover, unplanned failover, and what follows it. All need an operator; asking the same again while it lasts returns the same job.
 *
 * @since 1.0
 */
public interface FailoverControl {

    /**
     * Boots a replica of a point beside the running protection.
     *
     * @param caller who asks
     * @param machine which
     * @param point which point
     * @param network how the replica is connected
     * @return the job; done when the replica has booted
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}, {@code POINT_NOT_FOUND}, {@code POINT_OLDER_THAN_HISTORY}
     */
    Job testFailover(Caller caller, MachineId machine, PointChoice point, NetworkChoice network);

    /**
     * Removes everything a test failover made.
     *
     * @param caller who asks
     * @param machine which
     * @return the job
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}
     */
    Job cleanUpTestFailover(Caller caller, MachineId machine);

    /**
     * Fails a machine over.
     *
     * @param caller who asks
     * @param machine which
     * @param request what is asked
     * @return the job; done when the replica has booted and the commit is pending
     * @throws io.holdfast.base.HoldfastException {@code SOURCE_STILL_RUNNING} without force while the source answers and runs, {@code
     *     ILLEGAL_STATE}, {@code POINT_NOT_FOUND}, {@code POINT_OLDER_THAN_HISTORY}
     */
    Job failover(Caller caller, MachineId machine, FailoverRequest request);

    /**
     * Throws the replica of a failover away and takes up the source again.
     *
     * @param caller who asks
     * @param machine which
     * @return the job
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}
     */
    Job cancelFailover(Caller caller, MachineId machine);

    /**
     * Lets the failover stand; the replica is made independent of the recovery store while it runs.
     *
     * @param caller who asks
     * @param machine which
     * @return the job; done when the replica holds all its data itself
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}
     */
    Job commitFailover(Caller caller, MachineId machine);
}
