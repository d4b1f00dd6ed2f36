package io.holdfast.processserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;
import io.holdfast.model.MachineCarriers;
import io.holdfast.transport.PeerIdentity;
import io.holdfast.wire.Message;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CarrierCheckTest {

    private static final MachineId OWN = new MachineId(new UUID(1, 1));
    private static final MachineId OTHER = new MachineId(new UUID(2, 2));

    private final MachineCarriers carriers = (agent, machine) -> agent.equals("agent-1") && machine.equals(OWN);
    private final CarrierCheck check = new CarrierCheck();

    @Test
    void letsAnAgentCarryItsOwnMachineAndNoOther() {
        check.carriers = carriers;

        assertThatCode(() -> hello("agent-1", OWN)).doesNotThrowAnyException();
        assertRefused(ErrorCode.NOT_AUTHORISED, "agent-1", OTHER);
        assertRefused(ErrorCode.NOT_AUTHORISED, "agent-2", OWN);
        assertRefused(ErrorCode.NOT_AUTHORISED, "", OWN);
    }

    @Test
    void refusesForNowWhileNobodyKnows() {
        assertRefused(ErrorCode.NETWORK, "agent-1", OWN);

        check.carriers = carriers;
        check.carriers = null;

        assertRefused(ErrorCode.NETWORK, "agent-1", OWN);
    }

    private void assertRefused(ErrorCode code, String agent, MachineId machine) {
        assertThatThrownBy(() -> hello(agent, machine))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private void hello(String agent, MachineId machine) {
        check.checkHello(new PeerIdentity(agent, List.of()), new Message.Hello(1, 1, "test", new UUID(9, 9), machine));
    }
}
