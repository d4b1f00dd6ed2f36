package io.holdfast.configserver.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.configserver.HistorySpace;
import io.holdfast.configserver.PointQuery;
import io.holdfast.configserver.Retention;
import io.holdfast.configserver.StorePort;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.ColdTier;
import io.holdfast.journal.Epoch;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.Points;
import io.holdfast.journal.RetentionPolicy;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreRoom;
import io.holdfast.mastertarget.MasterTargetService;
import io.holdfast.model.PointChoice;
import io.holdfast.model.RecoveryPoint;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The recovery store of the node's own master target.
 *
 * @since 1.0
 */
@Component
public final class MasterTargetStore implements StorePort {

    private static final long MINUTE_MILLIS = 60_000;

    private final MasterTargetService target;

    /**
     * Binds.
     *
     * @param target the node's master target
     */
    @Activate
    public MasterTargetStore(@Reference MasterTargetService target) {
        this.target = target;
    }

    @Override
    public void createHistory(MachineId machine) {
        target.createHistory(machine);
    }

    @Override
    public void requireDestroyable(MachineId machine) {
        target.requireDestroyable(machine);
    }

    @Override
    public void destroyHistory(MachineId machine) {
        target.destroyHistory(machine);
    }

    @Override
    public Position end(MachineId machine) {
        return target.history(machine).head().position();
    }

    @Override
    public Optional<RecoveryPoint> latest(MachineId machine) {
        return pointsOf(machine).flatMap(Points::latestProven).map(MasterTargetStore::model);
    }

    @Override
    public RecoveryPoint resolve(MachineId machine, PointChoice choice) {
        Points points = target.history(machine).points();
        return model(
                switch (choice) {
                    case PointChoice.Latest() ->
                        points.latestProven().orElseThrow(() -> notFound(machine, "there is no recovery point yet"));
                    case PointChoice.At(Position position) -> proven(machine, points.at(position));
                    case PointChoice.Before(long utcMillis) -> points.atOrBefore(utcMillis);
                });
    }

    @Override
    public List<RecoveryPoint> points(MachineId machine, PointQuery query) {
        Optional<Points> points = pointsOf(machine);
        if (points.isEmpty()) {
            return List.of();
        }
        List<RecoveryPoint> markers = points.get().markers(query.fromMillis(), query.toMillis(), query.limit()).stream()
                .map(MasterTargetStore::model)
                .toList();
        if (query.markersOnly()) {
            return newestFirst(markers.stream());
        }
        List<RecoveryPoint> all = points.get().list(query.fromMillis(), query.toMillis(), Points.COUNT_MAX).stream()
                .map(MasterTargetStore::model)
                .filter(point ->
                        markers.stream().noneMatch(marker -> marker.position().equals(point.position())))
                .toList();
        return newestFirst(Stream.concat(markers.stream(), spread(all, query.limit() - markers.size()).stream()));
    }

    @Override
    public Fence fence(MachineId machine, Position parent, EpochCause cause, String writer) {
        HistoryHead head = target.history(machine).head();
        if (head.lineage().isEmpty() || !head.lineage().getLast().writer().equals(writer)) {
            head = target.fence(machine, parent, cause, writer);
        }
        Epoch opened = head.lineage().getLast();
        return new Fence(opened.number(), endBefore(machine, opened));
    }

    private Position endBefore(MachineId machine, Epoch epoch) {
        long last = epoch.firstSequence() - 1;
        return last == 0
                ? Position.ORIGIN
                : target.history(machine).points().at(last).position();
    }

    @Override
    public long dataBytes(MachineId machine) {
        return target.history(machine).statistics().plaintextBytes();
    }

    @Override
    public StoreRoom room() {
        return target.room();
    }

    @Override
    public Map<MachineId, SpaceFigures> spaces() {
        return target.spaces();
    }

