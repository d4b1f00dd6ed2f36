package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our server under libnbd's and QEMU's tools. */
@Timeout(60)
class StrangeClientsTest {

    private static final int MIB = 1 << 20;

    private final RecordingListener listener = new RecordingListener();
    private final Path folder;
    private final Path socket;
    private final String uri;

    StrangeClientsTest(@TempDir Path folder) {
        this.folder = folder;
        socket = folder.resolve("s");
        uri = "nbd+unix:///disk?socket=" + socket;
    }

    private NbdServer serve(NbdExports exports) throws IOException {
        return NbdServer.start(NbdServerSettings.at(UnixDomainSocketAddress.of(socket)), exports, listener);
    }

    private static MemoryExport halfFilled() {
        MemoryExport export = new MemoryExport(8 * MIB);
        byte[] half = new byte[4 * MIB];
        new Random(7).nextBytes(half);
        System.arraycopy(half, 0, export.content, 2 * MIB, half.length);
        return export;
    }

    @Test
    void nbdinfoTellsWhatTheExportSaid() throws Exception {
        try (NbdServer server = serve(new MemoryExport(8 * MIB).as("disk"))) {
            String told = Tool.run("nbdinfo", "--json", uri).good();

            assertThat(server.connections()).isEmpty();
            assertThat(told)
                    .contains("\"protocol\": \"newstyle-fixed\"", "\"TLS\": false", "\"structured\": true")
                    .contains("\"export-name\": \"disk\"", "\"description\": \"in memory\"", "\"export-size\": 8388608")
                    .contains(
                            "\"base:allocation\"", "\"is_read_only\": false", "\"can_cache\": true", "\"can_df\": true")
                    .contains("\"can_fast_zero\": true", "\"can_flush\": true", "\"can_fua\": true")
                    .contains("\"can_multi_conn\": true", "\"can_trim\": true", "\"can_zero\": true")
                    .contains("\"block_size_minimum\": 1", "\"block_size_preferred\": 4096")
                    .contains("\"block_size_maximum\": 33554432");
        }
    }

    @Test
    void nbdinfoListsExports() throws Exception {
        try (NbdServer _ = serve(new MemoryExport(MIB).as("disk"))) {
            assertThat(Tool.run("nbdinfo", "--list", "nbd+unix:///?socket=" + socket)
                            .good())
                    .contains("export=\"disk\"", "description: in memory");
        }
    }

    @Test
    void nbdinfoMapsHolesAndData() throws Exception {
        try (NbdServer _ = serve(halfFilled().as("disk"))) {
            String map = Tool.run("nbdinfo", "--map", uri).good();

            assertThat(map.lines().map(line -> line.trim().replaceAll(" +", " ")))
                    .containsExactly("0 2097152 3 hole,zero", "2097152 4194304 0 data", "6291456 2097152 3 hole,zero");
        }
    }

    @Test
    void nbdcopyCopiesOutAndIn() throws Exception {
        Path copy = folder.resolve("copy.raw");
        try (NbdServer _ = serve(halfFilled().withSparseReads().as("disk"))) {
            Tool.run("nbdcopy", uri, copy.toString()).good();
        }
        MemoryExport target = new MemoryExport(8 * MIB).filled();
        try (NbdServer _ = serve(target.as("disk"))) {
            Tool.run("nbdcopy", "--flush", copy.toString(), uri).good();
        }

        assertThat(Files.readAllBytes(copy)).isEqualTo(halfFilled().content);
        assertThat(target.content).isEqualTo(halfFilled().content);
        assertThat(target.calls).contains("flush");
        assertThat(listener.refusals()).isZero();
        assertThat(listener.connections())
                .describedAs("nbdcopy uses several connections where it may")
                .isGreaterThan(2);
    }

    @Test
    void qemuImgComparesAndConverts() throws Exception {
        Path raw = folder.resolve("disk.raw");
        Path qcow2 = folder.resolve("disk.qcow2");
        Files.write(raw, halfFilled().content);
        MemoryExport export = halfFilled().asReadOnly().withParallelReads(4);
        try (NbdServer _ = serve(export.as("disk"))) {
            assertThat(Tool.run("qemu-img", "info", uri).good()).contains("virtual size: 8 MiB");
            assertThat(Tool.run("qemu-img", "compare", "-f", "raw", "-F", "raw", raw.toString(), uri)
                            .good())
                    .contains("Images are identical");
            Tool.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", uri, qcow2.toString())
                    .good();
            export.content[3 * MIB]++;
            assertThat(Tool.run("qemu-img", "compare", "-f", "raw", "-F", "raw", raw.toString(), uri)
                            .exit())
                    .isEqualTo(1);
        }
        assertThat(Tool.run("qemu-img", "compare", raw.toString(), qcow2.toString())
                        .good())
                .contains("identical");
    }

