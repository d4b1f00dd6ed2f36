package io.holdfast.transport;

import io.holdfast.base.HoldfastException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.filterchain.IoFilterAdapter;
import org.apache.mina.core.filterchain.IoFilterChain;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.core.write.DefaultWriteRequest;
import org.apache.mina.core.write.WriteRequest;
import org.apache.mina.filter.FilterEvent;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link TlsChannel} into MINA's chain, one filter for each session. Takes {@link Outgoing} and {@link #END} from above, gives
 * plaintext and {@link Event}s upwards, and reports as sent what was written from above, not the records it became.
 */
final class TlsFilter extends IoFilterAdapter {

    /** Written from above to end our half of the stream. */
    static final Object END = new Object() {
        @Override
        public String toString() {
            return "end of the TLS stream";
        }
    };

    /** What is told upwards beside plaintext. */
    sealed interface Event extends FilterEvent {

        /**
         * Both ends have proven themselves.
         *
         * @param peerChain the peer's certificates, its own first
         */
        record Established(List<X509Certificate> peerChain) implements Event {}

        /** The peer has ended its half of the stream in order. */
        record PeerClosed() implements Event {}

        /**
         * Nothing more can be received.
         *
         * @param error what is wrong
         * @param byPeer whether the peer reported it; if not, an alert for the peer is on its way
         */
        record Failed(HoldfastException error, boolean byPeer) implements Event {}
    }

    /** Records that nobody above has written as a message of its own. */
    private static final class RecordsRequest extends DefaultWriteRequest {
        RecordsRequest(ByteBuffer cipher) {
            super(IoBuffer.wrap(cipher));
        }
    }

    private final BufferPool pool;
    private final TlsChannel channel;
    private @Nullable NextFilter neighbours;
    private @Nullable IoSession owner;

    TlsFilter(TlsEngines.Engine engine, BufferPool pool) {
        this.pool = pool;
        this.channel = new TlsChannel(engine, pool, (cipher, _) -> writeRecords(cipher));
    }

    private void writeRecords(ByteBuffer cipher) {
        NextFilter next = neighbours;
        IoSession session = owner;
        if (next == null || session == null) {
            throw new IllegalStateException("the filter is in no chain");
        }
        next.filterWrite(session, new RecordsRequest(cipher));
    }

    @Override
    @SuppressWarnings("null") // MINA says nothing about null; none of these is
    public void onPostAdd(IoFilterChain parent, String name, NextFilter nextFilter) {
        neighbours = nextFilter;
        owner = parent.getSession();
    }

    @Override
    @SuppressWarnings("null") // as above
    public void sessionOpened(NextFilter nextFilter, IoSession session) {
        nextFilter.sessionOpened(session);
        reportFailure(nextFilter, session, () -> channel.start(input(nextFilter, session)));
    }

    @Override
    @SuppressWarnings("null") // as above
    public void messageReceived(NextFilter nextFilter, IoSession session, Object message) {
        ByteBuffer cipher = ((IoBuffer) message).buf();
        reportFailure(nextFilter, session, () -> channel.received(cipher, input(nextFilter, session)));
    }

    private void reportFailure(NextFilter nextFilter, IoSession session, Runnable step) {
        try {
            step.run();
        } catch (HoldfastException e) {
            nextFilter.event(session, new Event.Failed(e, channel.isGivenUpByPeer()));
        }
    }

    private static TlsChannel.Input input(NextFilter nextFilter, IoSession session) {
        return new TlsChannel.Input() {
            @Override
            public void established(List<X509Certificate> peerChain) {
                nextFilter.event(session, new Event.Established(peerChain));
            }

            @Override
            public void plain(ByteBuffer plain) {
                nextFilter.messageReceived(session, plain);
            }

            @Override
            public void peerClosed() {
                nextFilter.event(session, new Event.PeerClosed());
            }
        };
    }

    @Override
    @SuppressWarnings("null") // as above
    public void filterWrite(NextFilter nextFilter, IoSession session, WriteRequest request) {
        TlsChannel.Output output = (cipher, last) -> {
            if (last) {
                request.setMessage(IoBuffer.wrap(cipher));
            }
            nextFilter.filterWrite(session, last ? request : new RecordsRequest(cipher));
        };
        if (request.getMessage() instanceof Outgoing outgoing) {
            channel.send(outgoing.frame(), output);
        } else if (request.getMessage() == END) {
            channel.closeOutbound(output);
        } else {
            throw new IllegalArgumentException("nothing but frames may be written");
        }
    }

    @Override
    @SuppressWarnings("null") // as above
    public void messageSent(NextFilter nextFilter, IoSession session, WriteRequest request) {
        if (request.getMessage() instanceof IoBuffer buffer) {
            pool.giveBack(buffer.buf());
        }
        if (!(request instanceof RecordsRequest)) {
            nextFilter.messageSent(session, request);
        }
    }
}
