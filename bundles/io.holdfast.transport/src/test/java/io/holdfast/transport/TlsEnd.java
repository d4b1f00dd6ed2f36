package io.holdfast.transport;

import io.holdfast.base.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One end of a TLS connection whose network is an array: what it sends waits until a test carries it over. */
final class TlsEnd {

    final TlsChannel channel;
    final List<Integer> chunkSizes = new ArrayList<>();
    final List<Boolean> chunkEnds = new ArrayList<>();
    private final BufferPool pool = new BufferPool();
    private final ByteArrayOutputStream outgoing = new ByteArrayOutputStream();
    private final ByteArrayOutputStream plaintext = new ByteArrayOutputStream();
    private final TlsChannel.Input input = new Input();
    int arraysHeld;
    boolean established;
    boolean peerClosed;

    @Nullable
    HoldfastException failure;

    TlsEnd(TlsEngines.Engine engine) {
        channel = new TlsChannel(engine, pool, (cipher, _) -> sent(cipher));
    }

    static TlsEnd client(TransportTls.KeyMaterial keys) {
        return new TlsEnd(TlsEngines.forClient(new TransportTls(() -> keys)));
    }

    static TlsEnd server(TransportTls.KeyMaterial keys) {
        return new TlsEnd(TlsEngines.forServer(new TransportTls(() -> keys)));
    }

    private void sent(ByteBuffer cipher) {
        byte[] bytes = new byte[cipher.remaining()];
        cipher.duplicate().get(bytes);
        outgoing.writeBytes(bytes);
        pool.giveBack(cipher);
    }

    void start() {
        channel.start(input);
    }

    void send(byte[]... parts) {
        ByteBuffer[] buffers = new ByteBuffer[parts.length];
        for (int i = 0; i < parts.length; i++) {
            buffers[i] = ByteBuffer.wrap(parts[i]);
        }
        channel.send(buffers, (cipher, last) -> {
            chunkSizes.add(cipher.remaining());
            chunkEnds.add(last);
            arraysHeld += cipher.array().length;
            sent(cipher);
        });
    }

    void closeOutbound() {
        channel.closeOutbound((cipher, _) -> sent(cipher));
    }

    /** Takes what waits to be carried over. */
    byte[] take() {
        byte[] bytes = outgoing.toByteArray();
        outgoing.reset();
        return bytes;
    }

    /** Takes bytes from the network, in pieces. */
    void receive(byte[] bytes, Random random, int pieceMax) {
        int at = 0;
        while (at < bytes.length && failure == null) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(pieceMax));
            try {
                channel.received(ByteBuffer.wrap(bytes.clone(), at, length), input);
            } catch (HoldfastException e) {
                failure = e;
            }
            at += length;
        }
    }

    byte[] takePlaintext() {
        byte[] bytes = plaintext.toByteArray();
        plaintext.reset();
        return bytes;
    }

    /** Carries bytes to and fro until neither end has anything to send. */
    static void settle(TlsEnd one, TlsEnd other, Random random, int pieceMax) {
        boolean moved = true;
        while (moved) {
            byte[] there = one.take();
            other.receive(there, random, pieceMax);
            byte[] back = other.take();
            one.receive(back, random, pieceMax);
            moved = there.length + back.length > 0;
        }
    }

    private final class Input implements TlsChannel.Input {

        @Override
        public void established(List<X509Certificate> peerChain) {
            if (established) {
                throw new AssertionError("established twice");
            }
            established = true;
        }

        @Override
        public void plain(ByteBuffer plain) {
            if (!established || peerClosed) {
                throw new AssertionError("plaintext out of turn");
            }
            byte[] bytes = new byte[plain.remaining()];
            plain.get(bytes);
            plaintext.writeBytes(bytes);
        }

        @Override
        public void peerClosed() {
            if (peerClosed) {
                throw new AssertionError("closed twice");
            }
            peerClosed = true;
        }
    }
}
