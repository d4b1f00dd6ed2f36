package io.holdfast.adapter.kvm.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Welcome WELCOME =
            new Welcome(Frame.PROTOCOL, "this", 1, List.of(), List.of(7, 2, 0), true, false);

    @TempDir
    @SuppressWarnings("null") // set by the test framework
    Path folder;

    private final Hub hub = new Hub(0);

    @Test
    void anAdapterThatComesBackMissesNothing() throws Exception {
        event("1");
        event("2");
        hub.note(new Note(Note.Kind.CUT, "because"));
        try (SocketPair pair = new SocketPair(folder.resolve("a"));
                FrameStream adapter = attach(pair, Frame.of(Frame.Type.HELLO, 1, "this"))) {
            event("4");

            List<Frame> frames = read(adapter, 4);
            assertThat(Welcome.parse(frames.getFirst().payload()).complete()).isTrue();
            assertThat(frames)
                    .extracting(Frame::type)
                    .containsExactly(Frame.Type.WELCOME, Frame.Type.EVENT, Frame.Type.NOTE, Frame.Type.EVENT);
            assertThat(frames.subList(1, 4)).extracting(Frame::number).containsExactly(2L, 3L, 4L);
        }
    }

    @Test
    void anAdapterOfAnotherGuardHearsTheNewOnly() throws Exception {
        event("1");
        try (SocketPair pair = new SocketPair(folder.resolve("a"));
                FrameStream adapter = attach(pair, Frame.of(Frame.Type.HELLO, 1, "other"))) {
            event("2");

            List<Frame> frames = read(adapter, 2);
            assertThat(Welcome.parse(frames.getFirst().payload()).complete()).isFalse();
            assertThat(frames.get(1).text()).isEqualTo("2");
        }
    }

    @Test
    void nobodyMissesTheEndOfQemu() throws Exception {
        hub.note(new Note(Note.Kind.GONE, "killed"));
        try (SocketPair pair = new SocketPair(folder.resolve("a"));
                FrameStream adapter = attach(pair, Frame.of(Frame.Type.HELLO, 0, ""))) {
            List<Frame> frames = read(adapter, 2);
            assertThat(Welcome.parse(frames.getFirst().payload()).gone()).isTrue();
            assertThat(Note.parse(frames.get(1).payload()).kind()).isEqualTo(Note.Kind.GONE);
        }
    }

    @Test
    void anAnswerSaysWhichEventsCameBeforeIt() throws Exception {
        event("1");
        try (SocketPair pair = new SocketPair(folder.resolve("a"));
                FrameStream adapter = attach(pair, Frame.of(Frame.Type.HELLO, 1, "this"))) {
            event("2");
            hub.answer("answer".getBytes(StandardCharsets.UTF_8));

            assertThat(read(adapter, 3).get(2)).satisfies(frame -> {
                assertThat(frame.type()).isEqualTo(Frame.Type.ANSWER);
                assertThat(frame.number()).isEqualTo(2);
            });
        }
    }

    @Test
    void theOneBeforeIsToldThatItWasReplaced() throws Exception {
        try (SocketPair first = new SocketPair(folder.resolve("a"));
                SocketPair second = new SocketPair(folder.resolve("b"));
                FrameStream before = attach(first, Frame.of(Frame.Type.HELLO, 0, ""));
                FrameStream after = attach(second, Frame.of(Frame.Type.HELLO, 0, ""))) {
            event("1");

            assertThat(read(before, 2).get(1).type()).isEqualTo(Frame.Type.REPLACED);
            assertThat(read(after, 2).get(1).type()).isEqualTo(Frame.Type.EVENT);
            assertThat(hub.aloneNanos(10)).isZero();
        }
    }

    @Test
    void anAdapterThatReadsNothingLosesItsPlaceAndTheGuardNoTime() throws Exception {
        try (SocketPair pair = new SocketPair(folder.resolve("a"));
                FrameStream adapter = attach(pair, Frame.of(Frame.Type.HELLO, 0, ""))) {
            byte[] big = new byte[100_000];
            long start = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                hub.event(big);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            assertThat(adapter.read(MOMENT)).isNotNull();
        }
    }

    private void event(String text) {
        hub.event(text.getBytes(StandardCharsets.UTF_8));
    }

    private FrameStream attach(SocketPair pair, Frame hello) {
        AdapterConnection connection = new AdapterConnection(new FrameStream(pair.there));
        hub.attach(connection, hello, WELCOME);
        Thread.ofPlatform().daemon().name("send").start(connection::sendAll);
        return new FrameStream(pair.here);
    }

    private static List<Frame> read(FrameStream stream, int count) throws IOException {
        List<Frame> frames = new ArrayList<>();
        while (frames.size() < count) {
            Frame frame = stream.read(SOON);
            if (frame == null) {
                throw new AssertionError("only " + frames);
            }
            frames.add(frame);
        }
        return frames;
    }
}
