package io.holdfast.mobility.stream;

import io.holdfast.base.hash.BlockHashKey;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Carries questions from the copy's thread to the session and answers back. */
final class HashDesk implements StoreHashes {

    private static final class Asked implements Question {
        private final Message.HashQuery query;
        private volatile boolean lost;
        private volatile @Nullable ByteBuffer answer;

        Asked(Message.HashQuery query) {
            this.query = query;
        }

        @Override
        public boolean isLost() {
            return lost;
        }

        @Override
        public Optional<ByteBuffer> answer() {
            ByteBuffer arrived = answer;
            return arrived == null ? Optional.empty() : Optional.of(arrived.duplicate());
        }
    }

    private final Queue<Asked> toSend = new ConcurrentLinkedQueue<>();
    private final Map<Long, Asked> underWay = new HashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private volatile @Nullable BlockHashKey key;
    private volatile long durable = -1;

    @Override
    public Optional<BlockHashKey> key() {
        return Optional.ofNullable(key);
    }

    @Override
    public long durableSequence() {
        return durable;
    }

    @Override
    public Question ask(int disk, long firstBlock, int count, boolean perMebibyte) {
        Asked asked = new Asked(new Message.HashQuery(lastId.incrementAndGet(), disk, firstBlock, count, perMebibyte));
        toSend.add(asked);
        return asked;
    }

    /** A session streams: questions can be asked. What was asked before was asked about a store as it was then. */
    void opened(long durableSequence, Optional<BlockHashKey> hashKey) {
        loseWaiting();
        key = hashKey.orElse(null);
        durable = durableSequence;
    }

    void durable(long sequence) {
        durable = Math.max(durable, sequence);
    }

    /** The session is over: nothing under way will be answered. */
    void closed() {
        durable = -1;
        key = null;
        underWay.values().forEach(asked -> asked.lost = true);
        underWay.clear();
        loseWaiting();
    }

    private void loseWaiting() {
        for (Asked asked = toSend.poll(); asked != null; asked = toSend.poll()) {
            asked.lost = true;
        }
    }

    /** The next question to send, which counts as under way from now on. */
    @Nullable
    Message next() {
        Asked asked = toSend.poll();
        if (asked == null) {
            return null;
        }
        underWay.put(asked.query.id(), asked);
        return asked.query;
    }

    /** Takes an answer; one that does not fit its question loses it. */
    void answered(Message.HashAnswer answer) {
        Asked asked = underWay.remove(answer.id());
        if (asked == null) {
            return;
        }
        if (answer.hashes().remaining() == asked.query.count() * WireLimits.HASH_BYTES) {
            asked.answer = answer.hashes();
        } else {
            asked.lost = true;
        }
    }
}
