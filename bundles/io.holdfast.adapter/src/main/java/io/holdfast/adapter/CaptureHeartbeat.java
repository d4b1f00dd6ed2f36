package io.holdfast.adapter;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the capture server shows to the guard: a small mapped file that one process writes and another reads, without a lock and without a
 * system call, so that it tells the truth about a writer that is stopped.
 *
 * <p>Layout, native order: 0 magic, 8 process id, 16 monotonic nanoseconds of the last beat, 24 monotonic nanoseconds at which the oldest
 * unanswered request arrived or 0, 32 highest sequence given to a write that was answered, 40 to 63 zero. On Linux {@link System#nanoTime()} is one clock for all processes of a host.
 *
 * @since 1.0
 */
public final class CaptureHeartbeat {

    private static final long MAGIC = 0x4846_4245_4154_3031L;
    private static final int BYTES = 64;
    private static final int AT_MAGIC = 0;
    private static final int AT_PROCESS = 8;
    private static final int AT_BEAT = 16;
    private static final int AT_OLDEST = 24;
    private static final int AT_GIVEN = 32;
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final MappedByteBuffer map;

    private CaptureHeartbeat(MappedByteBuffer map) {
        this.map = map;
    }

    /**
     * Creates or takes over the file, for the capture server. The first beat is now.
     *
     * @param file in a folder that exists
     * @param nowNanos the monotonic clock
     * @return the writing side
     * @throws IOException when the file cannot be written
     */
    public static CaptureHeartbeat create(Path file, long nowNanos) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            CaptureHeartbeat heartbeat = new CaptureHeartbeat(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
            heartbeat.set(AT_PROCESS, ProcessHandle.current().pid());
            heartbeat.set(AT_OLDEST, 0);
            heartbeat.set(AT_BEAT, nowNanos);
            heartbeat.set(AT_MAGIC, MAGIC);
            return heartbeat;
        }
    }

    /**
     * Opens the file, for the guard.
     *
     * @param file written by {@link #create}
     * @return the reading side
     * @throws IOException when there is no such file
     */
    public static CaptureHeartbeat open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < BYTES) {
                throw new HoldfastException(
                        ErrorCode.INVALID_ARGUMENT,
                        file.toString(),
                        channel.size() + " bytes; expected a heartbeat of " + BYTES);
            }
            CaptureHeartbeat heartbeat = new CaptureHeartbeat(channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES));
            if (heartbeat.get(AT_MAGIC) != MAGIC) {
                throw new HoldfastException(ErrorCode.INVALID_ARGUMENT, file.toString(), "not a heartbeat file");
            }
            return heartbeat;
        }
    }

    /**
     * Beats.
     *
     * @param nowNanos the monotonic clock
     * @param oldestUnansweredNanos when the oldest unanswered request arrived, or 0 when there is none
     */
    public void beat(long nowNanos, long oldestUnansweredNanos) {
        set(AT_OLDEST, oldestUnansweredNanos);
        set(AT_BEAT, nowNanos);
    }

    /**
     * Shows how far the stream has come. Cheap enough for every write.
     *
     * @param sequence highest sequence given
     */
    public void given(long sequence) {
        set(AT_GIVEN, sequence);
    }

    /**
     * How far the stream has come: every write answered before this call has at most this sequence.
     *
     * @return the highest sequence given, 0 before the first
     */
    public long givenSequence() {
        return get(AT_GIVEN);
    }

    /**
     * The writer's process.
     *
     * @return its id
     */
    public long processId() {
        return get(AT_PROCESS);
    }

    /**
     * How long the writer has not beaten.
     *
     * @param nowNanos the monotonic clock
     * @return nanoseconds
     */
    public long silentNanos(long nowNanos) {
        return nowNanos - get(AT_BEAT);
    }

    /**
     * How long the oldest unanswered request has waited, as last told.
     *
     * @param nowNanos the monotonic clock
     * @return nanoseconds, 0 when nothing waits
     */
    public long oldestUnansweredNanos(long nowNanos) {
        long since = get(AT_OLDEST);
        return since == 0 ? 0 : Math.max(1, nowNanos - since);
    }

    private void set(int at, long value) {
        LONGS.setRelease(map, at, value);
    }

    private long get(int at) {
        return (long) LONGS.getAcquire(map, at);
    }
}
