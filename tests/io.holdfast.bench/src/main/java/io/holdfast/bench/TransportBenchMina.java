package io.holdfast.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.future.ConnectFuture;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.filter.ssl.SslFilter;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;
import org.apache.mina.transport.socket.nio.NioSocketConnector;
import org.jspecify.annotations.Nullable;

/**
 * MINA as it comes, with raw buffers.
 *
 * @param name in the table
 * @param context for MINA's own TLS filter; none for plaintext
 */
record TransportBenchMina(String name, @Nullable SSLContext context) implements TransportBench.Way {

    private static final int UNDER_WAY = 8;
    private static final int CONNECT_SECONDS = 10;

    @Override
    public TransportBenchMeter.Result measure(int messageBytes, long warmUpMillis, long measuredMillis)
            throws Exception {
        LongAdder arrived = new LongAdder();
        NioSocketAcceptor acceptor = new NioSocketAcceptor(2);
        NioSocketConnector connector = new NioSocketConnector(2);
        try {
            acceptor.getSessionConfig().setReadBufferSize(256 << 10);
            acceptor.getSessionConfig().setMaxReadBufferSize(1 << 20);
            if (context != null) {
                SslFilter filter = new SslFilter(context);
                filter.setNeedClientAuth(true);
                filter.setEnabledProtocols("TLSv1.3");
                acceptor.getFilterChain().addFirst("tls", filter);
                SslFilter clientFilter = new SslFilter(context);
                clientFilter.setEnabledProtocols("TLSv1.3");
                connector.getFilterChain().addFirst("tls", clientFilter);
            }
            acceptor.setHandler(new IoHandlerAdapter() {
                @Override
                public void messageReceived(IoSession session, Object message) {
                    arrived.add(((IoBuffer) message).remaining());
                }
            });
            acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            connector.setHandler(new Sender(messageBytes));
            ConnectFuture connected = connector.connect(acceptor.getLocalAddress());
            if (!connected.await(CONNECT_SECONDS, TimeUnit.SECONDS) || !connected.isConnected()) {
                throw new IllegalStateException("no connection within " + CONNECT_SECONDS + " s");
            }
            return TransportBenchMeter.measure(arrived, warmUpMillis, measuredMillis);
        } finally {
            connector.dispose();
            acceptor.dispose();
        }
    }

    /** Keeps some messages under way. */
    private static final class Sender extends IoHandlerAdapter {

        private final byte[] data;

        Sender(int messageBytes) {
            data = new byte[messageBytes];
            new Random(1).nextBytes(data);
        }

        @Override
        public void sessionOpened(IoSession session) {
            for (int i = 0; i < UNDER_WAY; i++) {
                session.write(IoBuffer.wrap(data));
            }
        }

        @Override
        public void messageSent(IoSession session, Object message) {
            session.write(IoBuffer.wrap(data));
        }
    }
}
