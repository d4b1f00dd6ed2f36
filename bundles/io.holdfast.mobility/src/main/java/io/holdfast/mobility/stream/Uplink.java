package io.holdfast.mobility.stream;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.changelog.ChangeLog;
import io.holdfast.changelog.LogRecovery;
import io.holdfast.transport.Link;
import io.holdfast.wire.Credits;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends the stream to the store: resumes behind what is durable there, in an epoch of its own for each session, within the credit.
 *
 * <p>Invariant: nothing is sent before an epoch was opened on exactly the head that the store told, and the stream that follows is either
 * what came behind that head, whole, or begins with a gap.
 *
 * <p>Plain and single-threaded: calls come from the machine's own turn. {@link #hashes()} may be used by everybody.
 */
public final class Uplink {

    /** What the owner of an uplink is told, in the same turn. */
    public interface Owner {

        /**
         * Writes down a lineage, durably, before it returns.
         *
         * @param lineage what to remember
         */
        void remember(Lineage lineage);

        /** The stream cannot be continued where the store ends: the owner seals the sequencer until {@link #streaming}. */
        void streamLost();

        /**
         * The stream goes to the store.
         *
         * @param start where it goes on
         */
        void streaming(StreamStart start);

        /**
         * Somebody else has opened an epoch of this machine; the session was closed.
         *
         * @param head where the store stands
         */
        void foreign(Position head);

        /**
         * The store has lost ranges of its newest state, and asks for them.
         *
         * @param ranges what is to be read and sent again
         */
        void lost(List<DiskRange> ranges);

        /** The store has more than before; the sequencer knows already. */
        void durable();
    }

    /**
     * Who sends what for whom.
     *
     * @param machine the machine
     * @param node the agent
     * @param software name and version, for people
     * @param writer the agent's name, for people
     */
    public record Identity(MachineId machine, UUID node, String software, String writer) {}

    /** How much is taken from the stream at a time: a message is filled, and credit never waits for more than this. */
    private static final long READ_BYTES = WireLimits.RECORDS_BYTES_TARGET;

    private enum State {
        CLOSED,
        GREETING,
        OPENING,
        STREAMING
    }

    private final Identity identity;
    private final Sequencer sequencer;
    private final ChangeLog log;
    private final LogPump pump;
    private final RandomGenerator leaps;
    private final Owner owner;
    private final HashDesk desk = new HashDesk();
    private final Deque<StreamRecord> waiting = new ArrayDeque<>();

    private Lineage lineage;
    private boolean continued;
    private State state = State.CLOSED;
    private @Nullable Link link;
    private Message.@Nullable Welcome welcome;
    private boolean lost;
    private boolean damaged;
    private boolean adopting;
    private boolean setBack;
    private Credits.Sending credit = new Credits.Sending(0);
    private @Nullable StreamCursor cursor;
    private long epoch;
    private long durableSequence;
    private long provenSequence;
    private long sentBytes;
    private UUID bootId = new UUID(0, 0);

    /**
     * Makes an uplink without a session.
     *
     * @param identity who sends
     * @param stream memory, log and the pump between them
     * @param lineage what is remembered of earlier sessions
     * @param leaps draws the numbers of epochs; one that nobody can set back
     * @param owner told what happens
     */
    public Uplink(Identity identity, Stream stream, Lineage lineage, RandomGenerator leaps, Owner owner) {
        this.identity = identity;
        this.sequencer = stream.sequencer();
        this.log = stream.log();
        this.pump = stream.pump();
        this.lineage = lineage;
        this.leaps = leaps;
        this.owner = owner;
    }

    /** The stream's places: what is in memory, what is logged, and the way between. */
    public record Stream(Sequencer sequencer, ChangeLog log, LogPump pump) {}

    /**
     * Where the stream goes on.
     *
     * @param head the new epoch and what the store has
     * @param end the highest sequence of the stream, before anything new
     * @param first true for the first session since the agent started: nobody saw what was written before
     * @param lost true when records between the store's head and here are gone
     * @param setBack true when the store lacks what it had confirmed
     * @param disks the disks as the store knows them at its head
     * @param utcMillis the source's clock at the store's head
     */
    public record StreamStart(
            Position head, long end, boolean first, boolean lost, boolean setBack, DiskTable disks, long utcMillis) {}

