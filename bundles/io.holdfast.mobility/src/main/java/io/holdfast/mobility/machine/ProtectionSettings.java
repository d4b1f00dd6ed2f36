package io.holdfast.mobility.machine;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;

/**
 * What a policy asks for one machine.
 *
 * @param rpoGoalMillis proofs come each quarter of it, at least each second; at least 100
 * @param stallLimitMillis after which a waiting guest is set free; 50 to 10,000
 * @param writeBoundMillis hard bound of one guest write; above the stall limit, at most 60,000
 * @param logBytesMax bound of the change log, at least 1 MiB
 * @param processServerHost where the stream goes
 * @param processServerPort its port, 1 to 65,535
 */
public record ProtectionSettings(
        int rpoGoalMillis,
        int stallLimitMillis,
        int writeBoundMillis,
        long logBytesMax,
        String processServerHost,
        int processServerPort) {

    private static final int PROOF_MILLIS_MAX = 1_000;

    public ProtectionSettings {
        check("rpoGoalMillis", rpoGoalMillis, 100, Integer.MAX_VALUE);
        check("stallLimitMillis", stallLimitMillis, 50, 10_000);
        check("writeBoundMillis", writeBoundMillis, stallLimitMillis + 1L, 60_000);
        check("logBytesMax", logBytesMax, 1 << 20, Long.MAX_VALUE);
        check("process server port", processServerPort, 1, 65_535);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, name, value + " given; expected " + least + " to " + most);
        }
    }

    /**
     * How often the capture is checked while the guest writes.
     *
     * @return milliseconds, at most 1,000
     */
    public int proofMillis() {
        return Math.min(PROOF_MILLIS_MAX, rpoGoalMillis / 4);
    }
}
