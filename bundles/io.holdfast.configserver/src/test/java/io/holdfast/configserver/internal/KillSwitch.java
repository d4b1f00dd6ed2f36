package io.holdfast.configserver.internal;

/** Ends the process under test at a chosen moment: just after any commit of the catalog or any change behind a port. Between two of these moments
 * nothing changes that outlives the process, so a kill there is the same as a kill at the earlier one. */
final class KillSwitch {

    /** The process is dead: nothing it holds in memory may be used any more. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed(String where) {
            super(where);
        }
    }

    private long moments;
    private long fatal = Long.MAX_VALUE;

    void killAt(long moment) {
        moments = 0;
        fatal = moment;
    }

    void disarm() {
        fatal = Long.MAX_VALUE;
    }

    long moments() {
        return moments;
    }

    void pass(String where) {
        moments++;
        if (moments == fatal) {
            throw new Killed(where + ", moment " + moments);
        }
    }
}
