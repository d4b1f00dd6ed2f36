package io.holdfast.harness.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.harness.GuestConsole;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.GuestVm;
import io.holdfast.harness.MonitorRelay;
import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A stage whose guest writes through an I/O thread, and on which appliance and guard are killed together at a chosen step of a bitmap rotation.
 * Rotations come each 30 seconds; one that was interrupted goes on soon after the next start.
 */
public final class RotationKills implements AutoCloseable {

    private static final int RATE = 40;
    private static final int WHILE_DOWN = 10;
    private static final Duration STEP_MAX = Duration.ofSeconds(120);

    private final Stage stage;
    private final MonitorRelay relay;
    private boolean down;

    private RotationKills(Stage stage, MonitorRelay relay) {
        this.stage = stage;
        this.relay = relay;
    }

    /** Starts everything and protects the guest, which writes. */
    public static RotationKills open(Path product, GuestImages images) throws IOException, InterruptedException {
        Stage stage = Stage.open(RunKind.MACHINE, product, images, GuestVm.Settings::withIoThread);
        try {
            Path listen = stage.guest().monitor().resolveSibling("qmp-relay");
            MonitorRelay relay = MonitorRelay.start(listen, stage.guest().monitor());
            try {
                stage.guest().console().run(RATE);
                stage.protect(listen);
                Watch.awaitCaughtUp(stage);
                return new RotationKills(stage, relay);
            } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
                relay.close();
                throw e;
            }
        } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
            stage.close();
            throw e;
        }
    }

    public Stage stage() {
        return stage;
    }

    /** Kills at a step, once the guest has seen to it that it comes; starts the appliance first if it was killed before. */
    public void killAt(MonitorRelay.Step step) throws IOException, InterruptedException {
        relay.arm(step);
        if (down) {
            stage.restartAppliance();
        }
        relay.awaitSprung(step, STEP_MAX);
        List<Long> victims = new ArrayList<>(stage.guards());
        victims.add(stage.applianceId());
        ProcessTools.signal("KILL", victims);
        stage.killAppliance();
        down = true;
        GuestConsole console = stage.guest().console();
        Watch.awaitMore(console, WHILE_DOWN);
    }

    /** Starts the appliance again and waits until all is proven; gives the machine's status then. */
    public JsonNode recover() throws IOException, InterruptedException {
        stage.restartAppliance();
        down = false;
        return Watch.awaitCaughtUp(stage);
    }

    @Override
    public void close() throws IOException {
        relay.close();
        stage.close();
    }
}
