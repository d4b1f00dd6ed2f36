package io.holdfast.adapter.kvm;

import io.holdfast.adapter.kvm.unix.UnixConnection;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A visit to an NBD server that leaves nothing behind: greeting, good-bye, end. When it is over, QEMU's main loop has turned often enough to
 * have noticed the end of every connection that had ended before the visit began.
 *
 * <p>A connection that is merely closed would not do: QEMU 7.2 may still be negotiating on it when {@code nbd-server-stop} comes, and then
 * waits for its end with the main loop stopped, which never turns to see it: the guest hangs for good.
 */
final class EmptyHandshake {

    private static final int GREETING_BYTES = 18;
    private static final int FIXED_NEWSTYLE_NO_ZEROES = 3;
    private static final long OPTION_MAGIC = 0x4948_4156_454F_5054L;
    private static final int ABORT = 2;

    private EmptyHandshake() {}

    /**
     * Visits a server.
     *
     * @param socket its path
     * @return whether anybody listens there
     * @throws IOException when somebody does and did not play to the end in time
     */
    static boolean visit(Path socket, Deadline deadline) throws IOException {
        UnixConnection connection;
        try {
            connection = UnixConnection.connect(socket);
        } catch (IOException _) {
            return false;
        }
        try (connection) {
            ByteBuffer buffer = ByteBuffer.allocate(64).limit(GREETING_BYTES);
            while (buffer.hasRemaining()) {
                if (receive(connection, buffer, deadline) < 0) {
                    throw new EOFException("no greeting");
                }
            }
            buffer.clear()
                    .putInt(FIXED_NEWSTYLE_NO_ZEROES)
                    .putLong(OPTION_MAGIC)
                    .putInt(ABORT);
            connection.write(buffer.putInt(0).flip(), deadline.left());
            while (receive(connection, buffer.clear(), deadline) >= 0) {
                // the answer to the good-bye
            }
            return true;
        }
    }

    private static int receive(UnixConnection connection, ByteBuffer buffer, Deadline deadline) throws IOException {
        int count = connection.read(buffer, deadline.left());
        if (count == 0) {
            throw new SocketTimeoutException("nothing came in time");
        }
        return count;
    }
}
