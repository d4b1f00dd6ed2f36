package io.holdfast.console.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.console.rest.internal.http.JsonCodec;
import io.holdfast.console.rest.internal.http.Router;
import io.holdfast.console.rest.internal.server.Api;
import io.holdfast.console.rest.internal.server.ConsoleServer;
import io.holdfast.console.rest.internal.server.ServerSettings;
import io.holdfast.console.rest.internal.server.TestTls;
import io.holdfast.model.NodeCredentials.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class NodeTlsTest {

    private final AtomicReference<Credentials> current = new AtomicReference<>(TestTls.first());
    private final NodeTls tls = new NodeTls(current::get);

    @Test
    void contextStaysAsLongAsTheCredentialsDo() {
        SSLContext context = tls.get();

        assertThat(tls.get()).isSameAs(context);
        current.set(TestTls.renewed());
        assertThat(tls.get()).isNotSameAs(context);
    }

    @Test
    void nextConnectionSeesARenewedCertificateWithoutARestart() throws IOException {
        Api nothing = new Api(new Router(List.of()), (_, _) -> Optional.empty(), new JsonCodec());
        try (ConsoleServer server = ConsoleServer.start(ServerSettings.of("127.0.0.1", 0), tls, nothing);
                SSLSocket before = connect(server)) {
            assertThat(shown(before)).isEqualTo(TestTls.first().chain().getFirst());
            current.set(TestTls.renewed());

            try (SSLSocket after = connect(server)) {
                assertThat(shown(after)).isEqualTo(TestTls.renewed().chain().getFirst());
            }
        }
    }

    private static SSLSocket connect(ConsoleServer server) throws IOException {
        return (SSLSocket)
                TestTls.client().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
    }

    private static Certificate shown(SSLSocket socket) throws IOException {
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket.getSession().getPeerCertificates()[0];
    }
}
