package io.holdfast.mastertarget;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.journal.AppendResult;
import io.holdfast.journal.BlockHash;
import io.holdfast.journal.BlockHashes;
import io.holdfast.journal.EpochRequest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.transport.Link;
import io.holdfast.wire.Credits;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One process server's session for one machine: checks its batches into the store and tells it what is durable.
 *
 * <p>Invariant: {@link Message.Durable} is sent for what a commit has made durable, and for nothing else. Thread-safe: messages come on the
 * session's thread, commits on the keeper's.
 *
 * @since 1.0
 */
final class IntakeSession implements StoreKeeper.Listener {

    /** Credit of one session: what may wait for a commit. The store bounds what waits for all machines together. */
    static final long WINDOW_BYTES = 16L << 20;

    private record Taken(long epoch, long lastSequence, long bytes) {}

    private final StoreKeeper keeper;
    private final Link peer;
    private final Object lock = new Object();
    private final Credits.Receiving credit = new Credits.Receiving(WINDOW_BYTES);
    private final Deque<Taken> taken = new ArrayDeque<>();
    private final Deque<Message.Batch> postponed = new ArrayDeque<>();

    private final LossNotice losses = new LossNotice();

    private @Nullable MachineHistory history;
    private @Nullable BlockHashes hashes;
    private boolean streaming;
    private boolean ended;

    /**
     * Serves a session.
     *
     * @param keeper of the store
     * @param peer the session
     */
    IntakeSession(StoreKeeper keeper, Link peer) {
        this.keeper = keeper;
        this.peer = peer;
    }

    /**
     * Takes a message of the process server.
     *
     * @param message what arrived
     */
    void received(Message message) {
        synchronized (lock) {
            if (ended) {
                return;
            }
            try {
                MachineHistory machine = history;
                if (machine == null) {
                    greet(message);
                } else {
                    serve(message, machine);
                }
            } catch (HoldfastException e) {
                end(e);
            }
        }
    }

    /** The session has ended. */
    void lost() {
        synchronized (lock) {
            ended = true;
            release();
        }
    }

    @Override
    public void durable(HistoryHead head) {
        synchronized (lock) {
            if (ended || history == null) {
                return;
            }
            long freed = 0;
            while (!taken.isEmpty() && isDurable(taken.peek(), head.position())) {
                freed += taken.remove().bytes();
            }
            peer.send(
                    new Message.Durable(head.position().epoch(), head.position().sequence(), head.provenSequence()));
            long granted = freed == 0 ? 0 : credit.freed(freed);
            if (granted > 0) {
                peer.send(new Message.Credit(granted));
            }
        }
    }

    @Override
    public void roomAgain() {
        synchronized (lock) {
            MachineHistory machine = history;
            if (!ended && machine != null && !postponed.isEmpty()) {
                retryPostponed(machine);
            }
        }
    }

    @Override
    public void damaged() {
        synchronized (lock) {
            MachineHistory machine = history;
            if (!ended && streaming && machine != null) {
                losses.next(machine).forEach(peer::send);
            }
        }
    }

    @Override
    public void dropped(HoldfastException error) {
        synchronized (lock) {
            if (!ended) {
                end(error);
            }
        }
    }

    private void serve(Message message, MachineHistory machine) {
        switch (message) {
            case Message.OpenEpoch wish when !streaming -> openEpoch(wish, machine);
            case Message.Batch batch when streaming -> take(batch, machine);
            case Message.HashQuery query -> answer(query, machine);
            default -> throw unexpected(message);
        }
    }

    private void greet(Message message) {
        if (!(message instanceof Message.Hello hello)) {
            throw unexpected(message);
        }
        MachineId machine = hello.machine();
        MachineHistory found = keeper.history(machine);
        // told now, and not at the first batch: each session that came so far would leave an epoch
        keeper.requireIntake();
        history = found;
        keeper.register(machine, this);
        HistoryHead head = found.head();
        peer.send(new Message.Welcome(
                WireLimits.VERSION,
                head.position(),
                head.provenSequence(),
                head.disks(),
                ByteBuffer.wrap(head.chain().toBytes()),
                head.utcMillis(),
                WINDOW_BYTES,
                Optional.empty()));
    }

