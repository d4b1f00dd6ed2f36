package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.holdfast.base.ErrorCode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our client against nbdkit and QEMU's server. */
@Timeout(60)
class StrangeServersTest {

    private static final int MIB = 1 << 20;

    private final Path folder;
    private final Path socket;

    StrangeServersTest(@TempDir Path folder) {
        this.folder = folder;
        this.socket = folder.resolve("s");
    }

    private Tool.Running nbdkit(String... arguments) throws Exception {
        Path id = folder.resolve("id");
        List<String> command = new ArrayList<>(List.of("nbdkit", "-f", "-U", socket.toString(), "-P", id.toString()));
        command.addAll(List.of(arguments));
        return Tool.start(id, command.toArray(new String[0]));
    }

    private Tool.Running qemuNbd(String... arguments) throws Exception {
        Path id = folder.resolve("id");
        List<String> command =
                new ArrayList<>(List.of("qemu-nbd", "-t", "-k", socket.toString(), "--pid-file=" + id, "-x", "disk"));
        command.addAll(List.of(arguments));
        return Tool.start(id, command.toArray(new String[0]));
    }

    private NbdClient connect(NbdClientOptions options) throws IOException {
        return NbdClient.connect(UnixDomainSocketAddress.of(socket), "disk", options);
    }

    private static byte[] read(NbdClient client, long offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        client.read(offset, target);
        assertThat(target.hasRemaining()).isFalse();
        return target.array();
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(3).nextBytes(noise);
        return noise;
    }

    @Test
    void writesAndReadsBack() throws Exception {
        byte[] noise = noise(3 * MIB + 17);
        try (Tool.Running _ = nbdkit("memory", "100M");
                NbdClient client = connect(NbdClientOptions.DEFAULT.withContexts(NbdContexts.ALLOCATION))) {
            client.write(5 * MIB + 1, ByteBuffer.wrap(noise), true);
            client.flush();
            client.writeZeroes(5 * MIB + 1, 100, false, true);
            client.trim(80 * MIB, 20 * MIB, false);

            byte[] back = read(client, 5 * MIB + 1, noise.length);
            assertThat(Arrays.copyOf(back, 100)).containsOnly(0);
            assertThat(Arrays.copyOfRange(back, 100, back.length))
                    .isEqualTo(Arrays.copyOfRange(noise, 100, noise.length));
            assertThat(read(client, 0, 40 * MIB).length).isEqualTo(40 * MIB);
            assertThat(client.sizeBytes()).isEqualTo(100 * MIB);
            assertThat(client.readOnly()).isFalse();
            assertThat(client.features())
                    .contains(
                            NbdFeature.FLUSH,
                            NbdFeature.FUA,
                            NbdFeature.TRIM,
                            NbdFeature.WRITE_ZEROES,
                            NbdFeature.MULTI_CONN);
            assertThat(client.blockStatus(NbdContexts.ALLOCATION, 80 * MIB, 20 * MIB))
                    .containsExactly(new NbdExtent(80 * MIB, 20 * MIB, NbdContexts.HOLE | NbdContexts.ZERO));
        }
    }

    @Test
    void readsWithSimpleRepliesToo() throws Exception {
        try (Tool.Running _ = nbdkit("--no-sr", "pattern", "64M");
                NbdClient client = connect(NbdClientOptions.DEFAULT.withContexts(NbdContexts.ALLOCATION))) {
            ByteBuffer content = ByteBuffer.wrap(read(client, 8 * MIB, 33 * MIB));

            assertThat(client.contexts()).isEmpty();
            for (long at = 8 * MIB; content.hasRemaining(); at += Long.BYTES) {
                assertThat(content.getLong()).isEqualTo(at);
            }
        }
    }

