package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A way to keep points of a disk, as {@link RivalsBench} measures it. Used by one thread. */
interface Rival extends AutoCloseable {

    /** What it is called in the table. */
    String name();

    /** How it is run, and what to know of its figures. */
    String note();

    /** Keeps the image as it is at first. */
    RivalCost first() throws IOException, InterruptedException;

    /** Tells what has been written to the image since; not measured. */
    void changed(int round, List<RivalImage.Write> writes) throws IOException, InterruptedException;

    /** Keeps a point of the image as it is now. */
    RivalCost keep(int round) throws IOException, InterruptedException;

    /** Restores a point to a folder that is there and empty. */
    RivalCost restore(int round, Path folder) throws IOException, InterruptedException;

    /** Where in that folder the raw image lies then; made of what was restored if need be, not measured. */
    Path restored(int round, Path folder) throws IOException, InterruptedException;

    /** What lies in the repository. */
    long spaceBytes() throws IOException;

    @Override
    void close() throws IOException;
}
