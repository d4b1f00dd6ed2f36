package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The life of a server and of its connections, with our own client. */
@Timeout(60)
class NbdServerTest {

    private final RecordingListener listener = new RecordingListener();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Path folder;
    private final Path socket;

    NbdServerTest(@TempDir Path folder) {
        this.folder = folder;
        this.socket = folder.resolve("s");
    }

    @AfterEach
    void endCallers() {
        callers.shutdownNow();
    }

    private NbdServerSettings settings() {
        return NbdServerSettings.at(UnixDomainSocketAddress.of(socket));
    }

    private NbdServer serve(MemoryExport export) throws IOException {
        return NbdServer.start(settings(), export.as("disk"), listener);
    }

    private NbdClient connect(NbdServer server) throws IOException {
        return NbdClient.connect(server.address(), "disk", NbdClientOptions.DEFAULT.withTimeoutMillis(10_000));
    }

    /** A hook at which a call says that it has come and then waits to be let go. */
    private static final class Pause implements MemoryExport.Hook {

        private final String call;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        Pause(String call) {
            this.call = call;
        }

        @Override
        public void before(String current) throws IOException {
            if (current.equals(call)) {
                reached.countDown();
                await(released);
            }
        }

        void awaitReached() throws IOException {
            await(reached);
        }

        void release() {
            released.countDown();
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                if (!latch.await(30, TimeUnit.SECONDS)) {
                    throw new IOException("waited 10 s");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    @Test
    void onlyTheOwnerMayConnectToTheSocketFile() throws Exception {
        try (NbdServer server = serve(new MemoryExport(4096))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(server.address()).isEqualTo(UnixDomainSocketAddress.of(socket));
            connect(server).close();
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aSocketFileLeftBehindIsReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();

        try (NbdServer server = serve(new MemoryExport(4096))) {
            connect(server).close();
        }
    }

    @Test
    void aSocketInUseIsRefused() throws Exception {
        try (NbdServer server = serve(new MemoryExport(4096))) {
            assertThatThrownBy(() -> serve(new MemoryExport(4096)).close())
                    .asInstanceOf(type(HoldfastException.class))
                    .extracting(HoldfastException::code)
                    .isEqualTo(ErrorCode.PORT_IN_USE);
            connect(server).close();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Files.writeString(socket, "precious");

        assertThatThrownBy(() -> serve(new MemoryExport(4096)).close())
                .asInstanceOf(type(HoldfastException.class))
                .extracting(HoldfastException::code)
                .isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(socket).hasContent("precious");
    }

    @Test
    void aSocketFileOfALaterServerIsLeftAlone() throws Exception {
        NbdServer first = serve(new MemoryExport(4096));
        Files.delete(socket);
        try (NbdServer second = serve(new MemoryExport(4096))) {
            first.close();

            connect(second).close();
        }
    }

    @Test
    void listensOnTcpAndNamesAPortInUse() throws Exception {
        SocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        MemoryExport export = new MemoryExport(4096).filled();
        try (NbdServer server = NbdServer.start(NbdServerSettings.at(any), export.as("disk"), listener);
                NbdClient client = connect(server)) {
            ByteBuffer target = ByteBuffer.allocate(100);
            client.read(10, target);

            assertThat(target.array()).isEqualTo(Arrays.copyOfRange(export.content, 10, 110));
            assertThat(listener.awaitOpened().peer()).startsWith("/127.0.0.1:");
            assertThatThrownBy(
                            () -> NbdServer.start(NbdServerSettings.at(server.address()), export.as("disk"), listener)
                                    .close())
                    .asInstanceOf(type(HoldfastException.class))
                    .extracting(HoldfastException::code)
                    .isEqualTo(ErrorCode.PORT_IN_USE);
        }
    }

    @Test
    void turnsConnectionsAwayAboveTheLimit() throws Exception {
        try (NbdServer server =
                        NbdServer.start(settings().withConnectionsMax(1), new MemoryExport(4096).as("disk"), listener);
                NbdClient client = connect(server)) {
            assertThatThrownBy(() -> connect(server).close()).isInstanceOf(NbdConnectionException.class);
            assertThat(listener.awaitNotOpened()).contains("1 connections already");

            client.close();
            listener.awaitClosed();
            connect(server).close();
        }
    }

    @Test
    void droppingAnswersNothingMore() throws Exception {
        Pause pause = new Pause("write 0+512");
        MemoryExport export = new MemoryExport(4096).withHook(pause);
        try (NbdServer server = serve(export);
                NbdClient client = connect(server);
                NbdClient other = NbdClient.connect(server.address(), "disk", NbdClientOptions.DEFAULT)) {
            Future<?> write = callers.submit(() -> {
                client.write(0, ByteBuffer.allocate(512), false);
                return null;
            });
            pause.awaitReached();

            assertThat(server.dropConnections("another")).isZero();
            assertThat(server.dropConnections("disk")).isEqualTo(2);
            pause.release();

            assertThatThrownBy(() -> write.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(NbdConnectionException.class);
            assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.DROPPED);
            assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.DROPPED);
            assertThat(server.connections()).isEmpty();
            assertThatThrownBy(other::flush).isInstanceOf(NbdConnectionException.class);
        }
    }

    @Test
    void closingLetsRequestsInProgressBeAnswered() throws Exception {
        Pause pause = new Pause("write 0+512");
        NbdServer server = serve(new MemoryExport(4096).withHook(pause));
        try (NbdClient client = connect(server);
                NbdClient idle = connect(server)) {
            Future<?> write = callers.submit(() -> {
                client.write(0, ByteBuffer.allocate(512), false);
                return null;
            });
            pause.awaitReached();
            Future<?> closing = callers.submit(server::close);
            assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.SERVER_CLOSED);
            assertThatThrownBy(idle::flush).isInstanceOf(NbdConnectionException.class);
            pause.release();

            write.get(30, TimeUnit.SECONDS);
            closing.get(30, TimeUnit.SECONDS);
            assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.SERVER_CLOSED);
        }
    }

    @Test
    void closingIsBoundedWhenAnExportHangs() throws Exception {
        Pause pause = new Pause("flush");
        NbdServer server = NbdServer.start(
                settings().withCloseMillisMax(100),
                new MemoryExport(4096).withHook(pause).as("disk"),
                listener);
        try (NbdClient client = connect(server)) {
            callers.submit(() -> {
                client.flush();
                return null;
            });
            pause.awaitReached();
            long begin = System.nanoTime();
            server.close();
            server.close();

            assertThat(System.nanoTime() - begin).isLessThan(5_000_000_000L);
        } finally {
            pause.release();
        }
        assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.SERVER_CLOSED);
    }

