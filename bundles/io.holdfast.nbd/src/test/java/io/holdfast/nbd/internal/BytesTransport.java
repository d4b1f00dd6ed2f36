package io.holdfast.nbd.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** A stream whose input is given and comes in pieces of any size, and whose output is kept. */
final class BytesTransport implements Transport {

    private final ByteBuffer input;
    private final Random pieces;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private boolean closed;

    BytesTransport(byte[] input, Random pieces) {
        this.input = ByteBuffer.wrap(input);
        this.pieces = pieces;
    }

    byte[] output() {
        return output.toByteArray();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (!input.hasRemaining()) {
            return -1;
        }
        int count = 1 + pieces.nextInt(Math.min(target.remaining(), input.remaining()));
        target.put(input.slice(input.position(), count));
        input.position(input.position() + count);
        return count;
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        for (ByteBuffer source : sources) {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            output.writeBytes(bytes);
        }
    }

    @Override
    public void farewell() {
        // There is nobody to tell.
    }

    @Override
    public String peerIdentity() {
        return "";
    }

    @Override
    public void close() {
        closed = true;
    }
}
