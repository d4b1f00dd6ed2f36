package io.holdfast.journal.internal.store;

import java.io.IOException;

/**
 * One kind of work that an open store does in the background. The writer asks its chores in turn, with its lock held, so that a chore sees no
 * change of files but its own; what it works at it keeps between steps.
 */
interface Chore {

    /**
     * Does one step, short enough that a commit may wait for it: some 10 ms, some MiB.
     *
     * @return true when something was done, so that there may be more to do; false when this chore has nothing to do now
     * @throws IOException when the medium failed; nothing is written to the store any more
     * @throws io.holdfast.base.HoldfastException for a finding that the caller of the step is told about; the store goes on
     */
    boolean step() throws IOException;

    /**
     * Lets go of a history that is being destroyed: its files are gone on return of this.
     *
     * @param history which
     * @throws IOException when the medium failed
     */
    default void forget(History history) throws IOException {}
}
