package io.holdfast.processserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.TimeSource;
import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.BatchBuilder;
import io.holdfast.journal.BatchStart;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.SealedBatch;
import io.holdfast.model.StreamCoding;
import io.holdfast.transport.Link;
import io.holdfast.wire.Credits;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries the stream of one machine from its agent's session to the master target's: records in, batches out, acknowledgements back.
 *
 * <p>Invariant: the agent is told <i>durable</i> only what the master target has said, and gets credit back only for what is durable. So a
 * relay that is lost at any moment loses nothing; the agent connects again and resumes at the store's head.
 *
 * <p>Plain and single-threaded: every call comes in the relay's own turn (see {@link Mailbox}); sealing runs beside it on an executor and
 * comes back in turn.
 *
 * @since 1.0
 */
final class Relay implements StoreConnector.Events {

    private enum State {
        /** Nothing was said yet. */
        NEW,
        /** The agent has said Hello; the store has not welcomed it yet. */
        GREETING,
        /** The agent knows where the store stands; no epoch is open. */
        WELCOMED,
        OPENING,
        STREAMING,
        ENDED
    }

    /** A batch that waits for credit of the store, and the agent's credit that comes back when it is durable. */
    private record Waiting(SealedBatch batch, long creditBytes) {}

    /** A batch on its way. */
    private record Sent(long epoch, long lastSequence, long creditBytes, long storedBytes) {}

    private final Link agent;
    private final StoreConnector connector;
    private final Function<MachineId, MachineKeys> keySource;
    private final RelaySettings settings;
    private final Executor turn;
    private final Sealers sealers;
    private final TimeSource time;

    private final Credits.Receiving credit;
    private final Deque<BatchCoder.Coded> sealing = new ArrayDeque<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Deque<Sent> sent = new ArrayDeque<>();

    private State state = State.NEW;
    private Message.@Nullable Hello hello;
    private @Nullable MachineKeys keys;
    private @Nullable Link store;
    private @Nullable BatchBuilder builder;
    private Credits.@Nullable Sending storeCredit;
    private UUID bootId = BatchStart.BOOT_UNKNOWN;
    private long epoch;
    private long openCreditBytes;
    private long oldestOpenNanos;
    private volatile @Nullable BatchCoder coder;

    /**
     * Makes the relay of one agent session.
     *
     * @param agent the session
     * @param connector reaches the master target
     * @param keySource finds the keys of a machine; throws {@code KEY_MISSING} when there are none
     * @param settings the bounds
     * @param turn runs tasks one at a time, in order: the relay's own turn
     * @param sealers do the work of sealing
     * @param time for the age of an open batch
     */
    Relay(
            Link agent,
            StoreConnector connector,
            Function<MachineId, MachineKeys> keySource,
            RelaySettings settings,
            Executor turn,
            Sealers sealers,
            TimeSource time) {
        this.agent = agent;
        this.connector = connector;
        this.keySource = keySource;
        this.settings = settings;
        this.turn = turn;
        this.sealers = sealers;
        this.time = time;
        this.credit = new Credits.Receiving(settings.windowBytes());
    }

    /**
     * Takes a message of the agent.
     *
     * @param message what arrived
     */
    void fromAgent(Message message) {
        guarded(() -> {
            switch (message) {
                case Message.Hello greeting when state == State.NEW -> greet(greeting);
                case Message.OpenEpoch wish when state == State.WELCOMED -> openEpoch(wish);
                case Message.Records records when state == State.STREAMING -> take(records);
                case Message.HashQuery query when state == State.WELCOMED || state == State.STREAMING -> toStore(query);
                default -> throw unexpected("agent", message);
            }
        });
    }

    /** The agent's session has ended; what it sent and is not durable will be sent again. */
    void agentLost() {
        if (state != State.ENDED) {
            state = State.ENDED;
            if (store != null) {
                store.close("the agent's session ended");
            }
            drop();
        }
    }

    /** Looks at the time: takes keys that were rotated, closes a batch that has been open too long. */
    void tick() {
        guarded(() -> {
            BatchBuilder open = builder;
            if (state == State.STREAMING && open != null) {
                takeRotatedKeys(open);
            }
            if (state == State.STREAMING
                    && open != null
                    && !open.isEmpty()
                    && time.monotonicNanos() - oldestOpenNanos >= settings.batchMillisMax() * 1_000_000L) {
                seal(open);
            }
        });
    }

    /** A key that was rotated meanwhile seals from now on. */
    private void takeRotatedKeys(BatchBuilder open) {
        MachineKeys newest = keySource.apply(known(hello).machine());
        if (newest != keys) {
            open.rekey(newest);
            keys = newest;
        }
    }

    @Override
    public void connected(Link session) {
        if (state == State.ENDED) {
            session.close("the agent's session ended");
            return;
        }
        store = session;
        Message.Hello greeting = hello;
        if (greeting != null) {
            session.send(new Message.Hello(
                    WireLimits.VERSION, WireLimits.VERSION, settings.software(), settings.node(), greeting.machine()));
        }
    }

    @Override
    public void received(Message message) {
        guarded(() -> {
            switch (message) {
                case Message.Welcome welcome when state == State.GREETING -> welcome(welcome);
                case Message.EpochOpened opened when state == State.OPENING -> opened(opened);
                case Message.Durable durable -> durable(durable);
                case Message.Credit more -> {
                    if (storeCredit != null) {
                        storeCredit.grant(more.bytes());
                    }
                    forward();
                }
                case Message.HashAnswer answer -> agent.send(answer);
                case Message.Lost lost when state == State.STREAMING -> agent.send(lost);
                default -> throw unexpected("master target", message);
            }
        });
    }

