package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.time.Duration;

/** The appliance is stopped, killed and starved, and its guard killed; the longest step of a transaction is printed for each. */
public final class Stalls implements SoakRun {

    private static final double BOUND_MILLIS = 5_000;
    private static final double MARGIN_MILLIS = 1_000;
    private static final double STARVED_SHARE = 0.01;
    private static final int RATE = 10;
    private static final int AFTER = 25;
    private static final Duration STALL = Duration.ofSeconds(8);
    private static final Duration STARVE = Duration.ofSeconds(15);
    private static final Duration BASELINE = Duration.ofSeconds(15);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /** What is done to Holdfast. */
    private interface Disturbance {
        void run() throws IOException, InterruptedException;
    }

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        try (Stage stage = Stage.open(RunKind.MACHINE, setting.product(), setting.images())) {
            GuestConsole console = stage.guest().console();
            figures.say("measuring the guest alone; " + stage.whereabouts());
            console.run(RATE);
            Watch.awaitMore(console, AFTER);
            console.longestStepMillis(ANSWER_MAX);
            Watch.pause(BASELINE);
            double alone = console.longestStepMillis(ANSWER_MAX);
            figures.say("longest step of the guest alone: " + alone + " ms");
            console.stop();
            long whole = Watch.protectFilled(stage);
            figures.say("sent for the whole machine: " + whole + " bytes");
            Round round = new Round(stage, figures, alone, whole);
            for (int i = 1; i <= setting.count(); i++) {
                round.play("stopped " + i, () -> stop(stage));
            }
            round.play("killed", stage::killAppliance);
            round.play("starved", () -> starve(stage));
            round.play("guard killed", () -> ProcessTools.signal("KILL", stage.guards()));
        }
    }

    private static void stop(Stage stage) throws IOException, InterruptedException {
        ProcessTools.signal("STOP", stage.applianceId());
        try {
            Watch.pause(STALL);
            Watch.runState(stage);
        } finally {
            ProcessTools.signal("CONT", stage.applianceId());
        }
    }

    private static void starve(Stage stage) throws IOException, InterruptedException {
        try (ProcessTools.Starved _ = ProcessTools.starve(stage.applianceId(), STARVED_SHARE)) {
            Watch.pause(STARVE);
            Watch.runState(stage);
        }
    }

    /** One disturbance, what the guest felt of it and what was sent after it. */
    private record Round(Stage stage, SoakFigures figures, double aloneMillis, long wholeBytes) {

        void play(String what, Disturbance disturbance) throws IOException, InterruptedException {
            GuestConsole console = stage.guest().console();
            JsonNode before = Watch.awaitCaughtUp(stage);
            long written = Watch.guestWrittenBytes(stage);
            long process = stage.applianceId();
            console.longestStepMillis(ANSWER_MAX);
            disturbance.run();
            String state = Watch.runState(stage);
            Watch.awaitMore(console, AFTER);
            double longest = console.longestStepMillis(ANSWER_MAX);
            boolean restart = what.equals("killed");
            if (restart) {
                stage.restartAppliance();
            }
            JsonNode after = Watch.awaitCaughtUp(stage);
            long writtenBytes = Watch.guestWrittenBytes(stage) - written;
            Delta delta = stage.applianceId() == process
                    ? Delta.between(before, after, writtenBytes)
                    : Delta.of(after, writtenBytes);
            figures.add(figures.row()
                    .put("disturbance", what)
                    .put("longestStepMillis", longest)
                    .put("aloneMillis", aloneMillis)
                    .put("qemu", state)
                    .put("writtenBytes", delta.writtenBytes())
                    .put("sentBytes", delta.sentBytes()));
            figures.claim(
                    longest <= BOUND_MILLIS + aloneMillis + MARGIN_MILLIS,
                    what + ": a write took " + longest + " ms; " + aloneMillis + " ms alone");
            figures.claim(state.equals("running"), what + ": QEMU said " + state);
            figures.claim(delta.isDelta(wholeBytes), what + ": more than the delta was sent: " + delta);
        }
    }
}
