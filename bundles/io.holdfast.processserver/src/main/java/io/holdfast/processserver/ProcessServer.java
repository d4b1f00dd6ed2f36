package io.holdfast.processserver;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.journal.MachineKeys;
import io.holdfast.model.NodeCredentials;
import io.holdfast.model.StreamCoding;
import io.holdfast.transport.CloseCause;
import io.holdfast.transport.PeerCheck;
import io.holdfast.transport.Session;
import io.holdfast.transport.SessionHandler;
import io.holdfast.transport.SessionLink;
import io.holdfast.transport.TransportClient;
import io.holdfast.transport.TransportLimits;
import io.holdfast.transport.TransportServer;
import io.holdfast.transport.TransportTls;
import io.holdfast.wire.Message;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds relays to the network: one for each session of an agent, each with its own session to the master target. Owns its threads.
 *
 * @since 1.0
 */
final class ProcessServer implements AutoCloseable {

    private static final long TICK_MILLIS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(ProcessServer.class);

    private final ExecutorService pool;
    private final Sealers sealers;
    private final ScheduledExecutorService clock;
    private final TransportClient client;
    private final TransportServer server;
    private final Set<AgentSession> sessions = ConcurrentHashMap.newKeySet();

    /**
     * Where a process server listens and forwards to.
     *
     * @param listen address for agents
     * @param store address of the master target
     * @param limits of both
     * @param tls the node's keys
     * @param check which agent may carry which machine
     */
    record Network(
            InetSocketAddress listen,
            InetSocketAddress store,
            TransportLimits limits,
            TransportTls tls,
            PeerCheck check) {}

    private final Function<MachineId, MachineKeys> keySource;
    private final RelaySettings settings;
    private final Network network;

    /**
     * Starts to listen.
     *
     * @param network where
     * @param keySource finds a machine's keys; throws {@code KEY_MISSING}
     * @param settings of each relay
     * @throws HoldfastException {@code PORT_IN_USE} or {@code NETWORK}; nothing is left behind
     */
    ProcessServer(Network network, Function<MachineId, MachineKeys> keySource, RelaySettings settings) {
        this.network = network;
        this.keySource = keySource;
        this.settings = settings;
        AtomicInteger number = new AtomicInteger();
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        pool = Executors.newFixedThreadPool(
                threads, task -> new Thread(task, "holdfast-processserver-" + number.incrementAndGet()));
        sealers = new Sealers(pool, threads, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        clock = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "holdfast-processserver-clock"));
        client = TransportClient.create(network.limits(), network.tls(), PeerCheck.named(NodeCredentials.NODE_NAME));
        try {
            server = TransportServer.listen(
                    network.listen(), network.limits(), network.tls(), network.check(), _ -> new AgentSession());
        } catch (HoldfastException e) {
            client.close();
            clock.shutdown();
            pool.shutdown();
            throw e;
        }
        clock.scheduleAtFixedRate(
                () -> sessions.forEach(AgentSession::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        LOG.info("process server listens address={} store={}", server.address(), network.store());
    }

    /**
     * Where it listens.
     *
     * @return the bound address
     */
    InetSocketAddress address() {
        return server.address();
    }

    /**
     * How the stream of a machine is coded now.
     *
     * @param machine which
     * @return empty when it has no stream here
     */
    Optional<StreamCoding> coding(MachineId machine) {
        return sessions.stream()
                .flatMap(session -> session.coding(machine).stream())
                .findFirst();
    }

    /** Ends all sessions in order and stops. Nothing is lost: agents send again what was not durable. Idempotent. */
    @Override
    public void close() {
        server.close();
        client.close();
        clock.shutdown();
        pool.shutdown();
        LOG.info("process server stopped address={}", server.address());
    }

    /** One agent's session: turns the transport's calls into the relay's turns. */
    private final class AgentSession implements SessionHandler {

        private final Mailbox turn = new Mailbox(pool);
        private @Nullable SessionLink link;
        private volatile @Nullable Relay relay;

        @Override
        public void opened(Session session) {
            SessionLink agent = new SessionLink(session);
            link = agent;
            relay = new Relay(agent, this::connect, keySource, settings, turn, sealers, TimeSource.SYSTEM);
            sessions.add(this);
            LOG.info("agent connected peer={} address={}", session.peer().commonName(), session.remoteAddress());
        }

        @Override
        public void received(Session session, Message message) {
            inTurn(open -> open.fromAgent(message));
        }

        @Override
        public void writable(Session session) {
            if (link != null) {
                link.writable();
            }
        }

        @Override
        public void closed(Session session, CloseCause cause) {
            sessions.remove(this);
            inTurn(Relay::agentLost);
            LOG.info("agent disconnected peer={} cause={}", session.peer().commonName(), cause);
        }

        void tick() {
            inTurn(Relay::tick);
        }

        Optional<StreamCoding> coding(MachineId machine) {
            Relay open = relay;
            return open == null ? Optional.empty() : open.coding(machine);
        }

        private void connect(StoreConnector.Events events) {
            StoreSession handler = new StoreSession(turn, events);
            client.connect(network.store(), handler).whenComplete((_, failure) -> {
                if (failure != null) {
                    turn.execute(() -> events.lost(StoreSession.reason(failure)));
                }
            });
        }

        private void inTurn(Consumer<Relay> action) {
            Relay open = relay;
            if (open != null) {
                turn.execute(() -> action.accept(open));
            }
        }
    }
}
