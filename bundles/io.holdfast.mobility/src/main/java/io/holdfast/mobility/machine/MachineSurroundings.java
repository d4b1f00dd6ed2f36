package io.holdfast.mobility.machine;

import io.holdfast.adapter.CaptureTarget;
import io.holdfast.adapter.SourceAdapter;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.base.MachineId;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.mobility.stream.Sequencer;
import java.util.List;

/**
 * What the engine of one machine finds around it.
 */
public interface MachineSurroundings {

    /**
     * Finds an adapter.
     *
     * @param name kind of source
     * @return the adapter
     * @throws io.holdfast.base.HoldfastException {@code NOT_FOUND} when there is none now
     */
    SourceAdapter adapter(String name);

    /**
     * Folders and bounds for a hold on a source.
     *
     * @param state of the machine
     * @return the settings
     */
    SourceSettings sourceSettings(MachineRecord state);

    /**
     * Offers the disks of a capture to its hypervisor; offers of earlier captures of the machine end.
     *
     * @param machine which
     * @param capture number of the capture
     * @param disks all disks
     * @param sequencer takes the writes
     * @return where each disk's writes go
     */
    List<CaptureTarget> offer(MachineId machine, long capture, List<DiskDescription> disks, Sequencer sequencer);

    /**
     * Ends all offers of a machine: connections are dropped.
     *
     * @param machine which
     */
    void withdraw(MachineId machine);

    /**
     * Writes down the state of a machine. Durable on return.
     *
     * @param state what to remember
     * @throws io.holdfast.base.HoldfastException {@code DISK_FULL}, {@code DISK_ERROR}; the old state stays
     */
    void persist(MachineRecord state);

    /**
     * Tells whether a machine whose id begins so is protected here.
     *
     * @param tag first 12 hexadecimal digits of the id
     * @return true when it is
     */
    boolean isProtectedHere(String tag);

    /**
     * Told from the machine's turn that it is forgotten: its files may go when its engine is closed.
     *
     * @param machine which
     */
    void forgotten(MachineId machine);
}
