package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadTest {

    private static final int RECORDS = 5;

    /** A change of five bytes of data, as it stands in a Records payload. */
    private static byte[] change() {
        return HexFormat.of()
                .parseHex("0500000000000000" + "01000000" + "01010100" + "00000000" + "b204000000000000"
                        + "c9e5bdcf8b010000" + "0010000000000000" + "0500000000000000" + "7772697465");
    }

    @Test
    void readsTheChangeThatTheOtherTestsDamage() {
        assertThat(Vectors.decode(Frames.frame(RECORDS, change()))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1, epoch below 0",
        "0, 0, epoch 0",
        "20, -1, negative sequence",
        "20, 0, sequence 0 of a change",
        "36, -4096, negative offset",
        "36, 9223372036854775807, offset beyond all disks",
        "36, 70368744177664, change that begins where the largest disk ends",
        "44, -5, negative length",
        "44, 0, no length",
        "44, 6, length beyond the payload",
        "44, 9223372036854775807, length beyond everything",
        "44, 4294967301, length that is right in its lower half"
    })
    void refusesAFieldOutOfRange(int at, long value, String what) {
        byte[] payload = change();
        ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);

        assertProtocolError(payload, what);
    }

    @ParameterizedTest
    @CsvSource({
        "8, 2, one record too many",
        "11, 128, negative count",
        "8, 0, no records",
        "12, 0, record type 0",
        "12, 7, record type beyond the last",
        "13, 0, origin 0",
        "13, 3, origin beyond the last",
        "14, 0, kind 0",
        "14, 4, kind beyond the last",
        "14, 2, data behind a zero extent",
        "15, 1, reserved byte in use",
        "17, 1, disk 256"
    })
    void refusesAByteOutOfRange(int at, int value, String what) {
        byte[] payload = change();
        payload[at] = (byte) value;

        assertProtocolError(payload, what);
    }

    @Test
    void refusesBytesBehindTheLastField() {
        assertProtocolError(Arrays.copyOf(change(), change().length + 1), "a byte too many");
    }

    @Test
    void refusesTextThatIsNoUtf8() {
        byte[] loneContinuation = {1, 0, (byte) 0x80};

        assertThatThrownBy(() -> Vectors.decode(Frames.frame(12, loneContinuation)))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void refusesTextWithMoreCharactersThanItsLimit() {
        byte[] payload = new byte[2 + 501];
        Arrays.fill(payload, (byte) 'x');
        payload[0] = (byte) (501 & 0xFF);
        payload[1] = (byte) (501 >> 8);

        assertThatThrownBy(() -> Vectors.decode(Frames.frame(12, payload)))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("501 characters");
    }

    @Test
    void refusesAHoleInTheSequence() {
        StreamRecord first = new StreamRecord.Ready(7, 0);
        StreamRecord third = new StreamRecord.Ready(9, 0);

        assertThatThrownBy(() -> new Message.Records(1, List.of(first, third)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void refersToLargeDataAndCopiesSmall() {
        byte[] large = new byte[PayloadWriter.INLINE_BYTES_MAX];
        byte[] small = new byte[PayloadWriter.INLINE_BYTES_MAX - 1];
        Message.Records records = new Message.Records(1, List.of(change(1, large), change(2, small)));

        ByteBuffer[] frame = new FrameEncoder(WireLimits.FRAME_BYTES_MAX).encode(records);

        assertThat(frame).filteredOn(part -> part.array() == large).hasSize(1);
        assertThat(frame).filteredOn(part -> part.array() == small).isEmpty();
        assertThat(Vectors.decode(Vectors.flat(frame))).containsExactly(records);
    }

    @Test
    void doesNotEncodeWhatFitsNoFrame() {
        byte[] large = new byte[WireLimits.CHANGE_DATA_BYTES_MAX];
        Message.Records records = new Message.Records(1, List.of(change(1, large), change(2, large)));

        assertThatThrownBy(() -> Vectors.encode(records))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE));
    }

    @Test
    void cutsAnErrorThatIsTooLongToTell() {
        HoldfastException error =
                new HoldfastException(ErrorCode.INTERNAL, "o".repeat(600), "m".repeat(1_999) + "\uD83D\uDE00");

        Message.Refused refused = Message.Refused.of(error);

        assertThat(refused.object()).hasSize(500);
        assertThat(refused.message()).isEqualTo("m".repeat(1_999));
        assertThat(Vectors.decode(Vectors.encode(refused))).containsExactly(refused);
    }

    private static StreamRecord change(long sequence, byte[] data) {
        return new StreamRecord.Change(
                sequence, 0, ChangeOrigin.GUEST, 0, 0, data.length, ExtentKind.DATA, ByteBuffer.wrap(data));
    }

    private static void assertProtocolError(byte[] payload, String what) {
        assertThatThrownBy(() -> Vectors.decode(Frames.frame(RECORDS, payload)))
                .as(what)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR));
    }
}