    /**
     * Tells the current hypervisor run, named in the next epoch.
     *
     * @param id changes with each start
     */
    public void bootId(UUID id) {
        bootId = id;
    }

    /** Goes on behind whatever the store's head is at the next session: an operator wants the machine protected again. */
    public void adoptNext() {
        adopting = true;
    }

    /**
     * A session was opened: says Hello.
     *
     * @param session where to send
     */
    public void connected(Link session) {
        closed();
        link = session;
        state = State.GREETING;
        credit = new Credits.Sending(0);
        session.send(new Message.Hello(
                WireLimits.VERSION, WireLimits.VERSION, identity.software(), identity.node(), identity.machine()));
    }

    /** The session has ended, or is given up. */
    public void closed() {
        state = State.CLOSED;
        link = null;
        cursor = null;
        waiting.clear();
        desk.closed();
    }

    /**
     * Takes a message of the current session.
     *
     * @param message what arrived
     * @throws HoldfastException when it makes no sense; the session is to be refused
     */
    public void received(Message message) {
        switch (message) {
            case Message.Welcome greeting when state == State.GREETING -> welcomed(greeting);
            case Message.EpochOpened opened when state == State.OPENING -> opened(opened);
            case Message.Durable durable when state == State.STREAMING -> durable(durable);
            case Message.Durable _ -> {}
            case Message.Lost lost when state == State.STREAMING -> owner.lost(lost.ranges());
            case Message.Credit more -> credit.grant(more.bytes());
            case Message.HashAnswer answer -> desk.answered(answer);
            default ->
                throw new HoldfastException(
                        ErrorCode.PROTOCOL_ERROR,
                        "process server",
                        message.getClass().getSimpleName() + " was not expected while " + state);
        }
    }

    private void welcomed(Message.Welcome greeting) {
        welcome = greeting;
        credit = new Credits.Sending(greeting.creditBytes());
        Position head = greeting.head();
        Lineage.Verdict verdict = lineage.judge(head);
        boolean adopted = adopting && verdict == Lineage.Verdict.FOREIGN;
        if (adopted) {
            lineage = lineage.adopting(head);
            verdict = Lineage.Verdict.OURS;
        }
        if (verdict == Lineage.Verdict.FOREIGN) {
            Link session = link;
            closed();
            if (session != null) {
                session.close("the machine's history is written by another");
            }
            owner.foreign(head);
            return;
        }
        setBack = verdict == Lineage.Verdict.SET_BACK;
        lost = damaged || adopted || setBack || !canContinue(head.sequence());
        if (lost) {
            owner.streamLost();
        }
        lineage = lineage.wishing(head, leaps.nextInt(Lineage.LEAP_BOUND));
        owner.remember(lineage);
        EpochCause cause =
                head.equals(Position.ORIGIN) && !setBack ? EpochCause.START : lost ? EpochCause.GAP : EpochCause.RESUME;
        state = State.OPENING;
        send(new Message.OpenEpoch(head, head, cause, identity.writer(), lineage.epochSeen() - 1, bootId));
    }

    /** Whether everything between the store's head and the end of the stream is at hand. */
    private boolean canContinue(long headSequence) {
        if (continued) {
            return headSequence <= sequencer.highestGiven() && StreamCursor.canReach(sequencer, log, headSequence + 1);
        }
        LogRecovery found = log.recovery();
        boolean nothingLeft = !isOfThisStream(found) || found.loggedSequence() <= headSequence;
        return nothingLeft || found.firstSequence() <= headSequence + 1;
    }

    private boolean isOfThisStream(LogRecovery found) {
        return !found.isEmpty() && found.epoch() >= lineage.lossEpoch();
    }

