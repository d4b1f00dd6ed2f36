package io.holdfast.mobility.stream;

import io.holdfast.base.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * What a source remembers of the epochs it wrote, so that it knows its own history again, whatever happened to either side.
 *
 * @param epoch the newest epoch of ours that the store has confirmed, 0 when none
 * @param epochSeen the highest epoch ever seen or wished for
 * @param wishes epochs that were asked for since, and not confirmed: each may have been opened or not
 * @param lossEpoch the epoch in which records were given up last: a change log that is older holds another stream
 * @param durableSequence what the store was last known to have, as written down now and then: at most what it really has
 */
public record Lineage(long epoch, long epochSeen, List<Wish> wishes, long lossEpoch, long durableSequence) {

    /**
     * An epoch that was asked for.
     *
     * @param epoch the number that it would get
     * @param sequence what the store had
     */
    public record Wish(long epoch, long sequence) {}

    public Lineage {
        wishes = List.copyOf(wishes);
    }

    /** Before the first epoch. */
    public static final Lineage NONE = new Lineage(0, 0, List.of(), 0, 0);

    /**
     * How far above the highest known epoch a source asks for its own: others ask for the next one, so an epoch whose opening was never
     * confirmed to us is not taken for ours when a failover opened it.
     */
    private static final int STRIDE = 2;
    /** Leaps are below this: with 48 bits for epochs, more than 500 million sessions. */
    public static final int LEAP_BOUND = 1 << 20;
    /** Each wish follows an answer of the store, so only the last few can still be under way. */
    private static final int WISHES_MAX = 32;

    /** What a store's head means to us. */
    public enum Verdict {
        /** It ends with what we wrote. */
        OURS,
        /** It lacks something that it had confirmed. */
        SET_BACK,
        /** Somebody else has opened an epoch: a failover or a takeover. */
        FOREIGN
    }

    /**
     * Judges a store's head.
     *
     * @param head as told by the store
     * @return what it means
     */
    public Verdict judge(Position head) {
        if (wishes.contains(new Wish(head.epoch(), head.sequence()))) {
            return Verdict.OURS;
        }
        if (head.epoch() > epoch) {
            return Verdict.FOREIGN;
        }
        return head.epoch() < epoch || head.sequence() < durableSequence ? Verdict.SET_BACK : Verdict.OURS;
    }

    /**
     * Remembers the wish for an epoch; to be written down before the wish is sent.
     *
     * @param head as told by the store
     * @param leap how far above the least possible number, below {@value #LEAP_BOUND}; drawn for each wish, so that a source and a store that
     *     are set back together, and know nothing of the epochs since, do not give the same ones again
     * @return the lineage with it; {@link #epochSeen} is the epoch wished for
     */
    public Lineage wishing(Position head, int leap) {
        long wished = Math.max(epochSeen, head.epoch()) + STRIDE + leap;
        List<Wish> all = new ArrayList<>(wishes.subList(Math.max(0, wishes.size() - WISHES_MAX + 1), wishes.size()));
        all.add(new Wish(wished, head.sequence()));
        return new Lineage(epoch, wished, all, lossEpoch, durableSequence);
    }

    /**
     * Remembers that an epoch of ours is open.
     *
     * @param head the new epoch and the sequence the store had
     * @param lost whether records behind that sequence were given up
     * @return the lineage with it
     */
    public Lineage opened(Position head, boolean lost) {
        long loss = lost ? head.epoch() : lossEpoch;
        return new Lineage(head.epoch(), Math.max(epochSeen, head.epoch()), List.of(), loss, head.sequence());
    }

    /**
     * Remembers what the store has.
     *
     * @param sequence durable in the current epoch
     * @return the lineage with it
     */
    public Lineage durable(long sequence) {
        return new Lineage(epoch, epochSeen, wishes, lossEpoch, Math.max(durableSequence, sequence));
    }

    /**
     * Takes over where somebody else has opened an epoch, because an operator said so.
     *
     * @param head as told by the store
     * @return the lineage that counts it as ours
     */
    public Lineage adopting(Position head) {
        return new Lineage(head.epoch(), Math.max(epochSeen, head.epoch()), List.of(), head.epoch(), head.sequence());
    }
}
