package io.holdfast.console.rest.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CallTest {

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @Test
    void bodyIsRead() {
        InputStream whole = new ByteArrayInputStream("{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(call(whole, Access.USER).body(Echo.class)).isEqualTo(new Echo("hello"));
    }

    @Test
    void bodyThatTricklesIsGivenUp() {
        InputStream trickle = new InputStream() {
            @Override
            public int read() {
                LockSupport.parkNanos(PATIENCE_NANOS / 10);
                return ' ';
            }

            @Override
            @SuppressWarnings("null") // the JDK class says nothing about null; it never passes null here
            public int read(byte[] into, int from, int count) {
                into[from] = (byte) read();
                return 1;
            }
        };

        assertThatThrownBy(() -> call(trickle, Access.USER).body(Echo.class))
                .satisfies(error -> hasCode(error, ErrorCode.TIMEOUT));
    }

    @Test
    void bodyThatBreaksOffIsNamed() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the other side went");
            }
        };

        assertThatThrownBy(() -> call(broken, Access.USER).body(Echo.class))
                .satisfies(error -> hasCode(error, ErrorCode.NETWORK));
    }

    @Test
    void agentMaySendMoreThanAPerson() {
        byte[] large = ("{\"text\":\"hello\"}" + " ".repeat(200_000)).getBytes(StandardCharsets.UTF_8);

        assertThat(call(new ByteArrayInputStream(large), Access.AGENT).body(Echo.class))
                .isEqualTo(new Echo("hello"));
        assertThatThrownBy(
                        () -> call(new ByteArrayInputStream(large), Access.USER).body(Echo.class))
                .satisfies(error -> hasCode(error, ErrorCode.FRAME_TOO_LARGE));
    }

    private static void hasCode(Throwable error, ErrorCode code) {
        assertThat(error)
                .isInstanceOfSatisfying(
                        HoldfastException.class,
                        named -> assertThat(named.code()).isEqualTo(code));
    }

    private static Call call(InputStream body, Access access) {
        Route route = Route.of("echo", HttpMethod.POST, "/echo", access, _ -> Reply.done());
        return new Call(
                new Request(body),
                new Router.Found(route, Map.of()),
                Optional.empty(),
                new JsonCodec(),
                PATIENCE_NANOS);
    }

    record Echo(String text) {}

    private record Request(InputStream body) implements Incoming {

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return "/echo";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public Optional<String> header(String name) {
            return name.equals("Content-Type") ? Optional.of("application/json; charset=utf-8") : Optional.empty();
        }

        @Override
        public Optional<String> cookie(String name) {
            return Optional.empty();
        }

        @Override
        public String remoteAddress() {
            return "192.0.2.1";
        }

        @Override
        public List<X509Certificate> peerCertificates() {
            return List.of();
        }
    }
}