    private void opened(Message.EpochOpened opened) {
        Position head = opened.head();
        boolean first = !continued;
        if (lost || first) {
            LogRecovery found = log.recovery();
            long logged = lost || !isOfThisStream(found) ? 0 : found.loggedSequence();
            long end = Math.max(head.sequence(), logged);
            sequencer.restart(end, Math.max(opened.lastUtcMillis(), found.utcMillis()));
        }
        continued = true;
        damaged = false;
        adopting = false;
        lineage = lineage.opened(head, lost);
        owner.remember(lineage);
        epoch = head.epoch();
        pump.epochOpened(epoch, opened.disks());
        Message.Welcome greeting = welcome;
        if (greeting != null) {
            provenSequence = greeting.provenSequence();
            desk.opened(head.sequence(), greeting.hashKey());
        }
        durableSequence = head.sequence();
        sequencer.durable(durableSequence, provenSequence);
        cursor = new StreamCursor(sequencer, log, head.sequence() + 1);
        state = State.STREAMING;
        owner.streaming(new StreamStart(
                head, sequencer.highestGiven(), first, lost, setBack, opened.disks(), opened.lastUtcMillis()));
    }

    private void durable(Message.Durable durable) {
        if (durable.sequence() > sequencer.highestGiven()) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "process server",
                    "confirms sequence " + durable.sequence() + "; " + sequencer.highestGiven()
                            + " was the last one given");
        }
        durableSequence = Math.max(durableSequence, durable.sequence());
        provenSequence = Math.max(provenSequence, durable.provenSequence());
        lineage = lineage.durable(durableSequence);
        sequencer.durable(durableSequence, provenSequence);
        StreamCursor current = cursor;
        if (current != null && current.nextSequence() > durableSequence) {
            log.release(durableSequence);
        }
        desk.durable(durableSequence);
        owner.durable();
    }

    /**
     * Sends what may be sent now.
     *
     * @throws HoldfastException {@code LOG_DAMAGED} or {@code DISK_ERROR} when the log cannot be read: the stream will be lost with the
     *     next session; this one is to be closed
     */
    public void pump() {
        if (state != State.STREAMING) {
            return;
        }
        for (Message query = desk.next(); query != null; query = desk.next()) {
            send(query);
        }
        while (sendSome()) {
            // until credit or records run out
        }
    }

    private boolean sendSome() {
        StreamCursor current = cursor;
        if (current == null) {
            return false;
        }
        if (waiting.isEmpty()) {
            waiting.addAll(read(current));
        }
        List<StreamRecord> records = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty()
                && records.size() < WireLimits.RECORDS_MAX
                && bytes < WireLimits.RECORDS_BYTES_TARGET) {
            long more = Message.Records.creditBytes(waiting.element());
            if (!credit.spend(more)) {
                break;
            }
            bytes += more;
            records.add(waiting.remove());
        }
        if (records.isEmpty()) {
            return false;
        }
        sentBytes += bytes;
        send(new Message.Records(epoch, records));
        return true;
    }

    private List<StreamRecord> read(StreamCursor current) {
        try {
            return current.next(READ_BYTES);
        } catch (HoldfastException e) {
            damaged = true;
            throw e;
        }
    }

    private void send(Message message) {
        Link session = link;
        if (session != null) {
            session.send(message);
        }
    }

    /**
     * Tells whether an epoch is open in a session.
     *
     * @return true while records can be sent
     */
    public boolean isStreaming() {
        return state == State.STREAMING;
    }

    /**
     * Tells whether everything given so far was sent.
     *
     * @return true in a session that has nothing to send
     */
    public boolean isCaughtUp() {
        StreamCursor current = cursor;
        return state == State.STREAMING
                && current != null
                && waiting.isEmpty()
                && current.nextSequence() > sequencer.highestGiven();
    }

    /**
     * The epoch of the newest session.
     *
     * @return 0 before the first
     */
    public long epoch() {
        return epoch;
    }

    /**
     * The highest sequence that the store is known to have.
     *
     * @return 0 before anything was heard
     */
    public long durableSequence() {
        return durableSequence;
    }

    /**
     * The highest sequence that the store has proven.
     *
     * @return 0 before anything was heard
     */
    public long provenSequence() {
        return provenSequence;
    }

    /**
     * What was sent.
     *
     * @return bytes of records since this uplink was made, what was sent again counted again
     */
    public long sentBytes() {
        return sentBytes;
    }

    /**
     * What is remembered of the epochs.
     *
     * @return the lineage
     */
    public Lineage lineage() {
        return lineage;
    }

    /**
     * Asks the store for hashes.
     *
     * @return the desk; thread-safe
     */
    public StoreHashes hashes() {
        return desk;
    }
}
