package io.holdfast.demo.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.stage.Stage;
import io.holdfast.harness.stage.Watch;
import java.io.IOException;
import java.time.Duration;

/** Plays one disturbance after the other on one stage; a row for each tells what the guest felt of it and what was sent after it. */
final class StallRounds {

    private static final double BOUND_MILLIS = 5_000;
    private static final double MARGIN_MILLIS = 1_000;
    private static final int RATE = 10;
    private static final int AFTER = 25;
    private static final Duration BASELINE = Duration.ofSeconds(15);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final Stage stage;
    private final SoakFigures figures;
    private final double aloneMillis;
    private final long wholeBytes;

    /** What is done to Holdfast, or to mend it. */
    interface Step {
        void run() throws IOException, InterruptedException;
    }

    private StallRounds(Stage stage, SoakFigures figures, double aloneMillis, long wholeBytes) {
        this.stage = stage;
        this.figures = figures;
        this.aloneMillis = aloneMillis;
        this.wholeBytes = wholeBytes;
    }

    /** Measures the guest alone, then protects it. */
    static StallRounds begin(Stage stage, SoakFigures figures) throws IOException, InterruptedException {
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
        return new StallRounds(stage, figures, alone, whole);
    }

    /** Plays a disturbance that ends by itself. */
    void play(String what, Step disturb) throws IOException, InterruptedException {
        play(what, disturb, () -> {});
    }

    /**
     * Plays a disturbance.
     *
     * @param what names it
     * @param disturb returns when the guest has felt all of it
     * @param mend what is needed after that to go on
     */
    void play(String what, Step disturb, Step mend) throws IOException, InterruptedException {
        GuestConsole console = stage.guest().console();
        JsonNode before = Watch.awaitCaughtUp(stage);
        long written = Watch.guestWrittenBytes(stage);
        long process = stage.applianceId();
        console.longestStepMillis(ANSWER_MAX);
        disturb.run();
        String state = Watch.runState(stage);
        Watch.awaitMore(console, AFTER);
        double longest = console.longestStepMillis(ANSWER_MAX);
        mend.run();
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
