package io.holdfast.configserver.internal;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.configserver.ExportPort;
import io.holdfast.configserver.HistorySpace;
import io.holdfast.configserver.PointQuery;
import io.holdfast.configserver.Retention;
import io.holdfast.configserver.StorePort;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreRoom;
import io.holdfast.model.PointChoice;
import io.holdfast.model.RecoveryPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A recovery store in memory that outlives the server under test. */
final class FakeStore implements StorePort, ExportPort {

    /** One machine's history. */
    static final class History {

        Retention retention = new Retention(876_600, 0, 0, 0, 0, 876_600, 0, 0, 0);
        final List<RecoveryPoint> points = new ArrayList<>();
        final List<String> epochs = new ArrayList<>();
        Position end = Position.ORIGIN;
        String writer = "";
        Position endBeforeEpoch = Position.ORIGIN;
    }

    final Map<MachineId, History> histories = new HashMap<>();
    final Set<MachineId> locked = new HashSet<>();
    final Set<UUID> offers = new HashSet<>();
    private final KillSwitch kill;
    long freeBytes = 1L << 40;
    long reserveBytes;
    Anchor anchor = new Anchor(new UUID(7, 7), 1_000, List.of());
    List<AnchorFinding> anchorFindings = List.of();
    String witnessTrouble = "";

    FakeStore(KillSwitch kill) {
        this.kill = kill;
    }

    private History history(MachineId machine) {
        History history = histories.get(machine);
        if (history == null) {
            throw new HoldfastException(ErrorCode.NOT_FOUND, "history of " + machine, "not there");
        }
        return history;
    }

    /** The agent's writes become durable and proven. */
    void write(MachineId machine) {
        History history = histories.get(machine);
        if (history == null) {
            return; // refused: there is no such history
        }
        long epoch = Math.max(1, history.end.epoch());
        history.end = new Position(epoch, history.end.sequence() + 1);
        history.points.add(new RecoveryPoint(history.end, history.points.size(), MarkerKind.CRASH_CONSISTENT, null));
    }

    @Override
    public void createHistory(MachineId machine) {
        histories.computeIfAbsent(machine, _ -> new History());
        kill.pass("after createHistory");
    }

    @Override
    public void requireDestroyable(MachineId machine) {
        if (locked.contains(machine)) {
            throw new HoldfastException(ErrorCode.RETENTION_LOCKED, "history of machine " + machine, "is locked");
        }
    }

    @Override
    public void destroyHistory(MachineId machine) {
        requireDestroyable(machine);
        histories.remove(machine);
        kill.pass("after destroyHistory");
    }

    @Override
    public Position end(MachineId machine) {
        return history(machine).end;
    }

    @Override
    public Optional<RecoveryPoint> latest(MachineId machine) {
        History history = histories.get(machine);
        return history == null || history.points.isEmpty() ? Optional.empty() : Optional.of(history.points.getLast());
    }

    @Override
    public RecoveryPoint resolve(MachineId machine, PointChoice choice) {
        List<RecoveryPoint> points = history(machine).points;
        if (points.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.POINT_NOT_FOUND, "machine " + machine, "there is no recovery point yet");
        }
        return switch (choice) {
            case PointChoice.Latest() -> points.getLast();
            case PointChoice.At(Position position) ->
                points.stream()
                        .filter(point -> point.position().equals(position))
                        .findFirst()
                        .orElseThrow(() ->
                                new HoldfastException(ErrorCode.POINT_NOT_FOUND, "point " + position, "not there"));
            case PointChoice.Before(long utcMillis) ->
                points.reversed().stream()
                        .filter(point -> point.utcMillis() <= utcMillis)
                        .findFirst()
                        .orElseThrow(() -> new HoldfastException(
                                ErrorCode.POINT_OLDER_THAN_HISTORY, "time " + utcMillis, "before the history"));
        };
    }

    @Override
    public List<RecoveryPoint> points(MachineId machine, PointQuery query) {
        return history(machine).points.reversed().stream().limit(query.limit()).toList();
    }

    @Override
    public Fence fence(MachineId machine, Position parent, EpochCause cause, String writer) {
        History history = history(machine);
        if (!history.writer.equals(writer)) {
            history.endBeforeEpoch = history.end;
            history.end = new Position(history.end.epoch() + 1, history.end.sequence());
            history.writer = writer;
            history.epochs.add(cause + " at " + parent + " by " + writer);
        }
        kill.pass("after fence");
        return new Fence(history.end.epoch(), history.endBeforeEpoch);
    }

    @Override
    public long dataBytes(MachineId machine) {
        return history(machine).end.sequence() * 4096;
    }

    @Override
    public StoreRoom room() {
        return new StoreRoom(freeBytes, 2L << 40, reserveBytes, freeBytes < reserveBytes);
    }

    @Override
    public Map<MachineId, SpaceFigures> spaces() {
        Map<MachineId, SpaceFigures> spaces = new HashMap<>();
        histories
                .keySet()
                .forEach(machine -> spaces.put(machine, new SpaceFigures(dataBytes(machine), 1_000, 2_000, 0, 0)));
        return spaces;
    }

    @Override
    public HistorySpace space(MachineId machine) {
        return new HistorySpace(history(machine).retention, dataBytes(machine), 0, 0, freeBytes, 0, 0);
    }

    @Override
    public void retain(MachineId machine, Retention retention) {
        history(machine).retention = retention;
    }

    @Override
    public Anchor anchor(Optional<Anchor> since) {
        return anchor;
    }

    @Override
    public List<AnchorFinding> compare(Anchor compared) {
        return anchorFindings;
    }

    @Override
    public String witnessTrouble() {
        return witnessTrouble;
    }

    @Override
    public List<Disk> offer(UUID id, MachineId machine, Position point) {
        offers.add(id);
        kill.pass("after offer");
        return List.of(new Disk(0, "disk-a", 1 << 20, 512, 4096, Path.of("/run/" + id), "disk0"));
    }

    @Override
    public void withdraw(UUID id) {
        offers.remove(id);
        kill.pass("after withdraw");
    }
}
