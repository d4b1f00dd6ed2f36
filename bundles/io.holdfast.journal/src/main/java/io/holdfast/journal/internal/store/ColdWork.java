package io.holdfast.journal.internal.store;

import io.holdfast.base.TimeSource;
import io.holdfast.journal.MachineKeys;

/**
 * What it takes to code blocks anew.
 *
 * @param keys of the machine
 * @param time measures what it costs
 * @param cost is told
 */
record ColdWork(MachineKeys keys, TimeSource time, Cost cost) {

    /** Hears what was spent. */
    interface Cost {

        /**
         * Takes in a block.
         *
         * @param bytes of plaintext that were coded
         * @param nanos that it took
         */
        void spent(long bytes, long nanos);
    }
}