    @Override
    public HistorySpace space(MachineId machine) {
        MachineHistory history = target.history(machine);
        RetentionPolicy policy = history.retention();
        SpaceFigures space = history.space();
        Retention retention = new Retention(
                policy.fullDensityMillis() / RetentionPolicy.HOUR_MILLIS,
                policy.hourly(),
                policy.daily(),
                policy.weekly(),
                policy.yearly(),
                policy.markersMillis() / RetentionPolicy.HOUR_MILLIS,
                policy.lockMillis() / RetentionPolicy.HOUR_MILLIS,
                policy.cold().ageMillis() / RetentionPolicy.HOUR_MILLIS,
                policy.cold().minutesADay());
        return new HistorySpace(
                retention,
                space.atRestBytes(),
                space.reclaimableBytes(),
                space.intakeBytesPerDay(),
                target.room().intakeBytes(),
                space.coldWaitingBytes(),
                (space.coldForecastMillis() + MINUTE_MILLIS - 1) / MINUTE_MILLIS);
    }

    @Override
    public void retain(MachineId machine, Retention retention) {
        target.history(machine).setRetention(policy(retention));
    }

    /** Makes the policy, or refuses with the names and units of the interface what the policy would refuse with its own. */
    static RetentionPolicy policy(Retention retention) {
        long fullDensity = millis("fullDensityHours", retention.fullDensityHours(), RetentionPolicy.FOREVER_MILLIS);
        long markers = millis("markersHours", retention.markersHours(), RetentionPolicy.FOREVER_MILLIS);
        long lock = millis("lockHours", retention.lockHours(), RetentionPolicy.LOCK_MILLIS_MAX);
        long cold = millis("coldHours", retention.coldHours(), RetentionPolicy.FOREVER_MILLIS);
        require("coldMinutes", retention.coldMinutes(), ColdTier.MINUTES_A_DAY_MAX);
        if (fullDensity < lock) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "fullDensityHours",
                    retention.fullDensityHours() + "; expected at least the " + retention.lockHours()
                            + " hours of the lock");
        }
        return new RetentionPolicy(
                fullDensity,
                retention.hourly(),
                retention.daily(),
                retention.weekly(),
                retention.yearly(),
                markers,
                lock,
                new ColdTier(cold, retention.coldMinutes()));
    }

    @Override
    public Anchor anchor(Optional<Anchor> since) {
        return target.anchor(since);
    }

    @Override
    public List<AnchorFinding> compare(Anchor anchor) {
        return target.compare(anchor);
    }

    @Override
    public String witnessTrouble() {
        return target.witnessTrouble();
    }

    private static long millis(String name, long hours, long mostMillis) {
        require(name, hours, mostMillis / RetentionPolicy.HOUR_MILLIS);
        return hours * RetentionPolicy.HOUR_MILLIS;
    }

    private static void require(String name, long value, long most) {
        if (value < 0 || value > most) {
            throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, name, value + "; expected 0 to " + most);
        }
    }

    private Optional<Points> pointsOf(MachineId machine) {
        try {
            return Optional.of(target.history(machine).points());
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static io.holdfast.journal.RecoveryPoint proven(
            MachineId machine, io.holdfast.journal.RecoveryPoint point) {
        if (!point.proven()) {
            throw notFound(machine, "position " + point.position() + " is not proven; expected one that is listed");
        }
        return point;
    }

    private static HoldfastException notFound(MachineId machine, String message) {
        return new HoldfastException(ErrorCode.POINT_NOT_FOUND, "machine " + machine, message);
    }

    /** Takes as many as asked for, evenly over the list, the newest always among them. */
    private static List<RecoveryPoint> spread(List<RecoveryPoint> points, int count) {
        if (points.size() <= count) {
            return points;
        }
        int last = points.size() - 1;
        return IntStream.range(0, count)
                .mapToObj(i -> points.get(last - (int) ((long) i * points.size() / count)))
                .toList();
    }

    private static List<RecoveryPoint> newestFirst(Stream<RecoveryPoint> points) {
        return points.sorted(Comparator.comparing(RecoveryPoint::position).reversed())
                .toList();
    }

    private static RecoveryPoint model(io.holdfast.journal.RecoveryPoint point) {
        return new RecoveryPoint(
                point.position(), point.utcMillis(), point.kind(), point.label().isEmpty() ? null : point.label());
    }
}
