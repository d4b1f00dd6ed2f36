package io.holdfast.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.wire.Message;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ReconnectingClientTest {

    /** Gives the full pauses. */
    private static final RandomGenerator NO_SPREAD = () -> 0L;

    private final FakeClient client = new FakeClient();
    private final Deque<Runnable> scheduled = new ArrayDeque<>();
    private final List<Long> pauses = new ArrayList<>();
    private final List<ErrorCode> errors = new ArrayList<>();
    private final RecordingHandler handler = new RecordingHandler();
    private final ReconnectingClient reconnecting = new ReconnectingClient(
            client,
            new Target(),
            new ReconnectingClient.Backoff(100, 1_000),
            (_, task) -> scheduled.add(task),
            NO_SPREAD);

    private void fail(ErrorCode code) {
        client.result.completeExceptionally(new HoldfastException(code, "peer", "it fails"));
    }

    private FakeSession open() {
        FakeSession session = new FakeSession();
        client.handler.opened(session);
        client.result.complete(session);
        return session;
    }

    private void end(Session session) {
        client.handler.closed(session, new CloseCause.ClosedByPeer("gone"));
    }

    @Test
    void doublesThePausesUpToTheLongest() {
        reconnecting.start();
        for (int i = 0; i < 6; i++) {
            fail(ErrorCode.NETWORK);
            scheduled.remove().run();
        }

        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L);
        assertThat(client.attempts).isEqualTo(7);
    }

    @Test
    void waitsLongestForWhatTryingAgainDoesNotCure() {
        reconnecting.start();

        fail(ErrorCode.CERTIFICATE_FOREIGN);

        assertThat(pauses).containsExactly(1_000L);
        assertThat(errors).containsExactly(ErrorCode.CERTIFICATE_FOREIGN);
    }

    @Test
    void connectsAgainWhenASessionEndsAndStartsAnewOnceThePeerHasAnswered() {
        reconnecting.start();
        fail(ErrorCode.NETWORK);
        scheduled.remove().run();
        end(open());
        scheduled.remove().run();
        FakeSession answering = open();
        client.handler.received(answering, new Message.Credit(1));
        end(answering);

        assertThat(pauses).containsExactly(100L, 200L, 100L);
        assertThat(handler.messages()).containsExactly(new Message.Credit(1));
        assertThat(handler.closedCalls()).isEqualTo(2);
    }

    @Test
    void closesItsSessionAndConnectsNoMore() {
        reconnecting.start();
        FakeSession session = open();

        reconnecting.close();
        end(session);

        assertThat(session.ends).containsExactly("no longer needed");
        assertThat(scheduled).isEmpty();
        assertThat(errors).isEmpty();
    }

    @Test
    void closesASessionThatComesTooLate() {
        reconnecting.start();

        reconnecting.close();

        assertThat(open().ends).containsExactly("no longer needed");
    }

    @Test
    void spreadsThePausesByUpToAHalf() {
        ReconnectingClient.Backoff backoff = new ReconnectingClient.Backoff(100, 1_000);
        try (ReconnectingClient spread =
                new ReconnectingClient(client, new Target(), backoff, (_, task) -> scheduled.add(task), () -> -1L)) {
            spread.start();

            fail(ErrorCode.NETWORK);

            assertThat(pauses.getFirst()).isBetween(50L, 51L);
        }
    }

    private final class Target implements ReconnectingClient.Target {

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        }

        @Override
        public SessionHandler handler() {
            return handler;
        }

        @Override
        public void disconnected(HoldfastException error, long pauseMillis) {
            errors.add(error.code());
            pauses.add(pauseMillis);
        }
    }

    private static final class FakeClient implements TransportClient {

        private int attempts;
        private SessionHandler handler = NoHandler.INSTANCE;
        private CompletableFuture<Session> result = new CompletableFuture<>();

        @Override
        public CompletableFuture<Session> connect(InetSocketAddress address, SessionHandler given) {
            attempts++;
            handler = given;
            result = new CompletableFuture<>();
            return result;
        }

        @Override
        public void close() {}
    }
}
