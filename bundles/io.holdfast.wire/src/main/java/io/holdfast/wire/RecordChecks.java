package io.holdfast.wire;

import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.StreamRecord;
import java.util.List;

/** What the protocol asks of stream records beyond what they check themselves. */
final class RecordChecks {

    private RecordChecks() {}

    static void check(List<StreamRecord> records) {
        long next = 0;
        for (StreamRecord streamRecord : records) {
            if (streamRecord instanceof StreamRecord.Proof) {
                Checks.range("proven sequence", streamRecord.sequence(), 0, Long.MAX_VALUE);
            } else {
                long least = next == 0 ? 1 : next;
                Checks.range("sequence", streamRecord.sequence(), least, next == 0 ? Long.MAX_VALUE - 1 : next);
                next = streamRecord.sequence() + 1;
            }
            checkFields(streamRecord);
        }
    }

    private static void checkFields(StreamRecord streamRecord) {
        switch (streamRecord) {
            case StreamRecord.Change change -> {
                Checks.range("disk number", change.disk(), 0, DiskDescription.DISKS_MAX - 1);
                Checks.range("data of a change", change.data().remaining(), 0, WireLimits.CHANGE_DATA_BYTES_MAX);
            }
            case StreamRecord.Gap gap -> Checks.text("detail of a gap", gap.detail(), WireLimits.DETAIL_CHARACTERS_MAX);
            case StreamRecord.Marker marker ->
                Checks.text("label of a marker", marker.label(), WireLimits.LABEL_CHARACTERS_MAX);
            case StreamRecord.Disks disks -> Checks.disks(disks.table());
            case StreamRecord.Proof _, StreamRecord.Ready _ -> {}
        }
    }
}
