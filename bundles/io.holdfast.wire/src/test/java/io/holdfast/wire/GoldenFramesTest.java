package io.holdfast.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenFramesTest {

    private static Stream<String> names() {
        return Vectors.messages().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void encodesToTheGoldenBytes(String name) {
        assertThat(Vectors.encode(message(name))).asHexString().isEqualTo(hex(Vectors.bytes(name)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void decodesTheGoldenBytes(String name) {
        assertThat(Vectors.decode(Vectors.bytes(name))).containsExactly(message(name));
    }

    private static Message message(String name) {
        Message message = Vectors.messages().get(name);
        if (message == null) {
            throw new AssertionError("no message named " + name);
        }
        return message;
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().withUpperCase().formatHex(bytes);
    }

    @Test
    void hasAGoldenFrameForEveryTypeOfMessage() {
        Set<MessageType> types = EnumSet.noneOf(MessageType.class);
        Vectors.messages().values().forEach(message -> types.add(MessageType.of(message)));

        assertThat(types).containsExactlyInAnyOrder(MessageType.values());
    }

    @Test
    void takesAnErrorOfALaterVersionAsInternalAndKeepsItsName() {
        assertThat(Vectors.decode(Vectors.bytes("refused-by-a-later-version")))
                .containsExactly(new Message.Refused(ErrorCode.INTERNAL, "kettle", "TEA_TIME: it is on"));
    }
}
