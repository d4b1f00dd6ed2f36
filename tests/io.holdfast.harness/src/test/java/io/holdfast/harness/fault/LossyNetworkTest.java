package io.holdfast.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.harness.ProcessTools;
import io.holdfast.harness.fault.LossyNetwork.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LossyNetworkTest {

    private static final int PORT = 4711;
    private static final int REFUSED = 3;
    private static final int SILENCE = 4;

    /** Tries to connect for a second; tells refusal from silence. */
    private static final String CONNECT = """
            import socket, sys
            try:
                socket.create_connection((sys.argv[1], int(sys.argv[2])), 1)
            except ConnectionRefusedError:
                sys.exit(3)
            except TimeoutError:
                sys.exit(4)
            """;

    @BeforeEach
    void needsRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "network namespaces need root");
    }

    @Test
    void carriesBetweenTheNodesAndFromHere() throws IOException {
        try (LossyNetwork network = LossyNetwork.open()) {
            assertThat(connect(network.launcher(Node.SECOND), network.address(Node.FIRST)))
                    .isEqualTo(REFUSED);
            assertThat(connect(List.of(), network.address(Node.FIRST))).isEqualTo(REFUSED);
        }
    }

    @Test
    void losesWithoutAWordAndCarriesAgain() throws IOException {
        try (LossyNetwork network = LossyNetwork.open()) {
            network.lose(Node.SECOND);
            assertThat(connect(network.launcher(Node.SECOND), network.address(Node.FIRST)))
                    .isEqualTo(SILENCE);
            assertThat(connect(List.of(), network.address(Node.FIRST))).isEqualTo(REFUSED);

            network.carry(Node.SECOND);
            assertThat(connect(network.launcher(Node.SECOND), network.address(Node.FIRST)))
                    .isEqualTo(REFUSED);
        }
    }

    private static int connect(List<String> launcher, String address) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("/usr/bin/python3", "-c", CONNECT, address, Integer.toString(PORT)));
        return ProcessTools.run(Duration.ofSeconds(10), command).exitCode();
    }
}
