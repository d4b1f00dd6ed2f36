package io.holdfast.model;

import io.holdfast.base.MachineId;
import org.jspecify.annotations.Nullable;

/**
 * What an agent last said of a machine.
 *
 * @param machine which
 * @param state of its capture
 * @param sourceRunning the source answers and its guest's processors run
 * @param epoch of the stream the agent writes
 * @param givenSequence highest sequence given to a write
 * @param loggedSequence highest in the change log, synced
 * @param durableSequence highest that the store has acknowledged
 * @param provenSequence highest proven
 * @param rpoMillis age of the oldest acknowledged write not yet proven, by the source's clock
 * @param copyKind {@code initial} or {@code resynchronisation} while a copy runs, else null
 * @param copyBytesDone of the copy that runs or ran last
 * @param copyBytesTotal of the copy that runs or ran last; equal to what is done when it ended well
 * @param sentBytes over the network since the agent started
 * @param writtenBytes by the guest since the agent started
 * @param logBytes the change logs hold now
 * @param gaps in the stream since the agent started
 * @param longestWriteMicros the longest guest write since the agent started
 * @param message for people; may be empty
 * @param error what hinders the capture, or null
 * @since 1.0
 */
public record MachineStatus(
        MachineId machine,
        CaptureState state,
        boolean sourceRunning,
        long epoch,
        long givenSequence,
        long loggedSequence,
        long durableSequence,
        long provenSequence,
        long rpoMillis,
        @Nullable String copyKind,
        long copyBytesDone,
        long copyBytesTotal,
        long sentBytes,
        long writtenBytes,
        long logBytes,
        long gaps,
        long longestWriteMicros,
        String message,
        @Nullable AgentError error) {}
