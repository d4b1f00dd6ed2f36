package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameDecoderTest {

    private static Stream<String> names() {
        return Vectors.messages().keySet().stream();
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(WireLimits.FRAME_BYTES_MAX);
    }

    private static ErrorCode refusal(byte[] bytes) {
        try {
            List<Message> messages = Vectors.decode(bytes);
            throw new AssertionError("accepted as " + messages);
        } catch (HoldfastException e) {
            return e.code();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void waitsForTheRestOfEveryTruncation(String name) {
        byte[] bytes = Vectors.bytes(name);
        for (int length = 0; length < bytes.length; length++) {
            FrameDecoder decoder = decoder();
            decoder.feed(ByteBuffer.wrap(bytes, 0, length), message -> {
                throw new AssertionError("too early: " + message);
            });
            assertThat(decoder.isBetweenFrames()).isEqualTo(length == 0);

            List<Message> messages = new ArrayList<>();
            decoder.feed(ByteBuffer.wrap(bytes, length, bytes.length - length), messages::add);
            assertThat(messages).hasSize(1);
            assertThat(decoder.isBetweenFrames()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void noticesEverySingleBitFlip(String name) {
        byte[] bytes = Vectors.bytes(name);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(refusal(flipped)).as("bit %d", bit).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5, 0, -2147483648, FRAME_TOO_LARGE",
        "1, 5, 0, 2147483647, FRAME_TOO_LARGE",
        "1, 5, 0, -1, FRAME_TOO_LARGE",
        "1, 5, 0, 4194285, FRAME_TOO_LARGE",
        "1, 13, 0, 9, FRAME_TOO_LARGE",
        "1, 1, 0, 639, FRAME_TOO_LARGE",
        "2, 5, 0, 8, VERSION_UNSUPPORTED",
        "0, 5, 0, 8, VERSION_UNSUPPORTED",
        "1, 5, 1, 8, PROTOCOL_ERROR",
        "1, 0, 0, 8, PROTOCOL_ERROR",
        "1, 16, 0, 8, PROTOCOL_ERROR",
        "1, 255, 0, 8, PROTOCOL_ERROR"
    })
    void refusesAHeaderAsSoonAsItHasArrived(int version, int type, int flags, int payloadLength, ErrorCode expected) {
        assertThat(refusal(Frames.header(version, type, flags, payloadLength))).isEqualTo(expected);
    }

    @Test
    void takesTheLargestFrame() {
        byte[] header = Frames.header(1, 5, 0, 4_194_284);

        decoder().feed(ByteBuffer.wrap(header), message -> {
            throw new AssertionError("too early: " + message);
        });
    }

    @Test
    void keepsToASmallerSetting() {
        FrameDecoder strict = new FrameDecoder(1 << 20);

        assertThatThrownBy(() -> strict.feed(ByteBuffer.wrap(Frames.header(1, 5, 0, (1 << 20) - 19)), _ -> {}))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE));
    }

    @Test
    void takesNoMemoryForALengthThatItRefuses() {
        byte[] twoGibibytes = Frames.header(1, 5, 0, Integer.MIN_VALUE);
        refusal(twoGibibytes);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 100; i++) {
            refusal(twoGibibytes);
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10 << 20);
    }

    @Test
    void deliversWhatCameBeforeAnErrorAndNothingAfterIt() {
        byte[] ping = Vectors.bytes("ping");
        byte[] bytes = Arrays.copyOf(ping, 3 * ping.length);
        bytes[ping.length] = 'X';
        System.arraycopy(ping, 0, bytes, 2 * ping.length, ping.length);
        FrameDecoder decoder = decoder();
        List<Message> messages = new ArrayList<>();

        assertThatThrownBy(() -> decoder.feed(ByteBuffer.wrap(bytes), messages::add))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("frame at byte " + ping.length);
        assertThatThrownBy(() -> decoder.feed(ByteBuffer.wrap(ping), messages::add))
                .isInstanceOf(HoldfastException.class);
        assertThat(messages).containsExactly(new Message.Ping(0x0102030405060708L));
    }

    @Test
    void survivesAThousandStreamsOfGarbage() {
        Random random = new Random(20_261_121);
        for (int i = 0; i < 1_000; i++) {
            byte[] garbage = new byte[16 + random.nextInt(400)];
            random.nextBytes(garbage);

            assertThat(refusal(garbage)).isEqualTo(ErrorCode.PROTOCOL_ERROR);
        }
    }

    /** The checksum is right, so every field has to defend itself. */
    @Test
    void survivesDamagedPayloadsUnderRightChecksums() {
        Random random = new Random(1);
        List<String> names = names().toList();
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = Vectors.bytes(names.get(i % names.size()));
            byte[] payload = Arrays.copyOfRange(frame, 16, frame.length - 4 - random.nextInt(3) % (frame.length - 19));
            for (int change = random.nextInt(4); change >= 0 && payload.length > 0; change--) {
                int at = random.nextInt(payload.length);
                payload[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextBoolean() ? 0xFF : 0x80);
            }
            refused += isRefused(frame[6], payload) ? 1 : 0;
        }

        assertThat(refused).isGreaterThan(5_000);
    }

    private static boolean isRefused(int type, byte[] payload) {
        try {
            Vectors.decode(Frames.frame(type, payload));
            return false;
        } catch (HoldfastException e) {
            assertThat(e.code()).isIn(ErrorCode.PROTOCOL_ERROR, ErrorCode.FRAME_TOO_LARGE);
            return true;
        }
    }
}
