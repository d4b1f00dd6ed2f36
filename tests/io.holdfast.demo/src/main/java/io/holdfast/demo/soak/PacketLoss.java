package io.holdfast.demo.soak;

import io.holdfast.harness.appliance.NodeProcess.Host;
import io.holdfast.harness.fault.LossyNetwork;
import io.holdfast.harness.fault.LossyNetwork.Node;
import io.holdfast.harness.stage.Ground;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Agent and appliance are two processes in a network of their own, which loses every packet of the agent for a minute; the longest step of a
 * transaction is printed.
 */
public final class PacketLoss implements SoakRun {

    private static final Duration LOSS = Duration.ofSeconds(60);

    @Override
    public void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException {
        try (LossyNetwork network = LossyNetwork.open();
                Stage stage = Stage.open(
                        Ground.fresh().at(host(network, Node.FIRST), host(network, Node.SECOND)),
                        RunKind.SITE,
                        setting.product(),
                        setting.images(),
                        UnaryOperator.identity())) {
            StallRounds rounds = StallRounds.begin(stage, figures);
            for (int i = 1; i <= setting.count(); i++) {
                rounds.play("packets lost " + i, () -> lose(network, stage));
            }
            rounds.play("packets lost, guard killed", () -> {
                Disturbances.killGuard(stage);
                lose(network, stage);
            });
        }
    }

    /** Nothing else is in a node's network, so it may listen on all of its addresses. */
    private static Host host(LossyNetwork network, Node node) {
        return new Host(network.launcher(node), "any", network.address(node));
    }

    private static void lose(LossyNetwork network, Stage stage) throws IOException, InterruptedException {
        network.lose(Node.SECOND);
        Disturbances.last(stage, LOSS, () -> network.carry(Node.SECOND));
    }
}
