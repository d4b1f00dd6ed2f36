package io.holdfast.adapter.kvm;

import io.holdfast.adapter.CaptureHeartbeat;
import io.holdfast.adapter.SourceSettings;
import io.holdfast.adapter.kvm.unix.UnixConnection;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What can be known of the capture server before QEMU is made to depend on it.
 */
final class CaptureServer {

    private static final byte[] NBD_MAGIC = "NBDMAGIC".getBytes(StandardCharsets.US_ASCII);
    private static final Duration GREETING_LIMIT = Duration.ofMillis(500);

    private final SourceSettings settings;

    CaptureServer(SourceSettings settings) {
        this.settings = settings;
    }

    /** Tells whether it beats and no request of it is older than half the stall limit. */
    boolean answers() {
        try {
            CaptureHeartbeat heartbeat = CaptureHeartbeat.open(settings.heartbeat());
            long now = System.nanoTime();
            long limit = TimeUnit.MILLISECONDS.toNanos(settings.stallLimitMillis());
            return heartbeat.silentNanos(now) < limit && heartbeat.oldestUnansweredNanos(now) < limit / 2;
        } catch (IOException | HoldfastException _) {
            return false;
        }
    }

    /**
     * Checks that a server greets at a socket. QEMU's main loop waits for that greeting, and every processor of the guest that touches a
     * device with it.
     *
     * @throws HoldfastException {@code CAPTURE_BROKEN}
     */
    void expectGreeting(Path socket) {
        ByteBuffer greeting = ByteBuffer.allocate(NBD_MAGIC.length);
        Deadline deadline = Deadline.in(GREETING_LIMIT);
        try (UnixConnection connection = UnixConnection.connect(socket)) {
            while (greeting.hasRemaining() && !deadline.isOver()) {
                if (connection.read(greeting, deadline.left()) < 0) {
                    break;
                }
            }
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.CAPTURE_BROKEN,
                    socket.toString(),
                    "cannot be connected to; expected the capture server",
                    e);
        }
        if (!ByteBuffer.wrap(NBD_MAGIC).equals(greeting.flip())) {
            throw new HoldfastException(
                    ErrorCode.CAPTURE_BROKEN,
                    socket.toString(),
                    "no NBD greeting within " + GREETING_LIMIT.toMillis() + " ms");
        }
    }
}
