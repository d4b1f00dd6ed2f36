package io.holdfast.demo.soak;

import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What several runs do to Holdfast. QEMU has to answer in the midst of each. */
final class Disturbances {

    private static final Duration GUARD_BACK_MAX = Duration.ofSeconds(10);

    private Disturbances() {}

    /** Lets a state last that is made and ended otherwise; it ends also when QEMU does not answer. */
    static void last(Stage stage, Duration time, StallRounds.Step end) throws IOException, InterruptedException {
        try {
            Watch.pause(time);
            Watch.runState(stage);
        } finally {
            end.run();
        }
    }

    /** Kills the guard and waits for the one that takes its place. */
    static void killGuard(Stage stage) throws IOException, InterruptedException {
        List<Long> killed = stage.guards();
        ProcessTools.signal("KILL", killed);
        Api.await(
                "another guard",
                GUARD_BACK_MAX,
                () -> stage.guards().stream().anyMatch(guard -> !killed.contains(guard)));
    }
}