    @Test
    void tellsWhenTheOldestRequestArrived() throws Exception {
        Pause pause = new Pause("flush");
        try (NbdServer server = serve(new MemoryExport(4096).withHook(pause));
                NbdClient client = connect(server)) {
            assertThat(server.oldestRequestNanos()).isZero();
            long before = System.nanoTime();
            Future<?> flush = callers.submit(() -> {
                client.flush();
                return null;
            });
            pause.awaitReached();

            assertThat(server.oldestRequestNanos()).isBetween(before, System.nanoTime());
            pause.release();
            flush.get(30, TimeUnit.SECONDS);
            client.flush();
            client.close();
            listener.awaitClosed();
            assertThat(server.oldestRequestNanos()).isZero();
        }
    }

    @Test
    void readsOfAPointRunSideBySide() throws Exception {
        CyclicBarrier meeting = new CyclicBarrier(4);
        MemoryExport export = new MemoryExport(1 << 20)
                .filled()
                .asReadOnly()
                .withParallelReads(4)
                .withHook(call -> {
                    try {
                        meeting.await(30, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new IOException(call, e);
                    }
                });
        try (NbdServer server = serve(export);
                NbdClient client = connect(server)) {
            List<Future<byte[]>> reads = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                long offset = i * 1000;
                reads.add(callers.submit(() -> {
                    ByteBuffer target = ByteBuffer.allocate(1000);
                    client.read(offset, target);
                    return target.array();
                }));
            }
            for (int i = 0; i < 16; i++) {
                assertThat(reads.get(i).get(30, TimeUnit.SECONDS))
                        .isEqualTo(Arrays.copyOfRange(export.content, i * 1000, i * 1000 + 1000));
            }
            client.close();
            assertThat(listener.awaitClosed().clean()).isTrue();
        }
    }

    @Test
    void aReadThatFailsBesideOthersFailsAlone() throws Exception {
        MemoryExport export = new MemoryExport(1 << 20)
                .filled()
                .asReadOnly()
                .withParallelReads(2)
                .withHook(call -> {
                    if (call.equals("read 5000+10")) {
                        throw new NbdException(NbdError.EIO, "bad sector");
                    }
                });
        try (NbdServer server = serve(export);
                NbdClient client = connect(server)) {
            assertThatThrownBy(() -> client.read(5000, ByteBuffer.allocate(10)))
                    .isInstanceOf(NbdException.class)
                    .hasMessageContaining("bad sector");
            client.read(5001, ByteBuffer.allocate(10));
        }
        assertThat(listener.awaitClosed().clean()).isTrue();
    }

    @Test
    void threadsAreNamedAfterTheirConnection() throws Exception {
        List<String> names = Collections.synchronizedList(new ArrayList<>());
        MemoryExport export = new MemoryExport(4096)
                .withHook(_ -> names.add(Thread.currentThread().getName()));
        try (NbdServer server = serve(export);
                NbdClient client = connect(server)) {
            client.flush();
        }
        MemoryExport point = new MemoryExport(4096).asReadOnly().withParallelReads(2);
        point.withHook(_ -> names.add(Thread.currentThread().getName()));
        try (NbdServer server = serve(point);
                NbdClient client = connect(server)) {
            client.read(0, ByteBuffer.allocate(1));
        }

        assertThat(names).containsExactly("holdfast-nbd-1", "holdfast-nbd-1-read-1");
    }
}