    private void openEpoch(Message.OpenEpoch wish, MachineHistory machine) {
        HistoryHead head = machine.openEpoch(
                new EpochRequest(wish.expectedHead(), wish.parent(), wish.cause(), wish.writer(), wish.epochSeen()));
        streaming = true;
        closeHashes();
        peer.send(new Message.EpochOpened(
                head.position(),
                wish.parent(),
                head.blockNumber(),
                ByteBuffer.wrap(head.chain().toBytes()),
                head.disks(),
                head.utcMillis()));
        losses.next(machine).forEach(peer::send);
    }

    private void take(Message.Batch batch, MachineHistory machine) {
        long bytes = batch.creditBytes();
        if (!credit.arrived(bytes)) {
            throw new HoldfastException(
                    ErrorCode.PROTOCOL_ERROR,
                    "batch",
                    bytes + " bytes are more than the credit given; expected to wait for more");
        }
        if (!postponed.isEmpty() || !append(batch, machine)) {
            postponed.add(batch);
            keeper.appended();
        }
    }

    /** Returns false when the store has no room before its next commit. */
    private boolean append(Message.Batch batch, MachineHistory machine) {
        try {
            AppendResult result = machine.append(batch.bytes().duplicate());
            taken.add(new Taken(batch.epoch(), batch.lastSequence(), batch.creditBytes()));
            if (result == AppendResult.DURABLE) {
                durable(machine.head());
            } else {
                keeper.appended();
            }
            return true;
        } catch (HoldfastException e) {
            if (e.code() == ErrorCode.OVERLOADED) {
                return false;
            }
            throw e;
        }
    }

    private void retryPostponed(MachineHistory machine) {
        try {
            while (!postponed.isEmpty() && append(postponed.peek(), machine)) {
                postponed.remove();
            }
            if (!postponed.isEmpty()) {
                keeper.appended();
            }
        } catch (HoldfastException e) {
            end(e);
        }
    }

    private void answer(Message.HashQuery query, MachineHistory machine) {
        BlockHashes open = durableHashes(machine);
        byte[] entries = query.perMebibyte()
                ? open.mebibytes(query.disk(), query.firstBlock() / WireLimits.BLOCKS_PER_MEBIBYTE, query.count())
                : open.blocks(query.disk(), query.firstBlock(), query.count());
        if (entries.length != query.count() * BlockHash.BYTES) {
            throw new IllegalStateException(entries.length + " bytes of hashes for " + query.count() + " blocks");
        }
        peer.send(new Message.HashAnswer(query.id(), ByteBuffer.wrap(entries)));
    }

    /** Of what is durable now: were it of an older state, a block that went back to its older content would pass for unchanged. */
    private BlockHashes durableHashes(MachineHistory machine) {
        BlockHashes open = hashes;
        if (open == null || !open.position().equals(machine.head().position())) {
            closeHashes();
            open = machine.openBlockHashes();
            hashes = open;
        }
        return open;
    }

    private void end(HoldfastException error) {
        ended = true;
        peer.refuse(error);
        release();
    }

    private void release() {
        if (history != null) {
            keeper.unregister(history.machine(), this);
        }
        closeHashes();
        taken.clear();
        postponed.clear();
    }

    private void closeHashes() {
        if (hashes != null) {
            hashes.close();
            hashes = null;
        }
    }

    private static HoldfastException unexpected(Message message) {
        return new HoldfastException(
                ErrorCode.PROTOCOL_ERROR,
                "process server",
                message.getClass().getSimpleName() + " was not expected here");
    }

    private static boolean isDurable(Taken batch, Position head) {
        return batch.epoch() < head.epoch()
                || (batch.epoch() == head.epoch() && batch.lastSequence() <= head.sequence());
    }
}
