package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.holdfast.base.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS by STARTTLS, ours against GnuTLS in libnbd, nbdkit and QEMU, and ours against ours. */
@Timeout(60)
class TlsTest {

    private static final int MIB = 1 << 20;

    private final RecordingListener listener = new RecordingListener();
    private final Path folder;
    private final Path socket;
    private final TestCertificates certificates;

    TlsTest(@TempDir Path folder) throws Exception {
        this.certificates = TestCertificates.make(folder.resolve("certificates"));
        this.folder = folder;
        this.socket = folder.resolve("s");
    }

    private NbdServer serve(MemoryExport export, NbdServerTls tls) throws IOException {
        return serve(UnixDomainSocketAddress.of(socket), export, tls);
    }

    private NbdServer serve(SocketAddress address, MemoryExport export, NbdServerTls tls) throws IOException {
        return NbdServer.start(NbdServerSettings.at(address).withTls(tls), export.as("disk"), listener);
    }

    private static NbdClientOptions options(SSLContext context) {
        return NbdClientOptions.DEFAULT.withTls(NbdClientTls.required(context, "localhost"));
    }

    private static NbdClient connect(NbdServer server, NbdClientOptions options) throws IOException {
        return NbdClient.connect(server.address(), "disk", options);
    }

    private static void assertRefused(NbdServer server, NbdClientOptions options, ErrorCode code) {
        assertThatThrownBy(() -> connect(server, options).close())
                .asInstanceOf(type(NbdConnectionException.class))
                .extracting(NbdConnectionException::code)
                .isEqualTo(code);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(11).nextBytes(noise);
        return noise;
    }

    @Test
    void writesAndReadsBackWithCertificatesOnBothSides() throws Exception {
        MemoryExport export = new MemoryExport(64 * MIB);
        byte[] noise = noise(40 * MIB);
        SocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (SocketAddress address : List.of(UnixDomainSocketAddress.of(socket), loopback)) {
            try (NbdServer server = serve(address, export, NbdServerTls.mutual(certificates.context("server")));
                    NbdClient client = connect(server, options(certificates.context("client")))) {
                client.write(123, ByteBuffer.wrap(noise), false);
                ByteBuffer back = ByteBuffer.allocate(noise.length);
                client.read(123, back);

                assertThat(back.array()).isEqualTo(noise);
                assertThat(listener.awaitOpened().tlsIdentity()).isEqualTo("CN=agent-1");
            }
            assertThat(listener.awaitClosed().clean()).isTrue();
        }
    }

