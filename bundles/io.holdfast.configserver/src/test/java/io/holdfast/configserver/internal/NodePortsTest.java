package io.holdfast.configserver.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.configserver.StorePort;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NodePortsTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));

    private final NodePorts ports = new NodePorts();
    private final StorePort port = ports.storePort();

    @Test
    void asksTheStoreThatIsThereAtEachCall() {
        FakeStore first = new FakeStore(new KillSwitch());
        FakeStore second = new FakeStore(new KillSwitch());
        first.witnessTrouble = "first";
        second.witnessTrouble = "second";

        ports.store = first;
        assertThat(port.witnessTrouble()).isEqualTo("first");
        ports.store = second;
        assertThat(port.witnessTrouble()).isEqualTo("second");
    }

    @Test
    void failsForNowWhileThereIsNone() {
        assertThatThrownBy(port::witnessTrouble).isInstanceOfSatisfying(HoldfastException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.NETWORK);
            assertThat(e).hasMessageContaining("recovery store");
        });
    }

    @Test
    void passesOnWhatTheStoreThrowsAsItIs() {
        ports.store = new FakeStore(new KillSwitch());

        assertThatThrownBy(() -> port.end(MACHINE))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }
}
