package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.PointImage;
import io.holdfast.nbd.NbdConnectionListener;
import io.holdfast.nbd.NbdExport;
import io.holdfast.nbd.NbdExports;
import io.holdfast.nbd.NbdServer;
import io.holdfast.nbd.NbdServerSettings;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers points as block devices over NBD on UNIX sockets, and goes on offering them after a restart at the same place. A point that is
 * offered is pinned. Thread-safe.
 *
 * @since 1.0
 */
final class PointExports implements AutoCloseable {

    /** What fits into the address of a UNIX socket on Linux, with its ending zero. */
    private static final int SOCKET_PATH_BYTES_MAX = 107;

    private static final Logger LOG = LoggerFactory.getLogger(PointExports.class);

    private record Open(PointExport export, PointImage image, NbdServer server) {}

    private final Function<MachineId, MachineHistory> histories;
    private final HeldKeys keys;
    private final ExportFiles files;
    private final Path socketFolder;
    private final Map<UUID, Open> open = new HashMap<>();

    /**
     * Starts with nothing offered; see {@link #reopenAll}.
     *
     * @param histories finds a machine's history; throws {@code NOT_FOUND}
     * @param keys of the machines; those handed over are dropped with the last offer of their machine
     * @param files remembers the offers
     * @param socketFolder where sockets are made; created when it is not there
     */
    PointExports(Function<MachineId, MachineHistory> histories, HeldKeys keys, ExportFiles files, Path socketFolder) {
        this.histories = histories;
        this.keys = keys;
        this.files = files;
        this.socketFolder = socketFolder;
        try {
            Files.createDirectories(socketFolder);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, socketFolder.toString(), "cannot be created: " + e.getMessage(), e);
        }
    }

    /** Offers again what was offered when the process ended. What cannot be offered is logged and stays remembered. */
    synchronized void reopenAll() {
        for (ExportFiles.Entry entry : files.all()) {
            try {
                open.put(entry.id(), start(entry));
            } catch (HoldfastException e) {
                LOG.error(
                        "point cannot be offered again export={} machine={} code={} reason={}",
                        entry.id(),
                        entry.machine(),
                        e.code(),
                        e.getMessage());
            }
        }
    }

    /**
     * Offers a point. Repeated with the same id it returns the offer that is there. Remembered durably on return.
     *
     * @param id of the offer
     * @param machine whose point
     * @param position which point
     * @param proven false for "latest, unproven", after the operator was told
     * @return the offer
     * @throws HoldfastException as {@link MachineHistory#openPoint}; {@code NOT_FOUND}, {@code KEY_MISSING}; {@code ALREADY_EXISTS} when
     *     the id stands for another point; {@code INVALID_ARGUMENT} when the socket's path would be too long. Nothing is left behind
     */
    synchronized PointExport offer(UUID id, MachineId machine, Position position, boolean proven) {
        Open present = open.get(id);
        if (present != null) {
            PointExport export = present.export();
            if (!export.machine().equals(machine) || !export.position().equals(position)) {
                throw new HoldfastException(
                        ErrorCode.ALREADY_EXISTS,
                        "export " + id,
                        "offers " + export.position() + " of machine " + export.machine() + "; expected a new id");
            }
            return export;
        }
        MachineHistory history = histories.apply(machine);
        ExportFiles.Entry entry = new ExportFiles.Entry(
                id,
                machine,
                position,
                proven,
                history.pin(position, "offered as " + id).id());
        try {
            Open started = start(entry);
            try {
                files.keep(entry);
            } catch (HoldfastException e) {
                stop(started);
                throw e;
            }
            open.put(id, started);
            return started.export();
        } catch (HoldfastException e) {
            history.unpin(entry.pin());
            throw e;
        }
    }

    /**
     * Ends an offer; its connections are cut. Durable on return. Nothing happens when there is none.
     *
     * @param id of the offer
     */
    synchronized void withdraw(UUID id) {
        Open present = open.remove(id);
        if (present != null) {
            stop(present);
            dropKeysOf(present.export().machine());
        }
        for (ExportFiles.Entry entry : files.all()) {
            if (entry.id().equals(id)) {
                unpin(entry);
            }
        }
        files.forget(id);
    }

    /**
     * Ends every offer of a machine's points.
     *
     * @param machine whose
     */
    synchronized void withdrawAll(MachineId machine) {
        files.all().stream().filter(entry -> entry.machine().equals(machine)).forEach(entry -> withdraw(entry.id()));
    }

    /**
     * Finds an offer.
     *
     * @param id of the offer
     * @return it, or nothing
     */
    synchronized Optional<PointExport> find(UUID id) {
        return Optional.ofNullable(open.get(id)).map(Open::export);
    }

    /** Stops serving; offers stay remembered. Idempotent. */
    @Override
    public synchronized void close() {
        open.values().forEach(PointExports::stop);
        open.clear();
    }

    private Open start(ExportFiles.Entry entry) {
        Path socket = socketOf(entry.id());
        MachineHistory history = histories.apply(entry.machine());
        MachineKeys machineKeys = keys.keysOf(entry.machine());
        PointImage image = entry.proven()
                ? history.openPoint(entry.position(), machineKeys)
                : history.openUnproven(entry.position(), machineKeys);
        try {
            NbdServer server = NbdServer.start(
                    NbdServerSettings.at(UnixDomainSocketAddress.of(socket)),
                    exportsOf(image),
                    NbdConnectionListener.NONE);
            List<DiskDescription> disks = image.disks().disks();
            LOG.info(
                    "point offered export={} machine={} position={} socket={}",
                    entry.id(),
                    entry.machine(),
                    entry.position(),
                    socket);
            return new Open(
                    new PointExport(entry.id(), entry.machine(), entry.position(), socket, disks), image, server);
        } catch (IOException e) {
            image.close();
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, socket.toString(), "cannot be listened on: " + e.getMessage(), e);
        } catch (HoldfastException e) {
            image.close();
            throw e;
        }
    }

    private void dropKeysOf(MachineId machine) {
        if (open.values().stream().noneMatch(offer -> offer.export().machine().equals(machine))) {
            keys.drop(machine);
        }
    }

    private Path socketOf(UUID id) {
        Path socket = socketFolder.resolve(id.toString().substring(0, 13) + ".nbd");
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > SOCKET_PATH_BYTES_MAX) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "data folder " + socketFolder,
                    "is too deep: the socket " + socket + " would have " + length + " bytes; expected at most "
                            + SOCKET_PATH_BYTES_MAX);
        }
        return socket;
    }

    private static NbdExports exportsOf(PointImage image) {
        Map<String, NbdExport> byName = new HashMap<>();
        for (DiskDescription disk : image.disks().disks()) {
            byName.put(PointExport.exportName(disk.number()), PointDisk.export(image, disk));
        }
        return new NbdExports() {
            @Override
            public Optional<NbdExport> find(String name) {
                return Optional.ofNullable(byName.get(name));
            }

            @Override
            public List<String> list() {
                return byName.keySet().stream().sorted().toList();
            }
        };
    }

    private static void stop(Open offer) {
        offer.server().close();
        offer.image().close();
        LOG.info("point no longer offered export={}", offer.export().id());
    }

    private void unpin(ExportFiles.Entry entry) {
        try {
            histories.apply(entry.machine()).unpin(entry.pin());
        } catch (HoldfastException e) {
            if (e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
        }
    }
}