    @Test
    void manyThreadsShareOneConnection() throws Exception {
        MemoryExport export = new MemoryExport(MIB).filled().asReadOnly().withParallelReads(4);
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        try (NbdServer server = serve(export, NbdServerTls.mutual(certificates.context("server")));
                NbdClient client = connect(server, options(certificates.context("client")))) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random random = new Random(i);
                threads.add(Thread.ofPlatform()
                        .uncaughtExceptionHandler((_, e) -> failures.add(e))
                        .start(() -> {
                            for (int n = 0; n < 50; n++) {
                                int offset = random.nextInt(MIB / 2);
                                ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(50_000));
                                try {
                                    client.read(offset, target);
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                                assertThat(target.array())
                                        .isEqualTo(
                                                Arrays.copyOfRange(export.content, offset, offset + target.capacity()));
                            }
                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aServerThatDemandsTlsTellsNothingWithoutIt() throws Exception {
        try (NbdServer server = serve(new MemoryExport(MIB), NbdServerTls.mutual(certificates.context("server")))) {
            assertRefused(server, NbdClientOptions.DEFAULT, ErrorCode.NOT_AUTHENTICATED);
            try (RawPeer peer =
                    RawPeer.connect(server.address()).expect(RawPeer.GREETING).send("00000003")) {
                for (String option : new String[] {"00000003", "00000006", "00000008", "0000000a", "00000063"}) {
                    peer.send("49484156454f5054" + option + "00000000")
                            .expect("0003e889045565a9" + option + "80000005");
                    int length = ByteBuffer.wrap(peer.receive(4)).getInt();
                    peer.receive(length);
                }
                peer.send("49484156454f5054 00000001 00000004 6469736b").expectEnd();
            }
        }
        assertThat(listener.awaitNotOpened()).isNotBlank();
    }

    @Test
    void aServerThatOffersTlsTakesBothKinds() throws Exception {
        NbdServerTls offered = new NbdServerTls(NbdTlsMode.OPTIONAL, certificates.context("server"), false);
        try (NbdServer server = serve(new MemoryExport(MIB), offered)) {
            connect(server, NbdClientOptions.DEFAULT).close();
            assertThat(listener.awaitOpened().tlsIdentity()).isEmpty();
            connect(server, options(certificates.anonymous())).close();
            assertThat(listener.awaitOpened().tlsIdentity()).isEmpty();
        }
    }

    @Test
    void aClientThatDemandsTlsDoesNotGoWithout() throws Exception {
        try (NbdServer server = serve(new MemoryExport(MIB), NbdServerTls.OFF)) {
            assertRefused(server, options(certificates.anonymous()), ErrorCode.NOT_AUTHENTICATED);
            NbdClientTls preferred = new NbdClientTls(NbdTlsMode.OPTIONAL, certificates.anonymous(), null);
            connect(server, NbdClientOptions.DEFAULT.withTls(preferred)).close();
        }
    }

    @Test
    void wrongCertificatesAreNamed() throws Exception {
        TestCertificates foreign = TestCertificates.make(folder.resolve("foreign"));
        certificates.issue("expired", "localhost", -1);
        try (NbdServer server = serve(new MemoryExport(MIB), NbdServerTls.mutual(certificates.context("server")))) {
            assertRefused(server, options(foreign.context("client")), ErrorCode.CERTIFICATE_FOREIGN);
            assertThat(listener.awaitNotOpened()).startsWith("CERTIFICATE_FOREIGN: ");
            assertRefused(server, options(certificates.anonymous()), ErrorCode.NOT_AUTHENTICATED);
            assertThat(listener.awaitNotOpened()).contains("Empty client certificate chain");
            assertRefused(server, options(certificates.context("expired")), ErrorCode.CERTIFICATE_FOREIGN);
            assertThat(listener.awaitNotOpened()).startsWith("CERTIFICATE_EXPIRED: ");
            assertRefused(
                    server,
                    NbdClientOptions.DEFAULT.withTls(
                            NbdClientTls.required(certificates.context("client"), "elsewhere")),
                    ErrorCode.CERTIFICATE_FOREIGN);
        }
        try (NbdServer server = serve(new MemoryExport(MIB), NbdServerTls.mutual(certificates.context("expired")))) {
            assertRefused(server, options(certificates.context("client")), ErrorCode.CERTIFICATE_EXPIRED);
        }
    }

    @Test
    void wordsSentBeforeTlsAreNotTakenForWordsInsideIt() throws Exception {
        try (NbdServer server = serve(new MemoryExport(MIB), NbdServerTls.mutual(certificates.context("server")));
                RawPeer peer = RawPeer.connect(server.address()).expect(RawPeer.GREETING)) {
            peer.send("00000003 49484156454f5054 00000005 00000000 49484156454f5054 00000003 00000000")
                    .expect("0003e889045565a9 00000005 00000001 00000000")
                    .expectEnd();
        }
        assertThat(listener.awaitNotOpened()).contains("sent more before NBD_OPT_STARTTLS was answered");
    }

    @Test
    void libnbdCopiesOverTls() throws Exception {
        MemoryExport export = new MemoryExport(4 * MIB).filled();
        Path copy = folder.resolve("copy");
        try (NbdServer _ = serve(export, NbdServerTls.mutual(certificates.context("server")))) {
            String uri =
                    "nbds+unix://agent@localhost/disk?socket=" + socket + "&tls-certificates=" + certificates.folder();
            assertThat(Tool.run("nbdinfo", uri).good()).contains("protocol: newstyle-fixed with TLS");
            Tool.run("nbdcopy", uri, copy.toString()).good();
            export.content[7]++;
            Tool.run("nbdcopy", copy.toString(), uri).good();
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(export.content);
    }

    @Test
    void qemuComparesOverTls() throws Exception {
        MemoryExport export = new MemoryExport(4 * MIB).filled();
        Path raw = folder.resolve("disk.raw");
        Files.write(raw, export.content);
        SocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (NbdServer server = serve(any, export, NbdServerTls.mutual(certificates.context("server")))) {
            int port = ((InetSocketAddress) server.address()).getPort();
            String compared = Tool.run(
                            "qemu-img",
                            "compare",
                            "--object",
                            "tls-creds-x509,id=tls,endpoint=client,dir=" + certificates.folder(),
                            "--image-opts",
                            "driver=raw,file.driver=file,file.filename=" + raw,
                            "driver=nbd,host=127.0.0.1,port=" + port
                                    + ",export=disk,tls-creds=tls,tls-hostname=localhost")
                    .good();
            assertThat(compared).contains("Images are identical");
        }
    }

    @Test
    void ourClientReadsFromNbdkitOverTls() throws Exception {
        Path id = folder.resolve("id");
        String[] command = {
            "nbdkit",
            "-f",
            "-U",
            socket.toString(),
            "-P",
            id.toString(),
            "--tls=require",
            "--tls-certificates=" + certificates.folder(),
            "--tls-verify-peer",
            "pattern",
            "64M"
        };
        try (Tool.Running _ = Tool.start(id, command)) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
            try (NbdClient client = NbdClient.connect(address, "", options(certificates.context("client")))) {
                ByteBuffer target = ByteBuffer.allocate(3 * MIB);
                client.read(MIB, target);

                assertThat(target.flip().getLong()).isEqualTo(MIB);
                assertThat(target.getLong(3 * MIB - 8)).isEqualTo(4 * MIB - 8);
            }
            assertThatThrownBy(() -> NbdClient.connect(address, "", NbdClientOptions.DEFAULT))
                    .asInstanceOf(type(NbdConnectionException.class))
                    .extracting(NbdConnectionException::code)
                    .isEqualTo(ErrorCode.NOT_AUTHENTICATED);
        }
    }
}