    @Override
    public void lost(HoldfastException reason) {
        if (state != State.ENDED) {
            state = State.ENDED;
            agent.refuse(reason);
            drop();
        }
    }

    /**
     * How a machine's stream is coded now. Any thread.
     *
     * @param machine which
     * @return empty when it is another machine's relay or streams nothing
     */
    Optional<StreamCoding> coding(MachineId machine) {
        BatchCoder open = coder;
        return open == null ? Optional.empty() : open.coding(machine);
    }

    private void greet(Message.Hello greeting) {
        hello = greeting;
        keys = keySource.apply(greeting.machine());
        state = State.GREETING;
        connector.connect(this);
    }

    private void welcome(Message.Welcome fromStore) {
        state = State.WELCOMED;
        storeCredit = new Credits.Sending(fromStore.creditBytes());
        agent.send(new Message.Welcome(
                fromStore.version(),
                fromStore.head(),
                fromStore.provenSequence(),
                fromStore.disks(),
                fromStore.chainDigest(),
                fromStore.lastUtcMillis(),
                settings.windowBytes(),
                Optional.of(
                        new BlockHashKey(settings.batch().hash(), known(keys).hashKeyBytes()))));
    }

    private void openEpoch(Message.OpenEpoch wish) {
        state = State.OPENING;
        bootId = wish.bootId();
        toStore(wish);
    }

    private void opened(Message.EpochOpened opened) {
        state = State.STREAMING;
        epoch = opened.head().epoch();
        byte[] digest = new byte[WireLimits.DIGEST_BYTES];
        opened.chainDigest().duplicate().get(digest);
        builder = BatchBuilder.create(
                known(keys),
                settings.batch(),
                new BatchStart(
                        known(hello).machine(),
                        opened.head(),
                        opened.blockNumber(),
                        ChainDigest.of(digest),
                        opened.disks(),
                        opened.lastUtcMillis(),
                        bootId));
        coder = new BatchCoder(known(hello).machine(), settings, sealers, time);
        agent.send(opened);
    }

    private void take(Message.Records records) {
        if (records.epoch() != epoch) {
            throw new HoldfastException(
                    ErrorCode.EPOCH_STALE,
                    "records",
                    "of epoch " + records.epoch() + "; expected the open epoch " + epoch);
        }
        long bytes = records.creditBytes();
        if (!credit.arrived(bytes)) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "records",
                    bytes + " bytes are more than the credit given; expected to wait for more");
        }
        BatchBuilder open = known(builder);
        openCreditBytes += bytes;
        boolean proof = false;
        for (StreamRecord record : records.records()) {
            add(open, record);
            proof |= record instanceof StreamRecord.Proof;
        }
        if (!open.isEmpty() && (proof || open.isFull())) {
            seal(open);
        }
    }

    private void add(BatchBuilder open, StreamRecord record) {
        if (open.isEmpty()) {
            oldestOpenNanos = time.monotonicNanos();
        }
        if (!open.add(record)) {
            seal(open);
            oldestOpenNanos = time.monotonicNanos();
            if (!open.add(record)) {
                throw new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "record at sequence " + record.sequence(),
                        "does not fit into a batch of its own");
            }
        }
        if (open.isFull()) {
            seal(open);
        }
    }

    /** What the batch holds stays charged to the agent until it is durable. */
    private void seal(BatchBuilder open) {
        BatchCoder.Coded one = known(coder).seal(open, openCreditBytes);
        openCreditBytes = 0;
        sealing.add(one);
        one.batch().whenComplete((_, _) -> turn.execute(() -> guarded(this::collect)));
    }

    /** Takes what is sealed, in order. */
    private void collect() {
        while (state != State.ENDED
                && !sealing.isEmpty()
                && sealing.peek().batch().isDone()) {
            BatchCoder.Coded next = sealing.remove();
            known(coder).sealed(next);
            waiting.add(new Waiting(next.batch().join(), next.creditBytes()));
        }
        forward();
    }

    private void forward() {
        while (!waiting.isEmpty()) {
            SealedBatch batch = waiting.element().batch();
            Message message =
                    new Message.Batch(batch.epoch(), batch.firstSequence(), batch.lastSequence(), batch.bytes());
            if (!known(storeCredit).spend(message.creditBytes())) {
                return;
            }
            long creditBytes = waiting.remove().creditBytes();
            sent.add(new Sent(batch.epoch(), batch.lastSequence(), creditBytes, batch.storedBytes()));
            toStore(message);
        }
    }

    private void durable(Message.Durable durable) {
        long freed = 0;
        while (!sent.isEmpty()
                && sent.peek().epoch() <= durable.epoch()
                && sent.peek().lastSequence() <= durable.sequence()) {
            Sent done = sent.remove();
            freed += done.creditBytes();
            known(coder).durable(done.storedBytes());
        }
        agent.send(durable);
        long granted = freed == 0 ? 0 : credit.freed(freed);
        if (granted > 0) {
            agent.send(new Message.Credit(granted));
        }
    }

    private void toStore(Message message) {
        known(store).send(message);
    }

    private void guarded(Runnable action) {
        if (state == State.ENDED) {
            return;
        }
        try {
            action.run();
        } catch (HoldfastException e) {
            end(e);
        }
    }

    private void end(HoldfastException reason) {
        state = State.ENDED;
        agent.refuse(reason);
        if (store != null) {
            store.close("the agent's session was refused");
        }
        drop();
    }

    private void drop() {
        sealing.clear();
        waiting.clear();
        sent.clear();
        builder = null;
        coder = null;
    }

    private HoldfastException unexpected(String from, Message message) {
        return new HoldfastException(
                ErrorCode.PROTOCOL_ERROR,
                from,
                message.getClass().getSimpleName() + " was not expected while " + state);
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("used before it was there");
        }
        return value;
    }
}
