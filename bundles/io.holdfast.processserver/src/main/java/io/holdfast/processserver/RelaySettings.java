package io.holdfast.processserver;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.BatchSettings;
import io.holdfast.journal.Codec;
import java.util.UUID;

/**
 * The bounds of one relay.
 *
 * @param node identity of this process server
 * @param software name and version told to the master target
 * @param codec how batches are compressed
 * @param batch how they are built otherwise
 * @param batchMillisMax the longest a record waits for its batch to close, 10 to 1,000; a proof closes it at once
 * @param windowBytes credit given to the agent: the most that is held in memory for a machine before it is durable, 4 MiB to 1 GiB
 * @since 1.0
 */
record RelaySettings(
        UUID node, String software, CodecSetting codec, BatchSettings batch, int batchMillisMax, long windowBytes) {

    private static final int BATCH_MILLIS_DEFAULT = 250;
    private static final long WINDOW_BYTES_DEFAULT = 16L << 20;

    RelaySettings {
        check("batchMillisMax", batchMillisMax, 10, 1_000);
        check("windowBytes", windowBytes, 4L << 20, 1L << 30);
    }

    /**
     * The usual settings.
     *
     * @param node identity of this process server
     * @param software name and version
     * @param codec how batches are compressed
     * @return batches of 1 MiB or 250 ms, a window of 16 MiB
     */
    static RelaySettings of(UUID node, String software, CodecSetting codec) {
        return new RelaySettings(
                node,
                software,
                codec,
                BatchSettings.of(codec.fixed().orElse(Codec.LZ4)),
                BATCH_MILLIS_DEFAULT,
                WINDOW_BYTES_DEFAULT);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, value + "; expected " + least + " to " + most);
        }
    }
}
