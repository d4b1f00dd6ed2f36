package io.holdfast.console.rest.internal.api;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.AccessControl;
import io.holdfast.configserver.AgentControl;
import io.holdfast.configserver.AgentView;
import io.holdfast.configserver.AnchorControl;
import io.holdfast.configserver.BundleControl;
import io.holdfast.configserver.Caller;
import io.holdfast.configserver.ControlService;
import io.holdfast.configserver.EnrolmentToken;
import io.holdfast.configserver.EventControl;
import io.holdfast.configserver.FailoverControl;
import io.holdfast.configserver.FailoverRequest;
import io.holdfast.configserver.Finding;
import io.holdfast.configserver.HealthControl;
import io.holdfast.configserver.HealthView;
import io.holdfast.configserver.HistoryFate;
import io.holdfast.configserver.HistorySpace;
import io.holdfast.configserver.JobControl;
import io.holdfast.configserver.KeyControl;
import io.holdfast.configserver.MachineControl;
import io.holdfast.configserver.MachineView;
import io.holdfast.configserver.PhaseCount;
import io.holdfast.configserver.PointQuery;
import io.holdfast.configserver.ProtectRequest;
import io.holdfast.configserver.Retention;
import io.holdfast.configserver.SetupView;
import io.holdfast.configserver.SpaceAlarm;
import io.holdfast.configserver.StoreSpaceView;
import io.holdfast.model.Job;
import io.holdfast.model.JobId;
import io.holdfast.model.JobKind;
import io.holdfast.model.MachineAddress;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.NodeBundle;
import io.holdfast.model.PointChoice;
import io.holdfast.model.ProtectionPhase;
import io.holdfast.model.RecoveryPoint;
import io.holdfast.model.Role;
import io.holdfast.model.SourceFacts;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A configuration server that keeps its promises and does nothing: it checks roles, remembers the last thing it was asked and answers with
 * samples.
 */
final class FakeControl implements ControlService {

    final FakeAccess access = new FakeAccess(this);
    final FakeEvents events = new FakeEvents();
    private final AtomicReference<String> asked = new AtomicReference<>("");
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /** The last thing that was asked. */
    String asked() {
        return asked.get();
    }

    /** Makes the next thing asked fail. */
    void failNext(RuntimeException error) {
        failure.set(error);
    }

    void note(Caller caller, Role needed, String what) {
        if (!caller.role().includes(needed)) {
            throw new HoldfastException(ErrorCode.NOT_AUTHORISED, "user " + caller.user(), "expected role " + needed);
        }
        asked.set(what);
        RuntimeException error = failure.getAndSet(null);
        if (error != null) {
            throw error;
        }
    }

    @Override
    public MachineControl machines() {
        return new Machines();
    }

    @Override
    public FailoverControl failovers() {
        return new Failovers();
    }

    @Override
    public JobControl jobs() {
        return new Jobs();
    }

    @Override
    public AgentControl agents() {
        return new Agents();
    }

    @Override
    public AccessControl access() {
        return access;
    }

    @Override
    public HealthControl health() {
        return new Health();
    }

    @Override
    public EventControl events() {
        return events;
    }

    @Override
    public BundleControl bundles() {
        return new Bundles();
    }

    @Override
    public KeyControl keys() {
        return new FakeKeys(this);
    }

    @Override
    public AnchorControl anchors() {
        return new FakeAnchors(this);
    }

    private final class Bundles implements BundleControl {

        @Override
        public List<NodeBundle> list(Caller caller) {
            note(caller, Role.ADMINISTRATOR, "bundles");
            return List.of(Samples.bundle());
        }

        @Override
        public void stop(Caller caller, String bundle) {
            note(caller, Role.ADMINISTRATOR, "stop " + bundle);
        }

        @Override
        public void start(Caller caller, String bundle) {
            note(caller, Role.ADMINISTRATOR, "start " + bundle);
        }

        @Override
        public void restart(Caller caller, String bundle, int pauseSeconds) {
            note(caller, Role.ADMINISTRATOR, "restart " + bundle + " " + pauseSeconds);
        }
    }

    private final class Machines implements MachineControl {

        @Override
        public List<MachineView> list(Caller caller) {
            note(caller, Role.VIEWER, "list machines");
            return List.of(Samples.machine());
        }

        @Override
        public MachineView get(Caller caller, MachineId machine) {
            note(caller, Role.VIEWER, "get " + machine);
            return Samples.machine();
        }

        @Override
        public MachineView find(Caller caller, String nameOrId) {
            if (!nameOrId.equals("web-1") && !nameOrId.equals(Samples.MACHINE.toString())) {
                throw new HoldfastException(
                        ErrorCode.NOT_FOUND, "machine " + nameOrId, "no machine has this name or id");
            }
            return Samples.machine();
        }

        @Override
        public SourceFacts inspect(Caller caller, String agent, MachineAddress address) {
            note(caller, Role.VIEWER, "inspect " + agent + " " + address.adapter());
            return Samples.facts();
        }

        @Override
        public Job protect(Caller caller, ProtectRequest request) {
            note(caller, Role.OPERATOR, "protect " + request);
            return Samples.job(JobKind.PROTECT);
        }

        @Override
        public Job unprotect(Caller caller, MachineId machine, HistoryFate history) {
            note(caller, Role.OPERATOR, "unprotect " + history);
            return Samples.job(JobKind.UNPROTECT);
        }

        @Override
        public Job pause(Caller caller, MachineId machine, int minutes) {
            note(caller, Role.OPERATOR, "pause " + minutes);
            return Samples.job(JobKind.PAUSE);
        }

