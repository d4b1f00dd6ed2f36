package io.holdfast.configserver.internal;

import io.holdfast.adapter.ReplicaDisk;
import io.holdfast.adapter.ReplicaNetwork;
import io.holdfast.adapter.ReplicaPlace;
import io.holdfast.adapter.ReplicaSpec;
import io.holdfast.adapter.ReplicaStatus;
import io.holdfast.adapter.TargetAdapter;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.catalog.Catalog;
import io.holdfast.configserver.ExportPort;
import io.holdfast.model.Machine;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.Progress;
import io.holdfast.model.Replica;
import io.holdfast.model.SourceFacts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes replicas and takes them away: the offer of the point, the machine at the target, and the row in the catalog go together. Each method can
 * be repeated. Thread-safe.
 */
public final class ReplicaWorkshop {

    /** Room a replica has to find for its own first writes. */
    public static final long OWN_WRITES_BYTES = 256L << 20;

    private final Catalog catalog;
    private final ExportPort exports;
    private final Targets targets;
    private final Path folder;
    private final ConcurrentHashMap<String, Replica> copies = new ConcurrentHashMap<>();

    /**
     * Opens the workshop.
     *
     * @param catalog where replicas are kept
     * @param exports offers points
     * @param targets runs replicas
     * @param folder of all replicas; each gets one of its own in it
     */
    public ReplicaWorkshop(Catalog catalog, ExportPort exports, Targets targets, Path folder) {
        this.catalog = catalog;
        this.exports = exports;
        this.targets = targets;
        this.folder = folder;
        catalog.<List<Replica>>read(tables -> tables.replicas().list())
                .forEach(replica -> copies.put(replica.id(), replica));
    }

    /**
     * Finds a replica.
     *
     * @param id which
     * @return the replica
     * @throws HoldfastException {@code REPLICA_INVALID} when it is not in the catalog
     */
    public Replica get(String id) {
        Replica replica = copies.get(id);
        if (replica == null) {
            throw new HoldfastException(
                    ErrorCode.REPLICA_INVALID,
                    "replica " + id,
                    "not in the catalog; expected one that was made before");
        }
        return replica;
    }

    /**
     * Lists the replicas of a machine.
     *
     * @param machine which
     * @return oldest first
     */
    public List<Replica> of(MachineId machine) {
        return list().stream()
                .filter(replica -> replica.machine().equals(machine))
                .toList();
    }

    /**
     * Lists all replicas.
     *
     * @return oldest first
     */
    public List<Replica> list() {
        return copies.values().stream()
                .sorted(Comparator.comparingLong(Replica::createdMillis).thenComparing(Replica::id))
                .toList();
    }

    /**
     * Forgets the replicas of a machine that was removed from the catalog. What runs, runs on: it is its owner's.
     *
     * @param machine which
     */
    public void forget(MachineId machine) {
        copies.values().removeIf(replica -> replica.machine().equals(machine));
    }

    /**
     * Enters a replica in the catalog, offers its point, and looks whether the target has what it needs. Nothing runs yet.
     *
     * @param machine whose past it shows
     * @param replica as wished
     * @param spaceBytes free space it has to find
     * @throws HoldfastException as {@link TargetAdapter#check} and {@link ExportPort#offer}
     */
    public void prepare(Machine machine, Replica replica, long spaceBytes) {
        store(replica);
        target(machine).check(spec(machine, replica, spaceBytes));
    }

    /**
     * Goes through the making of a replica without making it: the point is offered and withdrawn, and the target is asked whether it could run
     * it now.
     *
     * @param machine whose past it would show
     * @param replica as it would be
     * @return what stands against it at the target; nothing when it could run there
     * @throws HoldfastException when the point cannot be offered, as {@link ExportPort#offer}
     */
    public Optional<HoldfastException> rehearse(Machine machine, Replica replica) {
        ReplicaSpec spec = spec(machine, replica, OWN_WRITES_BYTES);
        exports.withdraw(UUID.fromString(replica.id()));
        try {
            target(machine).check(spec);
            return Optional.empty();
        } catch (HoldfastException e) {
            return Optional.of(e);
        }
    }

