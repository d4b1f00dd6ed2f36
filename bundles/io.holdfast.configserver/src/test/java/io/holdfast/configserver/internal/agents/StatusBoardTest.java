package io.holdfast.configserver.internal.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.configserver.AgentMessages;
import io.holdfast.configserver.internal.ManualTime;
import io.holdfast.model.CaptureState;
import io.holdfast.model.MachineStatus;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A status is as old as the last answer, less what had passed at the agent before it was taken: the way here makes it no younger. */
class StatusBoardTest {

    private static final MachineId MACHINE = new MachineId(new UUID(1, 2));

    private final ManualTime time = new ManualTime();
    private final StatusBoard board = new StatusBoard(time);

    @Test
    void countsTheTimeOnTheWay() {
        long answered = board.moment();
        time.advanceMillis(300);

        board.told(status(), new AgentMessages.Since(answered, 200));

        assertAgeMillis(100);
    }

    @Test
    void takesAStatusWithoutADateAsNew() {
        board.told(status(), null);

        assertAgeMillis(0);
    }

    @Test
    void believesNoDateInTheFutureAndNoneBeforeTheAgentWouldBeLost() {
        board.told(status(), new AgentMessages.Since(board.moment(), 10_000));
        assertAgeMillis(0);

        long answered = board.moment();
        time.advanceMillis(60_000);
        board.told(status(), new AgentMessages.Since(answered, 0));
        assertAgeMillis(StatusBoard.LOST_MILLIS);
    }

    private void assertAgeMillis(long millis) {
        assertThat(board.since(MACHINE, millis)).isEmpty();
        assertThat(board.since(MACHINE, millis + 1)).isPresent();
    }

    private static MachineStatus status() {
        return new MachineStatus(
                MACHINE, CaptureState.READY, true, 1, 9, 9, 9, 9, 20, null, 0, 0, 5, 5, 0, 0, 40, "", null);
    }
}
