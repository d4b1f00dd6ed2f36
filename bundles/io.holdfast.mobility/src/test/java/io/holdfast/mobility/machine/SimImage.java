package io.holdfast.mobility.machine;

import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a stream leaves behind. */
final class SimImage {

    DiskTable table = DiskTable.NONE;
    final Map<Integer, byte[]> disks = new TreeMap<>();

    SimImage copy() {
        SimImage copy = new SimImage();
        copy.table = table;
        disks.forEach((number, bytes) -> copy.disks.put(number, bytes.clone()));
        return copy;
    }

    void apply(StreamRecord entry) {
        switch (entry) {
            case StreamRecord.Disks changed -> {
                if (changed.table().version() <= table.version()) {
                    throw new AssertionError(
                            "disk table version " + changed.table().version() + " after " + table.version());
                }
                table = changed.table();
                for (DiskDescription disk : table.disks()) {
                    byte[] bytes = disks.getOrDefault(disk.number(), new byte[0]);
                    disks.put(disk.number(), Arrays.copyOf(bytes, Math.toIntExact(disk.sizeBytes())));
                }
            }
            case StreamRecord.Change change -> {
                byte[] bytes = Objects.requireNonNull(disks.get(change.disk()), "disk " + change.disk());
                int from = Math.toIntExact(change.offset());
                int length = Math.toIntExact(change.length());
                if (change.kind() == ExtentKind.DATA) {
                    change.data().duplicate().get(bytes, from, length);
                } else {
                    Arrays.fill(bytes, from, from + length, (byte) 0);
                }
            }
            case StreamRecord.Gap _, StreamRecord.Ready _, StreamRecord.Marker _, StreamRecord.Proof _ -> {
                // change nothing
            }
        }
    }
}
