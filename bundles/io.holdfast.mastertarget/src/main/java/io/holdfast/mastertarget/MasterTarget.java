package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.TimeSource;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.KeyVault;
import io.holdfast.journal.LedgerSigner;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.RecoveryStore;
import io.holdfast.journal.SegmentPlaces;
import io.holdfast.journal.SpaceFigures;
import io.holdfast.journal.StoreRoom;
import io.holdfast.journal.StoreSettings;
import io.holdfast.model.NodeCredentials;
import io.holdfast.transport.CloseCause;
import io.holdfast.transport.PeerCheck;
import io.holdfast.transport.Session;
import io.holdfast.transport.SessionHandler;
import io.holdfast.transport.SessionLink;
import io.holdfast.transport.TransportLimits;
import io.holdfast.transport.TransportServer;
import io.holdfast.transport.TransportTls;
import io.holdfast.wire.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running master target: the store and its keeper's thread, the server for process servers, the offered points.
 *
 * @since 1.0
 */
final class MasterTarget implements MasterTargetService, AutoCloseable {

    private static final int FENCE_ATTEMPTS_MAX = 100;
    private static final long KEEPER_STOP_MILLIS_MAX = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(MasterTarget.class);

    /**
     * Where a master target keeps and offers things.
     *
     * @param store the recovery store
     * @param exports what is offered
     * @param sockets UNIX sockets of offered points
     * @param witness where anchors of the store are laid down, if anywhere
     */
    record Folders(Path store, Path exports, Path sockets, Optional<AnchorWitness.Settings> witness) {}

    /**
     * What a master target opens and signs with.
     *
     * @param vault the keys of the node
     * @param signer of the store's ledgers
     */
    record Secrets(KeyVault vault, LedgerSigner signer) {}

    private final KeyVault vault;
    private final HeldKeys heldKeys;
    private final RecoveryStore store;
    private final StoreKeeper keeper;
    private final Thread keeperThread;
    private final SegmentCarrier carrier;
    private final Thread carrierThread;
    private final AnchorWitness witness;
    private final Thread witnessThread;
    private final PointExports exports;
    private final TransportServer server;

    /**
     * Opens the store, offers again what was offered, and listens.
     *
     * @param folders created when they are not there
     * @param secrets what it opens and signs with
     * @param settings of the store
     * @param address for process servers
     * @param tls the node's keys
     * @throws HoldfastException as {@link RecoveryStore#open(Path, StoreSettings, TimeSource)}; {@code PORT_IN_USE}; nothing is left behind
     */
    MasterTarget(
            Folders folders, Secrets secrets, StoreSettings settings, InetSocketAddress address, TransportTls tls) {
        vault = secrets.vault();
        heldKeys = new HeldKeys(vault);
        createFolder(folders.store());
        store = RecoveryStore.open(
                SegmentPlaces.files(folders.store()),
                settings,
                TimeSource.SYSTEM,
                secrets.signer(),
                heldKeys::resident);
        try {
            keeper = new StoreKeeper(store);
            exports =
                    new PointExports(keeper::history, heldKeys, new ExportFiles(folders.exports()), folders.sockets());
            exports.reopenAll();
            server = TransportServer.listen(
                    address,
                    TransportLimits.DEFAULT,
                    tls,
                    PeerCheck.named(NodeCredentials.NODE_NAME),
                    _ -> new ProcessServerSession());
        } catch (HoldfastException e) {
            store.close();
            throw e;
        }
        keeperThread = new Thread(keeper, "holdfast-mastertarget-keeper");
        keeperThread.start();
        carrier = new SegmentCarrier(store);
        carrierThread = new Thread(carrier, "holdfast-mastertarget-carrier");
        carrierThread.start();
        witness = new AnchorWitness(store, folders.witness(), TimeSource.SYSTEM);
        witnessThread = new Thread(witness, "holdfast-mastertarget-witness");
        witnessThread.start();
        LOG.info(
                "master target listens address={} store={} machines={}",
                server.address(),
                folders.store(),
                store.machines().size());
    }

    /**
     * Where it listens.
     *
     * @return the bound address
     */
    InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void createHistory(MachineId machine) {
        vault.create(machine);
        if (store.find(machine).isEmpty()) {
            store.create(machine);
            LOG.info("history created machine={}", machine);
        }
    }

    @Override
    public void requireDestroyable(MachineId machine) {
        store.find(machine).ifPresent(MachineHistory::requireDestroyable);
    }

