package io.holdfast.adapter.kvm.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.adapter.kvm.unix.UnixConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NbdRelayTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofMillis(150);
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int DISCONNECT = 2;

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    @SuppressWarnings("null") // set before each test
    private SocketPair outer;

    @SuppressWarnings("null") // set before each test
    private SocketPair inner;

    @SuppressWarnings("null") // set before each test
    private UnixConnection reader;

    @SuppressWarnings("null") // set before each test
    private UnixConnection qemu;

    @SuppressWarnings("null") // set before each test
    private Thread relay;

    @BeforeEach
    void connect() throws Exception {
        outer = new SocketPair(folder.resolve("o"));
        inner = new SocketPair(folder.resolve("i"));
        reader = outer.here;
        qemu = inner.there;
        relay = Thread.ofPlatform().daemon().name("relay").start(() -> {
            new NbdRelay(outer.there, inner.here).run();
            outer.there.close();
            inner.here.close();
        });
        send(reader, ByteBuffer.allocate(4).putInt(3));
        assertThat(receive(4).getInt(0)).isEqualTo(3);
    }

    @AfterEach
    void disconnect() throws Exception {
        outer.here.close();
        inner.there.close();
        relay.join(5000);
        assertThat(relay.isAlive()).isFalse();
        outer.close();
        inner.close();
    }

    @Test
    void carriesOptionsRequestsAndAnswers() throws Exception {
        byte[] name = {1, 2, 3, 4, 5};
        ByteBuffer option = ByteBuffer.allocate(21)
                .putLong(0x4948_4156_454F_5054L)
                .putInt(7)
                .putInt(5)
                .put(name);
        send(reader, option);
        assertThat(receive(21).array()).isEqualTo(option.array());

        send(reader, request(READ));
        assertThat(receive(28).array()).isEqualTo(request(READ).array());

        send(qemu, ByteBuffer.allocate(100_000).position(100_000));
        ByteBuffer answer = ByteBuffer.allocate(100_000);
        while (answer.hasRemaining()) {
            assertThat(reader.read(answer, SOON)).isPositive();
        }
    }

    @Test
    void keepsAGoodByeAndAnEndBack() throws Exception {
        send(reader, request(DISCONNECT));
        assertThat(qemu.read(ByteBuffer.allocate(28), MOMENT))
                .as("neither bytes nor an end")
                .isZero();

        reader.close();
        assertThat(qemu.read(ByteBuffer.allocate(28), MOMENT)).isZero();
        send(qemu, ByteBuffer.allocate(1 << 20).position(1 << 20));
    }

    @Test
    void keepsHalfARequestBack() throws Exception {
        send(reader, ByteBuffer.wrap(request(READ).array(), 0, 20).slice().position(20));
        reader.close();

        assertThat(qemu.read(ByteBuffer.allocate(28), MOMENT)).isZero();
    }

    @Test
    void letsNoChangeThrough() throws Exception {
        send(reader, request(WRITE));

        assertThat(qemu.read(ByteBuffer.allocate(28), MOMENT)).isZero();
        assertThatThrownBy(() -> {
                    if (reader.read(ByteBuffer.allocate(1), SOON) < 0) {
                        throw new IOException("ended");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void endsWhenQemuEnds() throws Exception {
        qemu.close();

        assertThat(reader.read(ByteBuffer.allocate(1), SOON)).isEqualTo(-1);
    }

    private static ByteBuffer request(int type) {
        return ByteBuffer.allocate(28)
                .putInt(0x25609513)
                .putShort((short) 0)
                .putShort((short) type)
                .putLong(42)
                .putLong(4096)
                .putInt(512);
    }

    private static void send(UnixConnection connection, ByteBuffer filled) throws IOException {
        connection.write(filled.flip(), SOON);
    }

    private ByteBuffer receive(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            assertThat(qemu.read(buffer, SOON)).isPositive();
        }
        return buffer;
    }
}
