package io.holdfast.adapter.kvm.qmp;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Says a greeting of the test's choice and answers each line as told; an empty text is no answer. */
public final class FakeMonitor implements AutoCloseable {

    public static final String GREETING_7_2 =
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, \"package\": \"\"}, \"capabilities\": [\"oob\"]}}";

    private final ServerSocketChannel server;
    private final String greeting;
    private final UnaryOperator<String> answers;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final Thread thread;

    public FakeMonitor(Path socket, String greeting, UnaryOperator<String> answers) throws IOException {
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        this.server.bind(UnixDomainSocketAddress.of(socket));
        this.greeting = greeting;
        this.answers = answers;
        this.thread = Thread.ofPlatform().daemon().name("fake-monitor").start(this::serve);
    }

    public static FakeMonitor ofVersion(Path socket, int major, int minor) throws IOException {
        String text = GREETING_7_2
                .replace("\"major\": 7", "\"major\": " + major)
                .replace("\"minor\": 2", "\"minor\": " + minor);
        return new FakeMonitor(socket, text, FakeMonitor::emptyReturn);
    }

    /** Answers every command with an empty object. */
    public static String emptyReturn(String line) {
        return "{\"return\": {}, \"id\": \"" + idOf(line) + "\"}";
    }

    public static String idOf(String line) {
        return line.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1");
    }

    public List<String> received() {
        return received;
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                say(client, greeting);
                BufferedReader lines = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    received.add(line);
                    say(client, answers.apply(line));
                }
            } catch (IOException _) {
                // the client left; the next one is served
            }
        }
    }

    private static void say(SocketChannel client, String text) throws IOException {
        if (!text.isEmpty()) {
            client.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void close() throws Exception {
        server.close();
        thread.join(2000);
    }
}