    /**
     * Creates the replica at the target.
     *
     * @param machine whose past it shows
     * @param replica as prepared
     * @param spaceBytes as prepared
     * @throws HoldfastException as {@link TargetAdapter#create}
     */
    public void create(Machine machine, Replica replica, long spaceBytes) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, folder.toString(), "cannot be created: " + e.getMessage(), e);
        }
        target(machine).create(spec(machine, replica, spaceBytes));
    }

    /**
     * Starts the replica.
     *
     * @param machine whose past it shows
     * @param replica as created
     * @throws HoldfastException as {@link TargetAdapter#start}
     */
    public void start(Machine machine, Replica replica) {
        target(machine).start(place(replica.id()));
        store(with(replica, Replica.State.BOOTING, replica.hydration(), replica.connections()));
    }

    /**
     * Looks at a replica.
     *
     * @param machine whose past it shows
     * @param replica which
     * @return what is there
     * @throws HoldfastException as {@link TargetAdapter#status}
     */
    public ReplicaStatus status(Machine machine, Replica replica) {
        return target(machine).status(place(replica.id()));
    }

    /**
     * Notes that a replica has booted, and how it is reached.
     *
     * @param replica which
     * @param status as just looked at
     */
    public void booted(Replica replica, ReplicaStatus status) {
        Map<String, String> connections = new LinkedHashMap<>();
        status.run().ifPresent(run -> {
            connections.put("consoleSocket", run.consoleSocket().toString());
            connections.put("consoleLog", run.consoleLog().toString());
            connections.putAll(run.address().properties());
        });
        store(with(replica, Replica.State.BOOTED, replica.hydration(), connections));
    }

    /**
     * Copies in the background what a replica still needs of its point, starting it again when it has stopped copying.
     *
     * @param machine whose past it shows
     * @param replica which
     * @return how far it is; done equals total when nothing is missing any more
     * @throws HoldfastException {@code REPLICA_START_FAILED} while it does not run, or as {@link TargetAdapter#hydrate}
     */
    public Progress hydrate(Machine machine, Replica replica) {
        TargetAdapter target = target(machine);
        ReplicaPlace place = place(replica.id());
        if (target.isHydrated(place)) {
            long total = Math.max(1, total(replica));
            return new Progress(total, total, "bytes");
        }
        ReplicaStatus status = target.status(place);
        switch (status.state()) {
            case RUNNING -> {
                if (!status.hydration().active()) {
                    target.hydrate(place, 0);
                }
            }
            case BLOCKED -> target.start(place);
            case ABSENT, STOPPED, PAUSED ->
                throw new HoldfastException(
                        ErrorCode.REPLICA_START_FAILED,
                        "replica " + replica.id(),
                        "it is " + status.state() + " (" + status.reason()
                                + "); expected to run while it is made permanent");
        }
        long total = status.hydration().totalBytes();
        // one byte less than all until isHydrated says so
        Progress progress =
                new Progress(Math.min(status.hydration().doneBytes(), Math.max(0, total - 1)), total, "bytes");
        store(with(replica, replica.state(), progress, replica.connections()));
        return progress;
    }

    private static long total(Replica replica) {
        Progress hydration = replica.hydration();
        return hydration == null ? 1 : hydration.total();
    }

    /**
     * Notes that a replica needs its point no more, and lets go of the point.
     *
     * @param replica which
     */
    public void permanent(Replica replica) {
        exports.withdraw(UUID.fromString(replica.id()));
        long total = Math.max(1, total(replica));
        store(with(replica, Replica.State.PERMANENT, new Progress(total, total, "bytes"), replica.connections()));
    }

    /**
     * Removes a replica with everything it left: the machine at the target, the offer, the row.
     *
     * @param machine whose past it shows
     * @param id which; one that is gone is no error
     * @throws HoldfastException as {@link TargetAdapter#destroy}
     */
    public void destroy(Machine machine, String id) {
        target(machine).destroy(place(id));
        exports.withdraw(UUID.fromString(id));
        catalog.write(tables -> {
            tables.replicas().delete(id);
            return true;
        });
        copies.remove(id);
    }

    private void store(Replica replica) {
        catalog.write(tables -> {
            tables.replicas().put(replica);
            return true;
        });
        copies.put(replica.id(), replica);
    }

    private TargetAdapter target(Machine machine) {
        return targets.find(machine.address().adapter());
    }

    private ReplicaPlace place(String id) {
        return new ReplicaPlace(
                UUID.fromString(id), folder.resolve(id.replace("-", "").substring(0, 16)));
    }

    private ReplicaSpec spec(Machine machine, Replica replica, long spaceBytes) {
        SourceFacts facts = machine.facts();
        if (facts == null) {
            throw new HoldfastException(
                    ErrorCode.ILLEGAL_STATE,
                    "machine " + machine.name(),
                    "its hardware is not known; expected the agent to have looked at it");
        }
        List<ReplicaDisk> disks = exports.offer(UUID.fromString(replica.id()), machine.id(), replica.point()).stream()
                .map(disk -> new ReplicaDisk(
                        disk.identity(),
                        disk.sizeBytes(),
                        disk.logicalSectorBytes(),
                        disk.physicalSectorBytes(),
                        disk.socket(),
                        disk.exportName()))
                .toList();
        String suffix = replica.purpose() == Replica.Purpose.TEST ? "-test" : "";
        return new ReplicaSpec(
                place(replica.id()),
                machine.name() + suffix,
                facts.hardware(),
                disks,
                network(machine.id(), replica.network()),
                spaceBytes,
                machine.bootSign());
    }

    private static ReplicaNetwork network(MachineId machine, NetworkChoice choice) {
        return switch (choice) {
            case NetworkChoice.Isolated() -> new ReplicaNetwork.Isolated();
            case NetworkChoice.Bridge(String name) ->
                new ReplicaNetwork.Mapped(ReplicaNetwork.Kind.BRIDGE, name, macAddress(machine));
        };
    }

    /** The same for every replica of a machine, so that what is bound to it inside the guest stays bound. */
    private static String macAddress(MachineId machine) {
        byte[] id = ByteBuffer.allocate(Long.BYTES)
                .putLong(machine.value().getLeastSignificantBits())
                .array();
        return "52:54:00:" + HexFormat.ofDelimiter(":").formatHex(id, Long.BYTES - 3, Long.BYTES);
    }

    private static Replica with(
            Replica replica, Replica.State state, @Nullable Progress hydration, Map<String, String> connections) {
        return new Replica(
                replica.id(),
                replica.machine(),
                replica.purpose(),
                replica.point(),
                replica.network(),
                state,
                hydration,
                connections,
                replica.createdMillis());
    }
}
