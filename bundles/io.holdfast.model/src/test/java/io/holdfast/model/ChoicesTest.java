package io.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ChoicesTest {

    @Test
    void readsBackEveryPointChoice() {
        List<PointChoice> choices = List.of(
                new PointChoice.Latest(),
                new PointChoice.At(new Position(3, 1200)),
                new PointChoice.Before(1_700_000_000_123L));

        assertThat(choices.stream().map(Object::toString).map(PointChoice::parse))
                .isEqualTo(choices);
    }

    @Test
    void readsATimeAsPeopleWriteIt() {
        assertThat(PointChoice.parse("1970-01-01T00:00:01.500Z")).isEqualTo(new PointChoice.Before(1_500));
    }

    @Test
    void refusesWhatIsNoPoint() {
        for (String text :
                List.of("", "newest", "3:", "3:x", "2026-13-01T00:00:00Z", "+1000000000-12-31T23:59:59.999Z")) {
            assertRefused(() -> PointChoice.parse(text));
        }
    }

    @Test
    void readsBackEveryNetworkChoice() {
        List<NetworkChoice> choices = List.of(new NetworkChoice.Isolated(), new NetworkChoice.Bridge("br-lan.2"));

        assertThat(choices.stream().map(Object::toString).map(NetworkChoice::parse))
                .isEqualTo(choices);
    }

    @Test
    void refusesWhatIsNoNetwork() {
        for (String text : List.of("", "lan", "bridge:", "bridge:../etc", "bridge:longer-than-fifteen")) {
            assertRefused(() -> NetworkChoice.parse(text));
        }
    }

    @Test
    void boundsAPolicy() {
        assertRefused(() -> new Policy(499, 500, 5_000, 0));
        assertRefused(() -> new Policy(4_000, 500, 500, 0));
        assertRefused(() -> new Policy(4_000, 49, 5_000, 0));
        assertRefused(() -> new Policy(4_000, 500, 60_001, 0));
        assertRefused(() -> new Policy(4_000, 500, 5_000, 1));
        assertThat(new Policy(500, 50, 51, 1 << 20).writeBoundMillis()).isEqualTo(51);
    }

    @Test
    void boundsAnAddress() {
        assertRefused(() -> new MachineAddress("", Map.of()));
        assertRefused(() -> new MachineAddress("kvm", Map.of("qmp", "x".repeat(1_025))));
        assertRefused(() -> new MachineAddress("kvm", Map.of(" ", "x")));
        assertRefused(() -> new MachineAddress(
                "kvm",
                IntStream.range(0, 9).boxed().collect(Collectors.toMap(String::valueOf, _ -> "x".repeat(1_000)))));
    }

    @Test
    void cutsEvidenceThatIsTooLong() {
        assertThat(new Evidence("log", "x".repeat(5_000)).value())
                .hasSize(1_000)
                .endsWith("…");
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
}
