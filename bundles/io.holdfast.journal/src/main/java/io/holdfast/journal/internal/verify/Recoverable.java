package io.holdfast.journal.internal.verify;

import io.holdfast.journal.Epoch;
import io.holdfast.journal.PointStretch;
import io.holdfast.journal.PointStretch.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Works out what can still be brought back: a lost block spoils what lies behind it in its epoch, and whatever branched off behind it.
 */
final class Recoverable {

    private final List<Epoch> epochs;
    private final List<BlockChain.Lost> lost;
    private final long newestSequence;
    private final Map<Long, List<PointStretch>> byEpoch = new HashMap<>();

    Recoverable(BlockChain chain) {
        this.epochs = chain.epochs().stream()
                .sorted(Comparator.comparingLong(Epoch::firstSequence).thenComparingLong(Epoch::number))
                .toList();
        this.lost = chain.lost().stream()
                .sorted(Comparator.comparingLong(BlockChain.Lost::first))
                .toList();
        this.newestSequence = Math.max(
                chain.newest().sequence(), lost.isEmpty() ? 0 : lost.getLast().first());
    }

    /** Lists the stretches of every epoch that gave a sequence, oldest first. */
    List<PointStretch> stretches() {
        List<PointStretch> all = new ArrayList<>();
        for (int index = 0; index < epochs.size(); index++) {
            Epoch epoch = epochs.get(index);
            long last = index + 1 < epochs.size() ? epochs.get(index + 1).firstSequence() - 1 : newestSequence;
            List<PointStretch> stretches = stretchesOf(epoch, last);
            byEpoch.put(epoch.number(), stretches);
            all.addAll(stretches);
        }
        return all;
    }

    private List<PointStretch> stretchesOf(Epoch epoch, long last) {
        List<PointStretch> stretches = new ArrayList<>();
        State state = stateAt(epoch.parent().epoch(), epoch.parent().sequence());
        long first = epoch.firstSequence();
        for (BlockChain.Lost each : lost) {
            if (each.first() < epoch.firstSequence() || each.first() > last) {
                continue;
            }
            State after = each.known() ? State.PARTIAL : State.UNREADABLE;
            if (after.compareTo(state) > 0) {
                if (each.first() > first) {
                    stretches.add(new PointStretch(epoch.number(), first, each.first() - 1, state));
                }
                first = each.first();
                state = after;
            }
        }
        if (first <= last) {
            stretches.add(new PointStretch(epoch.number(), first, last, state));
        }
        return stretches;
    }

    /** What a position can be brought back as; an epoch opened before it has given anything stands for its parent. */
    private State stateAt(long epoch, long sequence) {
        State state = State.WHOLE;
        for (PointStretch stretch : byEpoch.getOrDefault(epoch, List.of())) {
            if (stretch.first() <= sequence) {
                state = stretch.state();
            }
        }
        return state;
    }
}
