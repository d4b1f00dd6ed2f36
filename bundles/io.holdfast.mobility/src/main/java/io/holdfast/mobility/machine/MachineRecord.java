package io.holdfast.mobility.machine;

import io.holdfast.adapter.SourceAddress;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.mobility.stream.Lineage;
import java.util.List;

/**
 * What is remembered of a machine, durably, so that a crash at any step is safe.
 *
 * @param format of the file, {@value #FORMAT}
 * @param id the machine
 * @param name for people
 * @param address where the source is
 * @param settings of its policy
 * @param mode what is wanted
 * @param pausedUntilUtcMillis end of a pause; 0 when none
 * @param identity of the machine at its source, empty when not known
 * @param instance of the hypervisor that the bitmaps belong to, empty when not known
 * @param table the disks as told last
 * @param disksEver disks ever seen; their numbers never repeat
 * @param bitmaps of ours at the source, oldest first
 * @param bitmapCount bitmaps ever made; names never repeat
 * @param captureCount captures ever started; export names never repeat
 * @param lineage epochs
 */
public record MachineRecord(
        int format,
        MachineId id,
        String name,
        SourceAddress address,
        ProtectionSettings settings,
        Mode mode,
        long pausedUntilUtcMillis,
        String identity,
        String instance,
        DiskTable table,
        int disksEver,
        List<BitmapMark> bitmaps,
        long bitmapCount,
        long captureCount,
        Lineage lineage) {

    /** The format that is written. */
    public static final int FORMAT = 1;

    /** What is wanted of a machine. */
    public enum Mode {
        /** It is protected. */
        ACTIVE,
        /** Its capture stands aside for a while; bitmaps go on. */
        PAUSED,
        /** Its history is written elsewhere, after a failover; it is looked at and reported, never captured by itself. */
        RELEASED,
        /** It is to be forgotten. */
        REMOVING
    }

    public MachineRecord {
        bitmaps = List.copyOf(bitmaps);
    }

    /**
     * A machine that was never captured.
     *
     * @param id the machine
     * @param name for people
     * @param address where the source is
     * @param settings of its policy
     * @return the record
     */
    public static MachineRecord fresh(MachineId id, String name, SourceAddress address, ProtectionSettings settings) {
        return new MachineRecord(
                FORMAT,
                id,
                name,
                address,
                settings,
                Mode.ACTIVE,
                0,
                "",
                "",
                DiskTable.NONE,
                0,
                List.of(),
                0,
                0,
                Lineage.NONE);
    }

    MachineRecord with(Mode newMode, long untilUtcMillis) {
        return new MachineRecord(
                format,
                id,
                name,
                address,
                settings,
                newMode,
                untilUtcMillis,
                identity,
                instance,
                table,
                disksEver,
                bitmaps,
                bitmapCount,
                captureCount,
                lineage);
    }

    /**
     * The same machine under another policy or at another place.
     *
     * @param newName for people
     * @param newAddress where the source is
     * @param newSettings of its policy
     * @return the changed record, active
     */
    public MachineRecord changed(String newName, SourceAddress newAddress, ProtectionSettings newSettings) {
        return new MachineRecord(
                format,
                id,
                newName,
                newAddress,
                newSettings,
                Mode.ACTIVE,
                0,
                identity,
                instance,
                table,
                disksEver,
                bitmaps,
                bitmapCount,
                captureCount,
                lineage);
    }

    MachineRecord withSource(String newIdentity, String newInstance, List<BitmapMark> marks) {
        return new MachineRecord(
                format,
                id,
                name,
                address,
                settings,
                mode,
                pausedUntilUtcMillis,
                newIdentity,
                newInstance,
                table,
                disksEver,
                marks,
                bitmapCount,
                captureCount,
                lineage);
    }

    MachineRecord withTable(DiskTable newTable, int newDisksEver) {
        return new MachineRecord(
                format,
                id,
                name,
                address,
                settings,
                mode,
                pausedUntilUtcMillis,
                identity,
                instance,
                newTable,
                newDisksEver,
                bitmaps,
                bitmapCount,
                captureCount,
                lineage);
    }

    MachineRecord withBitmaps(List<BitmapMark> marks) {
        return withSource(identity, instance, marks);
    }

    MachineRecord withCounts(long newBitmapCount, long newCaptureCount) {
        return new MachineRecord(
                format,
                id,
                name,
                address,
                settings,
                mode,
                pausedUntilUtcMillis,
                identity,
                instance,
                table,
                disksEver,
                bitmaps,
                newBitmapCount,
                newCaptureCount,
                lineage);
    }

    MachineRecord withLineage(Lineage newLineage) {
        return new MachineRecord(
                format,
                id,
                name,
                address,
                settings,
                mode,
                pausedUntilUtcMillis,
                identity,
                instance,
                table,
                disksEver,
                bitmaps,
                bitmapCount,
                captureCount,
                newLineage);
    }
}