    @Override
    public void destroyHistory(MachineId machine) {
        requireDestroyable(machine);
        exports.withdrawAll(machine);
        store.find(machine).ifPresent(MachineHistory::destroy);
        heldKeys.drop(machine);
        vault.destroy(machine);
        LOG.info("history destroyed machine={}", machine);
    }

    @Override
    public MachineHistory history(MachineId machine) {
        return keeper.history(machine);
    }

    @Override
    public StoreRoom room() {
        return store.room();
    }

    @Override
    public Map<MachineId, SpaceFigures> spaces() {
        Map<MachineId, SpaceFigures> spaces = new TreeMap<>();
        for (MachineId machine : store.machines()) {
            try {
                store.find(machine).ifPresent(history -> spaces.put(machine, history.space()));
            } catch (HoldfastException e) {
                // damaged or just destroyed: what it takes is not known, and whoever looks at the machine is told
                LOG.debug("space of a history is not known machine={} code={}", machine, e.code());
            }
        }
        return spaces;
    }

    @Override
    public HistoryHead fence(MachineId machine, Position parent, EpochCause cause, String writer) {
        MachineHistory history = keeper.history(machine);
        for (int attempt = 1; ; attempt++) {
            try {
                HistoryHead head =
                        history.openEpoch(new EpochRequest(history.head().position(), parent, cause, writer, 0));
                keeper.endWriter(machine);
                LOG.info(
                        "machine fenced machine={} epoch={} parent={} cause={}",
                        machine,
                        head.position().epoch(),
                        parent,
                        cause);
                return head;
            } catch (HoldfastException e) {
                // the present writer goes on until the epoch is ours, so the head may have moved under us
                if (e.code() != ErrorCode.EPOCH_STALE || attempt == FENCE_ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    @Override
    public PointExport offer(UUID id, MachineId machine, Position position, boolean proven) {
        return exports.offer(id, machine, position, proven);
    }

    @Override
    public void withdraw(UUID id) {
        exports.withdraw(id);
    }

    @Override
    public Optional<PointExport> offered(UUID id) {
        return exports.find(id);
    }

    @Override
    public void handOver(MachineId machine, MachineKeys keys) {
        heldKeys.handOver(machine, keys);
        LOG.info("keys handed over machine={}", machine);
    }

    @Override
    public void takeBack(MachineId machine) {
        heldKeys.drop(machine);
        LOG.info("keys taken back machine={}", machine);
    }

    @Override
    public boolean holdsKeys(MachineId machine) {
        return heldKeys.holds(machine);
    }

    @Override
    public Anchor anchor(Optional<Anchor> since) {
        return store.anchor(since);
    }

    @Override
    public List<AnchorFinding> compare(Anchor anchor) {
        return store.compare(anchor);
    }

    @Override
    public String witnessTrouble() {
        return witness.trouble();
    }

    /** Ends all sessions in order, makes durable what waits, closes the store. Offers stay remembered. Idempotent. */
    @Override
    public void close() {
        server.close();
        exports.close();
        keeper.stop();
        carrier.stop();
        witness.stop();
        try {
            keeperThread.join(KEEPER_STOP_MILLIS_MAX);
            carrierThread.join(KEEPER_STOP_MILLIS_MAX);
            witnessThread.join(KEEPER_STOP_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (keeperThread.isAlive() || carrierThread.isAlive() || witnessThread.isAlive()) {
            LOG.error(
                    "a thread of the store did not end in time; the store is left as it is, nothing acknowledged is lost");
        } else {
            store.close();
        }
        LOG.info("master target stopped");
    }

    private static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR, folder.toString(), "cannot be created: " + e.getMessage(), e);
        }
    }

    /** One process server's session: turns the transport's calls into those of the intake. */
    private final class ProcessServerSession implements SessionHandler {

        private @Nullable SessionLink link;
        private @Nullable IntakeSession intake;

        @Override
        public void opened(Session session) {
            SessionLink peer = new SessionLink(session);
            link = peer;
            intake = new IntakeSession(keeper, peer);
        }

        @Override
        public void received(Session session, Message message) {
            if (intake != null) {
                intake.received(message);
            }
        }

        @Override
        public void writable(Session session) {
            if (link != null) {
                link.writable();
            }
        }

        @Override
        public void closed(Session session, CloseCause cause) {
            if (intake != null) {
                intake.lost();
            }
        }
    }
}
