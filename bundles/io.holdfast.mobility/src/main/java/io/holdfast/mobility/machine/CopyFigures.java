package io.holdfast.mobility.machine;

import io.holdfast.mobility.copy.CopyJob;

/**
 * How far the copy is that runs or ran last.
 *
 * @param kind of the copy that runs; empty when none does
 * @param bytesDone of all disks looked at, or found not to need it
 * @param bytesTotal of all disks
 */
record CopyFigures(String kind, long bytesDone, long bytesTotal) {

    /** Before the first copy. */
    static final CopyFigures NONE = new CopyFigures("", 0, 0);

    static CopyFigures running(CopyJob job) {
        return new CopyFigures(
                job.plan().kind().name(), job.doneBytes(), job.plan().bytesTotal());
    }

    static CopyFigures ended(CopyJob job) {
        return new CopyFigures("", job.doneBytes(), job.plan().bytesTotal());
    }
}
