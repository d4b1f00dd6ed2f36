package io.holdfast.configserver.internal.control;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.configserver.ProtectRequest;
import io.holdfast.configserver.internal.MachineDirectory;
import io.holdfast.configserver.internal.jobs.JobEngine;
import io.holdfast.configserver.internal.jobs.JobRequest;
import io.holdfast.model.Agent;
import io.holdfast.model.Job;
import io.holdfast.model.JobKind;
import io.holdfast.model.JobState;
import io.holdfast.model.Machine;
import io.holdfast.model.NextSteps;
import io.holdfast.model.Operation;
import io.holdfast.model.Protection;
import io.holdfast.model.ProtectionPhase;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Turns what operators ask for into jobs, if it is legal. Asking the same again finds the job that does or did it. */
public final class Orders {

    /** How far back a job is looked for that has done what is asked for again. */
    private static final int RECENT_JOBS = 50;

    private final Catalog catalog;
    private final MachineDirectory machines;
    private final JobEngine engine;
    private final TimeSource time;

    /**
     * Makes it.
     *
     * @param catalog where machines and jobs are kept
     * @param machines the machines
     * @param engine carries jobs out
     * @param time for labels
     */
    public Orders(Catalog catalog, MachineDirectory machines, JobEngine engine, TimeSource time) {
        this.catalog = catalog;
        this.machines = machines;
        this.engine = engine;
        this.time = time;
    }

    /**
     * Starts the job of an operation.
     *
     * @param operation what is asked
     * @param id for which machine
     * @param arguments how
     * @param by who asks
     * @param check refuses it for other reasons than the state of the machine; may take seconds
     * @return the job
     * @throws HoldfastException {@code NOT_FOUND}, {@code ILLEGAL_STATE}, or what the check throws
     */
    Job submit(Operation operation, MachineId id, Map<String, String> arguments, String by, Runnable check) {
        JobRequest request = new JobRequest(JobKind.of(operation), id, arguments, by);
        Optional<Job> repeated = repeated(operation, request);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        catalog.read(tables -> {
            requireLegal(tables, operation, id);
            return true;
        });
        check.run();
        return engine.submit(request, tables -> requireLegal(tables, operation, id));
    }

    /** What is not legal because it has just been done was asked for twice. */
    private Optional<Job> repeated(Operation operation, JobRequest request) {
        Protection now = machines.get(request.machine()).protection();
        if (NextSteps.objection(now, operation, engine.activeKinds(request.machine()))
                .isEmpty()) {
            return Optional.empty();
        }
        return newest(request.machine(), request.kind().lane())
                .filter(job -> job.kind() == request.kind() && job.arguments().equals(request.arguments()))
                .filter(job -> job.state() != JobState.FAILED && job.state() != JobState.CANCELLED);
    }

    private Optional<Job> newest(MachineId machine, JobKind.Lane lane) {
        return catalog.read(tables -> tables.jobs().list(machine, RECENT_JOBS)).stream()
                .filter(job -> job.kind().lane() == lane)
                .findFirst()
                .map(engine::current);
    }

    private static void requireLegal(CatalogTransaction tables, Operation operation, MachineId id) {
        Machine machine = tables.machines()
                .find(id)
                .orElseThrow(() -> new HoldfastException(ErrorCode.NOT_FOUND, "machine " + id, "not known"));
        Set<JobKind> active = EnumSet.noneOf(JobKind.class);
        tables.jobs().unfinished().stream()
                .filter(job -> job.machine().equals(id))
                .forEach(job -> active.add(job.kind()));
        NextSteps.objection(machine.protection(), operation, active).ifPresent(reason -> {
            throw new HoldfastException(ErrorCode.ILLEGAL_STATE, "machine " + machine.name(), reason);
        });
    }

    /**
     * Starts to protect a machine. Asked for again while the first copy is not over, it finds that job, and tries it again if it has failed or
     * waits for its next attempt.
     *
     * @param request what and how
     * @param agent which agent is to do it
     * @param by who asks
     * @return the job
     * @throws HoldfastException {@code ALREADY_EXISTS}, {@code ALREADY_PROTECTED}
     */
    Job protect(ProtectRequest request, Agent agent, String by) {
        Machine wanted = new Machine(
                new MachineId(UUID.randomUUID()),
                request.name(),
                agent.id(),
                request.address(),
                request.policy(),
                request.bootSign(),
                null,
                Protection.START,
                null,
                null,
                time.utcMillis());
        Optional<Job> begun = begun(wanted);
        if (begun.isPresent()) {
            JobState state = begun.get().state();
            return state == JobState.FAILED || state == JobState.RETRYING
                    ? engine.retry(begun.get().id())
                    : begun.get();
        }
        return engine.submit(new JobRequest(JobKind.PROTECT, wanted.id(), Map.of(), by), tables -> {
            tables.machines().list().forEach(other -> requireDifferent(wanted, other));
            tables.machines().insert(wanted);
        });
    }

    private Optional<Job> begun(Machine wanted) {
        return machines.list().stream()
                .filter(machine -> machine.name().equals(wanted.name()) && isSameWish(machine, wanted))
                .filter(machine -> switch (machine.protection().phase()) {
                    case ENABLING, INITIAL_REPLICATION, FINALIZING -> true;
                    case PROTECTED,
                            MARKED_FOR_RESYNCHRONISATION,
                            RESYNCHRONISING,
                            PAUSED,
                            FAILING_OVER,
                            COMMIT_PENDING,
                            CANCELLING_FAILOVER,
                            COMMITTING,
                            COMMITTED,
                            UNPROTECTING,
                            UNPROTECTED -> false;
                })
                .findFirst()
                .flatMap(machine -> newest(machine.id(), JobKind.Lane.PROTECTION))
                .filter(job -> job.kind() == JobKind.PROTECT);
    }

    private static boolean isSameWish(Machine machine, Machine wanted) {
        return machine.agent().equals(wanted.agent())
                && machine.address().equals(wanted.address())
                && machine.policy().equals(wanted.policy())
                && machine.bootSign().equals(wanted.bootSign());
    }

    private static void requireDifferent(Machine wanted, Machine other) {
        boolean sameAddress =
                other.agent().equals(wanted.agent()) && other.address().equals(wanted.address());
        if (sameAddress && other.protection().phase() != ProtectionPhase.UNPROTECTED) {
            throw new HoldfastException(
                    ErrorCode.ALREADY_PROTECTED,
                    "machine " + wanted.name(),
                    "the machine at that address is protected as '" + other.name() + "'; expected one that is not");
        }
        if (other.name().equals(wanted.name())) {
            throw new HoldfastException(
                    ErrorCode.ALREADY_EXISTS,
                    "machine " + wanted.name(),
                    other.protection().phase() == ProtectionPhase.UNPROTECTED
                            ? "a history of that name was kept; expected another name, or that history destroyed"
                            : "there is a machine of that name; expected another name");
        }
    }
}
