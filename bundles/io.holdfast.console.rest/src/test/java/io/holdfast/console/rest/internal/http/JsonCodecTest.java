package io.holdfast.console.rest.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import io.holdfast.model.NetworkChoice;
import io.holdfast.model.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonCodecTest {

    private static final MachineId MACHINE = MachineId.parse("6f1c2a34-0d7e-4f67-9f1e-2f8a52d0c9aa");

    private final JsonCodec codec = new JsonCodec();

    @Test
    void writesIdsPositionsAndChoicesAsTextAndLeavesOutWhatHasNoValue() {
        Sample sample =
                new Sample(MACHINE, new Position(3, 17), new NetworkChoice.Bridge("br0"), null, List.of(), Role.VIEWER);

        assertThat(new String(codec.write(sample), StandardCharsets.UTF_8))
                .isEqualTo("{\"machine\":\"" + MACHINE
                        + "\",\"position\":\"3:17\",\"network\":\"bridge:br0\",\"list\":[],\"role\":\"VIEWER\"}");
    }

    @Test
    void readsWhatItWrote() {
        Sample sample = new Sample(
                MACHINE, new Position(3, 17), new NetworkChoice.Isolated(), 7, List.of(new Inner("a")), Role.OPERATOR);

        assertThat(codec.read(codec.write(sample), Sample.class)).isEqualTo(sample);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"list\":[{\"name\":\"a\"},{}]}             | list.[1].name | missing or of another type at line 1, column 24; expected a text",
                "{\"list\":[{\"name\":\"a\"},{\"name\":null}]} | list.[1].name | missing or of another type",
                "{\"list\":[{\"name\":\"a\",\"b\":1}]}         | list.[0].b | there is no such field; expected one of name",
                "{\"machine\":\"x\"}                           | machine id | 'x' is not a machine id",
                "{\"role\":\"KING\"}                           | role | expected one of ADMINISTRATOR, OPERATOR, VIEWER",
                "{\"role\":1}                                  | role | expected one of ADMINISTRATOR, OPERATOR, VIEWER",
                "{\"number\":\"7\"}                            | number | expected a whole number",
                "{\"list\":{}}                                 | list | expected a list",
                "{}                                            | machine | missing or of another type",
            })
    void namesTheFieldThatIsWrong(String json, String object, String message) {
        assertThatThrownBy(() -> codec.read(json.getBytes(StandardCharsets.UTF_8), Sample.class))
                .isInstanceOfSatisfying(HoldfastException.class, error -> {
                    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
                    assertThat(error.object()).isEqualTo(object);
                    assertThat(error).hasMessageContaining(message);
                });
    }

    @Test
    void garbageIsAnErrorWithAName() {
        byte[] valid = codec.write(
                new Sample(MACHINE, new Position(3, 17), new NetworkChoice.Isolated(), 7, List.of(), Role.OPERATOR));
        Random random = new Random(20_261_121);
        for (int round = 0; round < 20_000; round++) {
            byte[] garbled = valid.clone();
            for (int change = 0; change <= random.nextInt(4); change++) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
            }
            try {
                codec.read(garbled, Sample.class);
            } catch (HoldfastException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            }
        }
    }

    record Sample(
            MachineId machine,
            Position position,
            NetworkChoice network,
            @Nullable Integer number,
            List<Inner> list,
            Role role) {}

    record Inner(String name) {}
}
