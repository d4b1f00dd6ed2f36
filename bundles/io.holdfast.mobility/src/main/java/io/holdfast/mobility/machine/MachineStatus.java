package io.holdfast.mobility.machine;

import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import org.jspecify.annotations.Nullable;

/**
 * What is told about a machine.
 *
 * @param machine which
 * @param state CONNECTING, COPYING, READY, BROKEN, PAUSED, SOURCE_GONE, RELEASED or ERROR
 * @param sourceRunning whether the source's processors run, as last seen
 * @param epoch of the newest session
 * @param givenSequence highest sequence given
 * @param loggedSequence highest sequence on the log's stable storage
 * @param durableSequence highest sequence the store has
 * @param provenSequence highest sequence the store has proven
 * @param rpoMillis age of the oldest acknowledged write that is not proven, by the source's clock; -1 before the first point
 * @param copyKind INITIAL, BITMAP or SCAN while a copy runs, else empty
 * @param copyBytesDone of the copy that runs or ran last
 * @param copyBytesTotal of the copy that runs or ran last; equal to what is done when it ended well
 * @param sentBytes of records, since the agent started
 * @param writtenBytes of the guest, since the agent started
 * @param logBytes on the log's disk
 * @param gaps since the agent started
 * @param longestWriteMicros the longest time that a guest's write waited for us, since the agent started
 * @param message for people, empty when there is nothing to say
 * @param error what needs a person, if anything
 */
public record MachineStatus(
        MachineId machine,
        String state,
        boolean sourceRunning,
        long epoch,
        long givenSequence,
        long loggedSequence,
        long durableSequence,
        long provenSequence,
        long rpoMillis,
        String copyKind,
        long copyBytesDone,
        long copyBytesTotal,
        long sentBytes,
        long writtenBytes,
        long logBytes,
        long gaps,
        long longestWriteMicros,
        String message,
        @Nullable ErrorReport error) {

    private static final long NANOS_A_MILLISECOND = 1_000_000;

    /**
     * An error as it is reported.
     *
     * @param code its name
     * @param object what is wrong
     * @param message what was found and what would be right
     */
    public record ErrorReport(String code, String object, String message) {

        /**
         * Reports an error.
         *
         * @param error what happened
         * @return its parts
         */
        static ErrorReport of(HoldfastException error) {
            String text = String.valueOf(error.getMessage());
            String prefix = error.object() + ": ";
            return new ErrorReport(
                    error.code().name(),
                    error.object(),
                    text.startsWith(prefix) ? text.substring(prefix.length()) : text);
        }
    }

    /**
     * The same status some time later: nothing is known to have been proven meanwhile.
     *
     * @param nanos how much later
     * @return with a point that is older by that
     */
    MachineStatus after(long nanos) {
        long later = rpoMillis < 0 ? rpoMillis : rpoMillis + Math.ceilDiv(nanos, NANOS_A_MILLISECOND);
        return new MachineStatus(
                machine,
                state,
                sourceRunning,
                epoch,
                givenSequence,
                loggedSequence,
                durableSequence,
                provenSequence,
                later,
                copyKind,
                copyBytesDone,
                copyBytesTotal,
                sentBytes,
                writtenBytes,
                logBytes,
                gaps,
                longestWriteMicros,
                message,
                error);
    }

    /**
     * The status of a machine that could not even be taken up.
     *
     * @param machine which
     * @param error why
     * @return the status
     */
    public static MachineStatus failed(MachineId machine, HoldfastException error) {
        return new MachineStatus(
                machine, "ERROR", false, 0, 0, 0, 0, 0, -1, "", 0, 0, 0, 0, 0, 0, 0, "", ErrorReport.of(error));
    }
}
