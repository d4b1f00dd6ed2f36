package io.holdfast.mastertarget;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.DiskRange;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.MachineHistory;
import io.holdfast.wire.Message;
import io.holdfast.wire.WireLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out what a source is to be told of what its machine's newest state has lost: each range once in a session. One session's, guarded by its
 * lock.
 *
 * @since 1.0
 */
final class LossNotice {

    private static final Logger LOG = LoggerFactory.getLogger(LossNotice.class);

    private final Set<LostRange> told = new HashSet<>();

    /**
     * Looks at a history.
     *
     * @param history the session's machine's
     * @return what is to be sent; empty when nothing was lost that the session was not told of
     */
    List<Message.Lost> next(MachineHistory history) {
        List<LostRange> news;
        try {
            news = history.lost().stream().filter(told::add).toList();
        } catch (HoldfastException e) {
            LOG.warn(
                    "what is lost cannot be told machine={} code={} reason={}",
                    history.machine(),
                    e.code(),
                    e.getMessage());
            return List.of();
        }
        List<DiskRange> ranges = joined(news);
        if (!ranges.isEmpty()) {
            LOG.warn(
                    "lost ranges are asked for again machine={} ranges={} bytes={}",
                    history.machine(),
                    ranges.size(),
                    ranges.stream().mapToLong(DiskRange::length).sum());
        }
        List<Message.Lost> messages = new ArrayList<>();
        for (int at = 0; at < ranges.size(); at += WireLimits.LOST_RANGES_MAX) {
            messages.add(
                    new Message.Lost(ranges.subList(at, Math.min(ranges.size(), at + WireLimits.LOST_RANGES_MAX))));
        }
        return messages;
    }

    /** Neighbours become one range; they come by disk and offset. */
    private static List<DiskRange> joined(List<LostRange> lost) {
        List<DiskRange> ranges = new ArrayList<>();
        for (LostRange each : lost) {
            DiskRange last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.disk() == each.disk() && each.offset() <= last.end()) {
                long end = Math.max(last.end(), each.offset() + each.length());
                ranges.set(ranges.size() - 1, new DiskRange(last.disk(), last.offset(), end - last.offset()));
            } else {
                ranges.add(new DiskRange(each.disk(), each.offset(), each.length()));
            }
        }
        return ranges;
    }
}
