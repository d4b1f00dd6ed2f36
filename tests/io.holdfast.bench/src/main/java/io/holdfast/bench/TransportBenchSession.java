package io.holdfast.bench;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.EpochCause;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.transport.CloseCause;
import io.holdfast.transport.PeerCheck;
import io.holdfast.transport.Session;
import io.holdfast.transport.SessionHandler;
import io.holdfast.transport.TransportClient;
import io.holdfast.transport.TransportLimits;
import io.holdfast.transport.TransportServer;
import io.holdfast.transport.TransportTls;
import io.holdfast.wire.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The product's own transport: frames with checksums, encoded, encrypted, decrypted, checked and decoded.
 *
 * @param name in the table
 * @param tls keys of both ends
 * @param changeBytesMax data of one change; a message holds as many as it takes
 */
record TransportBenchSession(String name, TransportTls tls, int changeBytesMax) implements TransportBench.Way {

    private static final int CONNECT_SECONDS = 10;

    @Override
    public TransportBenchMeter.Result measure(int messageBytes, long warmUpMillis, long measuredMillis)
            throws Exception {
        LongAdder arrived = new LongAdder();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TransportServer server = TransportServer.listen(
                        anyPort, TransportLimits.DEFAULT, tls, PeerCheck.AUTHENTICATED, _ -> new Counter(arrived));
                TransportClient client =
                        TransportClient.create(TransportLimits.DEFAULT, tls, PeerCheck.AUTHENTICATED)) {
            client.connect(server.address(), new Sender(messageBytes, Math.min(messageBytes, changeBytesMax)))
                    .get(CONNECT_SECONDS, TimeUnit.SECONDS);
            return TransportBenchMeter.measure(arrived, warmUpMillis, measuredMillis);
        }
    }

    /** Counts the data of what arrives. */
    private record Counter(LongAdder arrived) implements SessionHandler {

        @Override
        public void opened(Session session) {}

        @Override
        public void received(Session session, Message message) {
            if (message instanceof Message.Records records) {
                for (StreamRecord streamRecord : records.records()) {
                    arrived.add(((StreamRecord.Change) streamRecord).data().remaining());
                }
            }
        }

        @Override
        public void writable(Session session) {}

        @Override
        public void closed(Session session, CloseCause cause) {}
    }

    /** Sends as much as the session takes. */
    private static final class Sender implements SessionHandler {

        private final Message.Records records;

        Sender(int messageBytes, int changeBytes) {
            List<StreamRecord> changes = new ArrayList<>();
            Random random = new Random(1);
            for (int sequence = 1; sequence <= messageBytes / changeBytes; sequence++) {
                byte[] data = new byte[changeBytes];
                random.nextBytes(data);
                changes.add(new StreamRecord.Change(
                        sequence, 0, ChangeOrigin.GUEST, 0, 0, changeBytes, ExtentKind.DATA, ByteBuffer.wrap(data)));
            }
            records = new Message.Records(1, changes);
        }

        @Override
        public void opened(Session session) {
            session.offer(new Message.Hello(1, 1, "bench", new UUID(0, 1), new MachineId(new UUID(0, 2))));
            session.offer(new Message.OpenEpoch(
                    Position.ORIGIN, Position.ORIGIN, EpochCause.START, "bench", 0, new UUID(0, 0)));
            writable(session);
        }

        @Override
        public void received(Session session, Message message) {}

        @Override
        public void writable(Session session) {
            while (session.offer(records)) {
                // until the outgoing queue is full
            }
        }

        @Override
        public void closed(Session session, CloseCause cause) {}
    }
}
