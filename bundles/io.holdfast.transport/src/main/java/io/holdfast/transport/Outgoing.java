package io.holdfast.transport;

import java.nio.ByteBuffer;

/**
 * A frame on its way out.
 *
 * @param frame its parts, used up by encrypting them
 * @param bytes length of the frame
 * @param handedToSocket run when its last byte was handed to the socket
 */
record Outgoing(ByteBuffer[] frame, long bytes, Runnable handedToSocket) {

    static Outgoing of(ByteBuffer[] frame, Runnable handedToSocket) {
        long bytes = 0;
        for (ByteBuffer part : frame) {
            bytes += part.remaining();
        }
        return new Outgoing(frame, bytes, handedToSocket);
    }
}
