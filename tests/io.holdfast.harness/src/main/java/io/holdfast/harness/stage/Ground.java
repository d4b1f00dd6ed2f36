package io.holdfast.harness.stage;

import io.holdfast.harness.appliance.NodeProcess.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a stage is set up on.
 *
 * @param folder exists; all of the stage's files lie below it
 * @param appliance the appliance's place in the network
 * @param agent the place of an agent with a process of its own
 */
public record Ground(Path folder, Host appliance, Host agent) {

    /** A new folder, everything on loopback. */
    public static Ground fresh() throws IOException {
        return new Ground(Files.createTempDirectory("hf-demo-"), Host.LOOPBACK, Host.LOOPBACK);
    }

    /** The same with other places in the network. */
    public Ground at(Host applianceHost, Host agentHost) {
        return new Ground(folder, applianceHost, agentHost);
    }

    /** The data folder of the appliance; created by it when it is not there. */
    public Path data() {
        return folder.resolve("data");
    }
}
