package io.holdfast.configserver;

import io.holdfast.base.MachineId;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.model.Job;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.PointChoice;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.SourceFacts;
import java.util.List;

/**
 * Machines and their protection. Looking needs a viewer, changing an operator.
 *
 * @since 1.0
 */
public interface MachineControl {

    /** The most points one listing returns. */
    int POINTS_MAX = 1_000;

    /**
     * Lists the machines.
     *
     * @param caller who asks
     * @return by name
     */
    List<MachineView> list(Caller caller);

    /**
     * Finds a machine.
     *
     * @param caller who asks
     * @param machine which
     * @return its view
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    MachineView get(Caller caller, MachineId machine);

    /**
     * Finds a machine by its name or the text of its id.
     *
     * @param caller who asks
     * @param nameOrId the name, else the id
     * @return its view
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    MachineView find(Caller caller, String nameOrId);

    /**
     * Has an agent look at a machine and changes nothing. Bounded by 15 seconds.
     *
     * @param caller who asks
     * @param agent name or id of the agent
     * @param address where the machine is
     * @return what is there
     * @throws io.holdfast.base.HoldfastException what the agent found wrong, {@code NOT_FOUND} for an unknown agent, {@code TIMEOUT} when
     *     the agent does not answer
     */
    SourceFacts inspect(Caller caller, String agent, MachineAddress address);

    /**
     * Starts to protect a machine. Asking the same again while it lasts returns the same job.
     *
     * @param caller who asks
     * @param request what and how
     * @return the job; done when the machine is protected
     * @throws io.holdfast.base.HoldfastException {@code ALREADY_EXISTS} when the name is taken by another machine, {@code
     *     ALREADY_PROTECTED} when the address is protected under another name, {@code NOT_FOUND} for an unknown agent
     */
    Job protect(Caller caller, ProtectRequest request);

    /**
     * Ends protection. Asking the same again while it lasts returns the same job. To destroy the history needs an administrator.
     *
     * @param caller who asks
     * @param machine which
     * @param history what becomes of the history
     * @return the job
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE} with the reason that {@link MachineView#nextSteps()} gives
     */
    Job unprotect(Caller caller, MachineId machine, HistoryFate history);

    /**
     * Has the capture stand aside; the source keeps a bitmap.
     *
     * @param caller who asks
     * @param machine which
     * @param minutes after which it goes on by itself, 1 to 10,080; 0 for until resumed
     * @return the job
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}, {@code INVALID_ARGUMENT}
     */
    Job pause(Caller caller, MachineId machine, int minutes);

    /**
     * Ends a pause; differences are sent.
     *
     * @param caller who asks
     * @param machine which
     * @return the job
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}
     */
    Job resume(Caller caller, MachineId machine);

    /**
     * Gives a name to a point of now.
     *
     * @param caller who asks
     * @param machine which
     * @param kind what it shall be consistent with
     * @param label 1 to 200 characters
     * @return the job, whose evidence names the position
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}, {@code INVALID_ARGUMENT}
     */
    Job mark(Caller caller, MachineId machine, MarkerKind kind, String label);

    /**
     * Compares source and store and sends the differences (M-099).
     *
     * @param caller who asks
     * @param machine which
     * @return the job
     * @throws io.holdfast.base.HoldfastException {@code ILLEGAL_STATE}
     */
    Job resynchronise(Caller caller, MachineId machine);

    /**
     * Lists recovery points, newest first. Every proven write is a point; a listing shows at most {@code limit} of them, spread over the
     * window, and every marker before any unmarked one.
     *
     * @param caller who asks
     * @param machine which
     * @param query which points
     * @return points
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    List<RecoveryPoint> points(Caller caller, MachineId machine, PointQuery query);

    /**
     * Finds the point a choice means.
     *
     * @param caller who asks
     * @param machine which
     * @param choice which point
     * @return the point
     * @throws io.holdfast.base.HoldfastException {@code POINT_NOT_FOUND}, {@code POINT_OLDER_THAN_HISTORY}
     */
    RecoveryPoint point(Caller caller, MachineId machine, PointChoice choice);

    /**
     * Tells what a machine's history keeps and takes.
     *
     * @param caller who asks
     * @param machine which
     * @return policy and figures
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}
     */
    HistorySpace space(Caller caller, MachineId machine);

    /**
     * Sets what a machine's history keeps. Durable on return; points that are not kept any more are retired soon after.
     *
     * @param caller who asks; an administrator
     * @param machine which
     * @param retention from now on
     * @return policy and figures
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND}, {@code INVALID_ARGUMENT}, {@code RETENTION_LOCKED}, {@code NOT_AUTHORISED}
     */
    HistorySpace retain(Caller caller, MachineId machine, Retention retention);
}