    @Test
    void servesSeveralThreadsOverOneConnection() throws Exception {
        try (Tool.Running _ = nbdkit("pattern", "64M");
                NbdClient client = connect(NbdClientOptions.DEFAULT)) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 8; i++) {
                Random random = new Random(i);
                threads.add(Thread.ofPlatform()
                        .uncaughtExceptionHandler((_, e) -> failures.add(e))
                        .start(() -> {
                            for (int n = 0; n < 100; n++) {
                                long offset = 8L * random.nextInt(7 * MIB);
                                try {
                                    assertThat(ByteBuffer.wrap(read(client, offset, 8 * (1 + random.nextInt(1000))))
                                                    .getLong())
                                            .isEqualTo(offset);
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            }
                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(failures).isEmpty();
        }
    }

    @Test
    void anErrorOfTheServerLeavesTheConnectionUsable() throws Exception {
        try (Tool.Running _ = nbdkit(
                        "--filter=error",
                        "memory",
                        "1M",
                        "error-pread=ENOSPC",
                        "error-pread-rate=1",
                        "error-trim=EPERM",
                        "error-trim-rate=1");
                NbdClient client = connect(NbdClientOptions.DEFAULT)) {
            assertThatThrownBy(() -> read(client, 0, 512))
                    .asInstanceOf(type(NbdException.class))
                    .extracting(NbdException::error)
                    .isEqualTo(NbdError.ENOSPC);
            assertThatThrownBy(() -> client.trim(0, 512, false))
                    .asInstanceOf(type(NbdException.class))
                    .extracting(NbdException::error)
                    .isEqualTo(NbdError.EPERM);
            client.write(0, ByteBuffer.wrap(noise(512)), false);
            assertThat(client.usable()).isTrue();
        }
    }

    @Test
    void aServerThatIsTooSlowFailsEveryCallInTime() throws Exception {
        try (Tool.Running _ = nbdkit("--filter=delay", "memory", "1M", "rdelay=20");
                NbdClient client = connect(NbdClientOptions.DEFAULT.withTimeoutMillis(300))) {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> read(client, 0, 512))
                    .asInstanceOf(type(NbdConnectionException.class))
                    .extracting(NbdConnectionException::code)
                    .isEqualTo(ErrorCode.TIMEOUT);

            assertThat(System.nanoTime() - begin).isBetween(300_000_000L, 3_000_000_000L);
            assertThat(client.usable()).isFalse();
            assertThatThrownBy(client::flush)
                    .asInstanceOf(type(NbdConnectionException.class))
                    .extracting(NbdConnectionException::code)
                    .isEqualTo(ErrorCode.TIMEOUT);
        }
    }

    @Test
    void aServerThatDiesIsNamed() throws Exception {
        try (Tool.Running server = nbdkit("memory", "1M");
                NbdClient client = connect(NbdClientOptions.DEFAULT)) {
            server.process().destroyForcibly().waitFor();

            assertThatThrownBy(() -> read(client, 0, 512))
                    .asInstanceOf(type(NbdConnectionException.class))
                    .extracting(NbdConnectionException::code)
                    .isEqualTo(ErrorCode.NETWORK);
        }
        assertThatThrownBy(() -> connect(NbdClientOptions.DEFAULT))
                .asInstanceOf(type(NbdConnectionException.class))
                .extracting(NbdConnectionException::code)
                .isEqualTo(ErrorCode.NETWORK);
    }

    @Test
    void anOldstyleServerIsRefused() throws Exception {
        try (Tool.Running _ = nbdkit("--oldstyle", "memory", "1M")) {
            assertThatThrownBy(() -> connect(NbdClientOptions.DEFAULT))
                    .asInstanceOf(type(NbdConnectionException.class))
                    .extracting(NbdConnectionException::code)
                    .isEqualTo(ErrorCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void readsTheDirtyBitmapOfAQemuImage() throws Exception {
        Path image = folder.resolve("disk.qcow2");
        Tool.run("qemu-img", "create", "-f", "qcow2", image.toString(), "64M").good();
        Tool.run("qemu-io", image.toString(), "-c", "write -P 1 0 4M").good();
        Tool.run("qemu-img", "bitmap", "--add", "-g", "64k", image.toString(), "since")
                .good();
        Tool.run(
                        "qemu-io",
                        image.toString(),
                        "-c",
                        "write -P 2 1M 64k",
                        "-c",
                        "write -P 3 9M 200k",
                        "-c",
                        "write -z 30M 1M")
                .good();
        String dirty = NbdContexts.qemuDirtyBitmap("since");

        try (Tool.Running _ = qemuNbd("-f", "qcow2", "-B", "since", "-r", image.toString());
                NbdClient client = connect(
                        NbdClientOptions.DEFAULT.withContexts(dirty, NbdContexts.ALLOCATION, "qemu:nonsense"))) {
            List<NbdExtent> changed = new ArrayList<>();
            client.forEachExtent(dirty, 0, client.sizeBytes(), (offset, length, flags) -> {
                if ((flags & NbdContexts.DIRTY) != 0) {
                    changed.add(new NbdExtent(offset, length, flags));
                }
                return true;
            });

            assertThat(changed)
                    .containsExactly(
                            new NbdExtent(MIB, 64 << 10, 1),
                            new NbdExtent(9 * MIB, 256 << 10, 1),
                            new NbdExtent(30 * MIB, MIB, 1));
            assertThat(client.contexts()).containsExactlyInAnyOrder(dirty, NbdContexts.ALLOCATION);
            assertThat(client.readOnly()).isTrue();
            assertThat(read(client, MIB, 64 << 10)).containsOnly(2);
            byte[] mixed = read(client, 9 * MIB, 16 * MIB);
            assertThat(Arrays.copyOf(mixed, 200 << 10)).containsOnly(3);
            assertThat(Arrays.copyOfRange(mixed, 200 << 10, mixed.length)).containsOnly(0);
        }
    }

    @Test
    void writesAnImageOfQemus() throws Exception {
        Path image = folder.resolve("disk.qcow2");
        Path expected = folder.resolve("disk.raw");
        byte[] content = noise(2 * MIB);
        Files.write(expected, content);
        Tool.run("qemu-img", "create", "-f", "qcow2", image.toString(), "2M").good();

        try (Tool.Running _ = qemuNbd("-f", "qcow2", "--discard=unmap", image.toString());
                NbdClient client = connect(NbdClientOptions.DEFAULT)) {
            client.write(0, ByteBuffer.allocate(2 * MIB), false);
            client.write(0, ByteBuffer.wrap(content).slice(0, MIB), false);
            client.write(MIB, ByteBuffer.wrap(content).slice(MIB, MIB), true);
        }

        assertThat(Tool.run("qemu-img", "compare", "-f", "raw", expected.toString(), image.toString())
                        .good())
                .contains("Images are identical");
    }

    @Test
    void listsExportsAndMissesUnknownOnes() throws Exception {
        Path image = folder.resolve("disk.raw");
        Files.write(image, new byte[MIB]);
        try (Tool.Running _ = qemuNbd("-f", "raw", image.toString())) {
            assertThat(NbdClient.list(UnixDomainSocketAddress.of(socket), NbdClientOptions.DEFAULT))
                    .containsExactly("disk");
            assertThatThrownBy(() ->
                            NbdClient.connect(UnixDomainSocketAddress.of(socket), "other", NbdClientOptions.DEFAULT))
                    .asInstanceOf(type(NbdConnectionException.class))
                    .extracting(NbdConnectionException::code)
                    .isEqualTo(ErrorCode.NOT_FOUND);
        }
    }
}