    @Test
    void qemuIoWritesZeroesDiscardsAndFlushes() throws Exception {
        MemoryExport export = new MemoryExport(4 * MIB).filled();
        try (NbdServer _ = serve(export.as("disk"))) {
            Tool.run(
                            "qemu-io",
                            "-f",
                            "raw",
                            "-t",
                            "none",
                            "-d",
                            "unmap",
                            uri,
                            "-c",
                            "write -P 0x5a 0 64k",
                            "-c",
                            "write -f -P 0x5b 64k 4k",
                            "-c",
                            "write -z 1M 128k",
                            "-c",
                            "write -z -u 2M 64k",
                            "-c",
                            "discard 3M 512k",
                            "-c",
                            "read -P 0x5a 0 64k",
                            "-c",
                            "read -P 0 1M 128k",
                            "-c",
                            "flush")
                    .good();

            assertThat(export.calls)
                    .contains(
                            "write 0+65536", "write 65536+4096 fua", "zero 1048576+131072 nohole", "zero 2097152+65536")
                    .contains("trim 3145728+524288", "flush");
            assertThat(listener.awaitClosed().clean()).isTrue();
        }
    }

    @Test
    void libnbdUsesEveryRequest() throws Exception {
        MemoryExport export =
                new MemoryExport(4 * MIB).filled().withContexts(NbdContexts.ALLOCATION, "x-holdfast:halves");
        String script = """
                import nbd, sys
                h = nbd.NBD()
                h.add_meta_context("base:allocation")
                h.add_meta_context("x-holdfast:halves")
                h.set_strict_mode(0)
                h.connect_uri(sys.argv[1])
                assert h.can_meta_context("x-holdfast:halves")
                seen = {}
                h.block_status(262144, 0, lambda context, offset, entries, error: seen.update({context: list(entries)}))
                assert seen["x-holdfast:halves"] == [65536, 0, 65536, 1, 65536, 0, 65536, 1], seen
                seen.clear()
                h.block_status(262144, 65536, lambda context, offset, entries, error: seen.update({context: list(entries)}), nbd.CMD_FLAG_REQ_ONE)
                assert seen["x-holdfast:halves"] == [65536, 1], seen
                h.pwrite(b"x" * 10, 3)
                assert h.pread(10, 3) == b"x" * 10
                assert len(h.pread(3000000, 1, nbd.CMD_FLAG_DF)) == 3000000
                h.zero(4096, 0, nbd.CMD_FLAG_FAST_ZERO)
                h.cache(4096, 0)
                h.trim(512, 0, nbd.CMD_FLAG_FUA)
                h.flush()
                def refused(call, errno):
                    try:
                        call()
                    except nbd.Error as e:
                        assert e.errno == errno, e.errno
                    else:
                        raise AssertionError("accepted")
                refused(lambda: h.pwrite(b"x" * 512, 4194304 - 10), "ENOSPC")
                refused(lambda: h.pread(512, 4194304 - 10), "EINVAL")
                refused(lambda: h.pread(33554433, 0), "EINVAL")
                refused(lambda: h.zero(512, 4194304), "ENOSPC")
                refused(lambda: h.trim(512, 4194304), "EINVAL")
                refused(lambda: h.pread(512, 0, nbd.CMD_FLAG_NO_HOLE), "EINVAL")
                h.shutdown()
                """;
        try (NbdServer _ = serve(export.as("disk"))) {
            Tool.run("/usr/bin/python3", "-c", script, uri).good();
        }

        assertThat(export.calls).contains("write 3+10", "zero 0+4096", "cache 0+4096", "trim 0+512 fua", "flush");
        assertThat(listener.awaitClosed())
                .isEqualTo(new NbdConnectionEnd(NbdConnectionEnd.Kind.DISCONNECTED, true, "the client disconnected"));
    }
}
