package io.holdfast.journal.internal.format;

import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.Epoch;

/** What a block says apart from changes of disks. */
public sealed interface Note {

    /**
     * A record of the stream that is no change.
     *
     * @param record a proof, gap, ready, marker or disk table
     */
    record Entry(StreamRecord record) implements Note {}

    /**
     * The opening of an epoch, with what its first batch has to know about the parent.
     *
     * @param epoch the epoch
     * @param readySequence at the parent: start of the stretch in which sequences are points once proven, 0 for none
     * @param provenSequence at the parent: highest proven sequence, 0 for none
     * @param disks the disk table at the parent
     */
    record Opening(Epoch epoch, long readySequence, long provenSequence, DiskTable disks) implements Note {}
}
