package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.harness.GuestImages;
import io.holdfast.harness.MonitorRelay.Step;
import io.holdfast.harness.stage.Comparison;
import io.holdfast.harness.stage.RotationKills;
import io.holdfast.harness.stage.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The two steps of a rotation at which QEMU has more, or less, than what the agent remembers; all six: {@code soak bitmap-rotations}. */
@Timeout(400)
class BitmapRotationTest {

    @Test
    void sourceAndImageAreIdenticalAfterKillsThatLoseTheAnswersToARotation() throws Exception {
        try (RotationKills kills = RotationKills.open(Nodes.PRODUCT, GuestImages.ofRepository())) {
            kills.killAt(Step.ADDED);
            kills.killAt(Step.REMOVED);
            kills.recover();

            assertThat(Watch.runState(kills.stage())).isEqualTo("running");
            assertThat(Comparison.ofPausedGuest(kills.stage())).allMatch(Comparison::identical);
        }
    }
}
