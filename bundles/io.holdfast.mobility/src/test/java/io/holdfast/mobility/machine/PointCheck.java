package io.holdfast.mobility.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges what a store would list as recovery points. A point is legal when its image is one that a power loss could have left: if it shows a
 * write, it shows everything that was acknowledged before that write was issued. A proven point also shows everything that was acknowledged
 * before its check began.
 */
final class PointCheck {

    private final SimSource source;
    private boolean ready;
    private long readySequence;
    private final Map<Long, String> illegal = new TreeMap<>();
    private final Map<Long, Long> completeUntilNanos = new TreeMap<>();
    private long proven;
    private long pointsChecked;

    PointCheck(SimSource source) {
        this.source = source;
    }

    PointCheck copy() {
        PointCheck copy = new PointCheck(source);
        copy.ready = ready;
        copy.readySequence = readySequence;
        copy.illegal.putAll(illegal);
        copy.completeUntilNanos.putAll(completeUntilNanos);
        copy.proven = proven;
        return copy;
    }

    long proven() {
        return proven;
    }

    long pointsChecked() {
        return pointsChecked;
    }

    void applied(StreamRecord entry, SimImage image) {
        switch (entry) {
            case StreamRecord.Gap _ -> {
                ready = false;
                illegal.clear();
                completeUntilNanos.clear();
            }
            case StreamRecord.Ready given -> {
                ready = true;
                readySequence = given.sequence();
                judge(entry.sequence(), image);
            }
            case StreamRecord.Proof proof -> prove(proof);
            case StreamRecord.Change _, StreamRecord.Marker _, StreamRecord.Disks _ -> {
                if (ready) {
                    judge(entry.sequence(), image);
                }
            }
        }
    }

    private void prove(StreamRecord.Proof proof) {
        if (!ready || proof.sequence() < readySequence) {
            return;
        }
        illegal.forEach((sequence, why) -> {
            if (sequence <= proof.sequence()) {
                throw new AssertionError("recovery point " + sequence + " is proven and illegal: " + why);
            }
        });
        Long complete = completeUntilNanos.get(proof.sequence());
        if (complete != null) {
            assertThat(complete)
                    .as("point %d shows all that was acknowledged before its check began", proof.sequence())
                    .isGreaterThanOrEqualTo(proof.monotonicNanos());
        }
        completeUntilNanos.keySet().removeIf(sequence -> sequence < proof.sequence());
        proven = Math.max(proven, proof.sequence());
    }

    private void judge(long sequence, SimImage image) {
        pointsChecked++;
        long newestIssued = Long.MIN_VALUE;
        long completeUntil = SimSource.NEVER;
        String oldest = "";
        for (DiskDescription described : image.table.disks()) {
            SimSource.SimDisk disk = disk(described.identity());
            ByteBuffer content = ByteBuffer.wrap(java.util.Objects.requireNonNull(image.disks.get(described.number())));
            for (int unit = 0; unit < content.capacity() / SimSource.UNIT; unit++) {
                long value = content.getLong(unit * SimSource.UNIT);
                List<SimSource.Write> history = disk.history.get(unit);
                int at = lastWith(history, value);
                if (at == Integer.MIN_VALUE) {
                    illegal.put(
                            sequence,
                            "unit " + unit + " of " + disk.identity + " holds " + value + ", never written there");
                    return;
                }
                if (value != 0) {
                    newestIssued = Math.max(newestIssued, history.get(at).issuedNanos);
                }
                if (at + 1 < history.size() && history.get(at + 1).ackedNanos < completeUntil) {
                    completeUntil = history.get(at + 1).ackedNanos;
                    oldest = "unit " + unit + " of " + disk.identity + " lacks write " + history.get(at + 1).id;
                }
            }
        }
        completeUntilNanos.put(sequence, completeUntil);
        if (completeUntil < newestIssued) {
            illegal.put(
                    sequence,
                    oldest + ", acknowledged at " + completeUntil + " before another was issued at " + newestIssued);
        }
    }

    private static int lastWith(List<SimSource.Write> history, long value) {
        for (int at = history.size() - 1; at >= 0; at--) {
            if (history.get(at).value() == value) {
                return at;
            }
        }
        return value == 0 ? -1 : Integer.MIN_VALUE;
    }

    private SimSource.SimDisk disk(String identity) {
        return source.disks.stream()
                .filter(disk -> disk.identity.equals(identity))
                .findFirst()
                .orElseThrow();
    }
}