        @Override
        public Job resume(Caller caller, MachineId machine) {
            note(caller, Role.OPERATOR, "resume");
            return Samples.job(JobKind.RESUME);
        }

        @Override
        public Job mark(Caller caller, MachineId machine, MarkerKind kind, String label) {
            note(caller, Role.OPERATOR, "mark " + kind + " " + label);
            return Samples.job(JobKind.MARK);
        }

        @Override
        public Job resynchronise(Caller caller, MachineId machine) {
            note(caller, Role.OPERATOR, "resynchronise");
            return Samples.job(JobKind.RESYNCHRONISE);
        }

        @Override
        public List<RecoveryPoint> points(Caller caller, MachineId machine, PointQuery query) {
            note(caller, Role.VIEWER, "points " + query);
            return List.of(Samples.point());
        }

        @Override
        public HistorySpace space(Caller caller, MachineId machine) {
            note(caller, Role.VIEWER, "space");
            return new HistorySpace(
                    new Retention(168, 48, 30, 8, 2, 720, 24, 720, 60),
                    1 << 30,
                    1 << 20,
                    1 << 25,
                    1L << 40,
                    1 << 28,
                    7);
        }

        @Override
        public HistorySpace retain(Caller caller, MachineId machine, Retention retention) {
            note(caller, Role.ADMINISTRATOR, "retain " + retention);
            return new HistorySpace(retention, 1 << 30, 1 << 20, 1 << 25, 1L << 40, 1 << 28, 7);
        }

        @Override
        public RecoveryPoint point(Caller caller, MachineId machine, PointChoice choice) {
            note(caller, Role.VIEWER, "point " + choice);
            return Samples.point();
        }
    }

    private final class Failovers implements FailoverControl {

        @Override
        public Job testFailover(Caller caller, MachineId machine, PointChoice point, NetworkChoice network) {
            note(caller, Role.OPERATOR, "test failover " + point + " " + network);
            return Samples.job(JobKind.TEST_FAILOVER);
        }

        @Override
        public Job cleanUpTestFailover(Caller caller, MachineId machine) {
            note(caller, Role.OPERATOR, "clean up");
            return Samples.job(JobKind.CLEAN_UP_TEST_FAILOVER);
        }

        @Override
        public Job failover(Caller caller, MachineId machine, FailoverRequest request) {
            note(
                    caller,
                    Role.OPERATOR,
                    "failover " + request.point() + " " + request.network() + " force=" + request.force());
            return Samples.job(JobKind.FAILOVER);
        }

        @Override
        public Job cancelFailover(Caller caller, MachineId machine) {
            note(caller, Role.OPERATOR, "cancel failover");
            return Samples.job(JobKind.CANCEL_FAILOVER);
        }

        @Override
        public Job commitFailover(Caller caller, MachineId machine) {
            note(caller, Role.OPERATOR, "commit failover");
            return Samples.job(JobKind.COMMIT_FAILOVER);
        }
    }

    private final class Jobs implements JobControl {

        @Override
        public List<Job> list(Caller caller, @Nullable MachineId machine, int limit) {
            note(caller, Role.VIEWER, "jobs " + machine + " " + limit);
            return List.of(Samples.job(JobKind.FAILOVER));
        }

        @Override
        public Job get(Caller caller, JobId job) {
            note(caller, Role.VIEWER, "job " + job);
            return Samples.job(JobKind.FAILOVER);
        }

        @Override
        public Job retry(Caller caller, JobId job) {
            note(caller, Role.OPERATOR, "retry");
            return Samples.job(JobKind.FAILOVER);
        }

        @Override
        public Job cancel(Caller caller, JobId job) {
            note(caller, Role.OPERATOR, "cancel job");
            return Samples.job(JobKind.FAILOVER);
        }
    }

    private final class Agents implements AgentControl {

        @Override
        public List<AgentView> list(Caller caller) {
            note(caller, Role.VIEWER, "agents");
            return List.of(Samples.agent());
        }

        @Override
        public EnrolmentToken createToken(Caller caller, int validMinutes) {
            note(caller, Role.ADMINISTRATOR, "token " + validMinutes);
            return new EnrolmentToken("the-token", Samples.NOW, "ab".repeat(32));
        }

        @Override
        public void remove(Caller caller, String agent) {
            note(caller, Role.ADMINISTRATOR, "remove agent " + agent);
        }
    }

    private final class Health implements HealthControl {

        @Override
        public SetupView setup() {
            return new SetupView(false);
        }

        @Override
        public HealthView check(Caller caller) {
            note(caller, Role.VIEWER, "check");
            return new HealthView(
                    List.of(new PhaseCount(ProtectionPhase.PROTECTED, 2)),
                    1,
                    2,
                    3,
                    4,
                    5,
                    false,
                    6L,
                    List.of(new Finding(
                            Finding.Severity.WARNING,
                            "store.space",
                            "recovery store",
                            "5 bytes are free.",
                            "Add space.")));
        }

        @Override
        public StoreSpaceView space(Caller caller) {
            note(caller, Role.VIEWER, "store space");
            return new StoreSpaceView(
                    1L << 40,
                    1L << 35,
                    1L << 30,
                    false,
                    -7,
                    8L,
                    9L,
                    SpaceAlarm.WEEK,
                    List.of(new StoreSpaceView.Machine(
                            Samples.MACHINE, "web-1", 1L << 31, 1L << 30, 1L << 30, 1 << 20)));
        }
    }
}
