package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.kvm.Waiting;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Stands for the NBD server of a recovery point: nbdkit, read-only, on a UNIX socket. Can be killed and started again. */
final class BaseServer implements AutoCloseable {

    private static final Pattern READ = Pattern.compile(" Read .*\\bcount=(0x[0-9a-f]+)");

    private final Path disk;
    private final Path socket;
    private Process process;

    private BaseServer(Path disk, Path socket) throws Exception {
        this.disk = disk;
        this.socket = socket;
        this.process = launch();
    }

    static BaseServer start(Path disk, Path socket) throws Exception {
        return new BaseServer(disk, socket);
    }

    private Process launch() throws Exception {
        Files.deleteIfExists(socket);
        Process started = new ProcessBuilder(
                        "nbdkit",
                        "--foreground",
                        "--readonly",
                        "--filter=error",
                        "--filter=log",
                        "--unix",
                        socket.toString(),
                        "file",
                        disk.toString(),
                        "error-pread-rate=100%",
                        "error-pread-file=" + trouble(),
                        "logfile=" + requests(),
                        "logappend=true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Waiting.until("nbdkit listens", Duration.ofSeconds(10), () -> {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                return Files.exists(socket) && channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException _) {
                return false;
            }
        });
        return started;
    }

    /** While this file exists, every read is answered with an I/O error. */
    Path trouble() {
        return socket.resolveSibling(socket.getFileName() + ".trouble");
    }

    private Path requests() {
        return socket.resolveSibling(socket.getFileName() + ".log");
    }

    /** Bytes that were read from it since it was first started. */
    long bytesRead() throws IOException {
        try (Stream<String> lines = Files.lines(requests())) {
            return lines.map(READ::matcher)
                    .filter(Matcher::find)
                    .mapToLong(read -> Long.decode(read.group(1)))
                    .sum();
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("nbdkit survived SIGKILL for 10 s");
        }
    }

    void again() throws Exception {
        process = launch();
    }

    @Override
    public void close() throws Exception {
        kill();
        Files.deleteIfExists(requests());
        Files.deleteIfExists(socket);
    }
}
