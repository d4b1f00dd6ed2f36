package io.holdfast.journal.internal.room;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.StoreReserve;
import io.holdfast.journal.StoreRoom;
import io.holdfast.journal.file.Room;
import io.holdfast.journal.file.StoreFiles;
import java.io.IOException;

/**
 * Closes before batches take what maintenance needs of the medium, and opens again by itself once there is an eighth of the reserve more than that,
 * so that it does not open and close with each segment that is cleaned. Batches count before they are written: those that wait for a commit, and
 * those that lie in the intake log and will go to segments. Thread-safe.
 */
public final class IntakeGate {

    private static final int PARTS_UNTIL_OPEN = 8;

    private final StoreFiles files;
    private final StoreReserve reserve;
    private volatile boolean closed;

    /**
     * Makes an open gate.
     *
     * @param files of the store
     * @param reserve what is kept; with none the gate never closes
     */
    public IntakeGate(StoreFiles files, StoreReserve reserve) {
        this.files = files;
        this.reserve = reserve;
    }

    /** Whether it was closed when somebody looked last. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Looks at the medium, and closes or opens.
     *
     * @param owedBytes what was taken in and will still be written where there is no room set aside for it
     * @return what was found
     * @throws IOException when the medium cannot tell its room
     */
    public synchronized StoreRoom look(long owedBytes) throws IOException {
        Room room = files.room();
        long kept = reserve.bytesOf(room.totalBytes());
        long least = closed ? kept + kept / PARTS_UNTIL_OPEN : kept;
        closed = kept > 0 && room.usableBytes() - owedBytes < least;
        return new StoreRoom(room.usableBytes(), room.totalBytes(), kept, closed);
    }

    /**
     * Looks at the medium, and lets nothing through when it is closed.
     *
     * @param owedBytes as for {@link #look}
     * @throws HoldfastException with {@link ErrorCode#DISK_FULL} when it is closed
     * @throws IOException when the medium cannot tell its room
     */
    public void require(long owedBytes) throws IOException {
        StoreRoom room = look(owedBytes);
        if (room.intakeStopped()) {
            throw new HoldfastException(
                    ErrorCode.DISK_FULL,
                    "recovery store",
                    "takes no batches: " + room.usableBytes() + " bytes are free and " + room.reserveBytes()
                            + " of them are kept for maintenance; expected more");
        }
    }
}
