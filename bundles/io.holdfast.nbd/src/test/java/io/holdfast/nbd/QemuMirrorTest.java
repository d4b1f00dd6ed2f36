package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** QEMU's mirror in write-blocking mode with our server as its target, which is how machines are captured. */
@Timeout(60)
class QemuMirrorTest {

    private static final int BYTES = 16 << 20;

    private final RecordingListener listener = new RecordingListener();
    private final MemoryExport target = new MemoryExport(BYTES)
            .withFeatures(NbdFeature.FLUSH, NbdFeature.FUA, NbdFeature.TRIM, NbdFeature.WRITE_ZEROES);
    private final Path folder;
    private final Path exported;

    QemuMirrorTest(@TempDir Path folder) {
        this.folder = folder;
        this.exported = folder.resolve("exported");
    }

    /** QEMU's storage daemon with one disk, under its monitor. */
    private final class Daemon implements AutoCloseable {

        private final Tool.Running process;
        private final SocketChannel monitor;
        private final BufferedReader answers;
        private final List<String> events = new ArrayList<>();

        Daemon() throws Exception {
            Path disk = Files.write(folder.resolve("disk.raw"), new byte[BYTES]);
            Path id = folder.resolve("id");
            Path qmp = folder.resolve("qmp");
            process = Tool.start(
                    id,
                    "qemu-storage-daemon",
                    "--blockdev",
                    "driver=file,node-name=disk,filename=" + disk,
                    "--nbd-server",
                    "addr.type=unix,addr.path=" + exported,
                    "--export",
                    "type=nbd,id=e,node-name=disk,name=disk,writable=on",
                    "--chardev",
                    "socket,id=q,path=" + qmp + ",server=on,wait=off",
                    "--monitor",
                    "chardev=q",
                    "--pidfile",
                    id.toString());
            monitor = SocketChannel.open(UnixDomainSocketAddress.of(qmp));
            answers = new BufferedReader(Channels.newReader(monitor, StandardCharsets.UTF_8));
            awaitLine("\"QMP\"");
            run("{'execute': 'qmp_capabilities'}");
        }

        void run(String command) throws IOException {
            monitor.write(ByteBuffer.wrap((command.replace('\'', '"') + "\n").getBytes(StandardCharsets.UTF_8)));
            awaitLine("\"return\"");
        }

        /** Waits for a line; events that come before it may be waited for later. */
        String awaitLine(String part) throws IOException {
            for (String event : events) {
                if (event.contains(part)) {
                    events.remove(event);
                    return event;
                }
            }
            String line = String.valueOf(answers.readLine());
            while (!line.contains(part)) {
                assertThat(line).isNotEqualTo("null").doesNotContain("\"class\"");
                events.add(line);
                line = String.valueOf(answers.readLine());
            }
            return line;
        }

        void mirror(NbdServer server) throws IOException {
            String path = ((UnixDomainSocketAddress) server.address()).getPath().toString();
            run("{'execute': 'blockdev-add', 'arguments': {'driver': 'nbd', 'node-name': 'target', 'export': 'disk',"
                    + " 'server': {'type': 'unix', 'path': '" + path + "'}}}");
            run("{'execute': 'blockdev-mirror', 'arguments': {'job-id': 'mirror', 'device': 'disk', 'target': 'target',"
                    + " 'sync': 'none', 'copy-mode': 'write-blocking', 'on-target-error': 'report'}}");
        }

        @Override
        public void close() throws Exception {
            monitor.close();
            process.close();
        }
    }

    private void guestWrites(String... commands) throws Exception {
        String uri = "nbd+unix:///disk?socket=" + exported;
        List<String> line = new ArrayList<>(List.of("qemu-io", "-f", "raw", uri));
        for (String command : commands) {
            line.add("-c");
            line.add(command);
        }
        Tool.run(line.toArray(new String[0])).good();
    }

    private NbdServer serve() throws IOException {
        return NbdServer.start(
                NbdServerSettings.at(UnixDomainSocketAddress.of(folder.resolve("s"))), target.as("disk"), listener);
    }

    @Test
    void everyWriteArrivesInOrderAndTheMirrorEndsCleanly() throws Exception {
        try (NbdServer server = serve();
                Daemon daemon = new Daemon()) {
            daemon.mirror(server);
            daemon.awaitLine("BLOCK_JOB_READY");
            guestWrites("write -P 1 0 64k", "write -P 2 4k 4k", "write -z 2M 1M", "write -P 3 2M 512");

            assertThat(target.calls.stream().filter(call -> !call.equals("flush")))
                    .containsExactly(
                            "write 0+65536", "write 4096+4096", "zero 2097152+1048576 nohole", "write 2097152+512");
            daemon.run("{'execute': 'block-job-cancel', 'arguments': {'device': 'mirror'}}");
            daemon.awaitLine("BLOCK_JOB_COMPLETED");
            daemon.run("{'execute': 'blockdev-del', 'arguments': {'node-name': 'target'}}");
            assertThat(listener.awaitClosed().clean()).isTrue();
        }
    }

    @Test
    void droppingTheConnectionFailsTheMirrorAndNotTheGuest() throws Exception {
        try (NbdServer server = serve();
                Daemon daemon = new Daemon()) {
            daemon.mirror(server);
            daemon.awaitLine("BLOCK_JOB_READY");
            guestWrites("write -P 1 0 64k");

            assertThat(server.dropConnections("disk")).isEqualTo(1);
            guestWrites("write -P 2 0 64k", "read -P 2 0 64k");

            assertThat(daemon.awaitLine("BLOCK_JOB_COMPLETED")).contains("\"error\"");
            assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.DROPPED);
        }
    }

    @Test
    void anErrorReplyFailsTheMirrorAndIsToldBefore() throws Exception {
        target.withHook(call -> {
            if (call.equals("write 0+65536")) {
                throw new NbdException(NbdError.ENOSPC, "full");
            }
        });
        try (NbdServer server = serve();
                Daemon daemon = new Daemon()) {
            daemon.mirror(server);
            daemon.awaitLine("BLOCK_JOB_READY");
            guestWrites("write -P 1 0 64k", "read -P 1 0 64k");

            assertThat(listener.awaitRefusal().error()).isEqualTo(NbdError.ENOSPC);
            assertThat(daemon.awaitLine("BLOCK_JOB_COMPLETED")).contains("No space left on device");
        }
        assertThat(listener.awaitClosed().clean()).isFalse();
    }
}
