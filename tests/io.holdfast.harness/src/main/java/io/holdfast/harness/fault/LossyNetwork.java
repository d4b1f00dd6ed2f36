package io.holdfast.harness.fault;

import io.holdfast.harness.ProcessTools;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of its own for two nodes: each has a network namespace with one interface, both are cables to one bridge in a third namespace,
 * and a third cable leads to whoever runs the test. The bridge can lose everything that one node sends and should get, of which no end notices
 * anything but silence. Addresses are of 198.18.0.0/15, which is set aside for such networks (RFC 2544).
 */
public final class LossyNetwork implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String PREFIX = "198.18.";
    private static final int OCTET = 256;
    private static final String BRIDGE = "bridge";

    private final String name;
    private final int number;
    private final List<String> namespaces = new ArrayList<>();
    private boolean cabled;

    /** One end of a cable to the bridge. */
    public enum Node {
        FIRST("first", 1),
        SECOND("second", 2);

        private final String word;
        private final int host;

        Node(String word, int host) {
            this.word = word;
            this.host = host;
        }
    }

    private LossyNetwork(int number) {
        this.number = number;
        this.name = "holdfast" + number;
    }

    /** Makes the network; close it. */
    public static LossyNetwork open() throws IOException {
        LossyNetwork network = new LossyNetwork((int) (ProcessHandle.current().pid() % OCTET));
        try {
            network.make();
            return network;
        } catch (IOException | RuntimeException | AssertionError e) {
            network.close();
            throw e;
        }
    }

    private void make() throws IOException {
        addNamespace(bridgeSpace());
        inside(bridgeSpace(), "link", "add", "name", BRIDGE, "type", "bridge");
        inside(bridgeSpace(), "link", "set", BRIDGE, "up");
        for (Node node : Node.values()) {
            addNamespace(space(node));
            inside(space(node), "link", "set", "lo", "up");
            cable(node.word, "eth0", space(node));
            inside(space(node), "address", "add", address(node) + "/24", "dev", "eth0");
            inside(space(node), "link", "set", "eth0", "up");
        }
        cable("tester", name, "1");
        cabled = true;
        ip("address", "add", PREFIX + number + ".3/24", "dev", name);
        ip("link", "set", name, "up");
    }

    /** Lays a cable from a port of the bridge to an interface elsewhere: a namespace's name, or 1 for where we are. */
    private void cable(String port, String far, String space) throws IOException {
        inside(bridgeSpace(), "link", "add", "name", port, "type", "veth", "peer", "name", far, "netns", space);
        inside(bridgeSpace(), "link", "set", port, "master", BRIDGE, "up");
    }

    /** The address of a node, reachable from the other one and from us. */
    public String address(Node node) {
        return PREFIX + number + "." + node.host;
    }

    /** The beginning of a command line whose program shall have a node's place in the network; the process is the program's own. */
    public List<String> launcher(Node node) {
        return List.of("nsenter", "--net=/run/netns/" + space(node), "--");
    }

    /** Loses everything from and to a node from now on. */
    public void lose(Node node) throws IOException {
        inside(bridgeSpace(), "link", "set", node.word, "nomaster");
    }

    /** Carries everything again. */
    public void carry(Node node) throws IOException {
        inside(bridgeSpace(), "link", "set", node.word, "master", BRIDGE);
    }

    /** Takes the network away; programs that are still in it have none. */
    @Override
    public void close() throws IOException {
        if (cabled) {
            ip("link", "delete", name); // a namespace takes its own end away some time after its deletion
            cabled = false;
        }
        for (String namespace : namespaces.reversed()) {
            ip("netns", "delete", namespace);
        }
        namespaces.clear();
    }

    private void addNamespace(String namespace) throws IOException {
        ip("netns", "add", namespace);
        namespaces.add(namespace);
    }

    private String bridgeSpace() {
        return name + "-bridge";
    }

    private String space(Node node) {
        return name + "-" + node.word;
    }

    private static void inside(String namespace, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-netns", namespace));
        all.addAll(List.of(arguments));
        ip(all.toArray(String[]::new));
    }

    private static void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        ProcessTools.run(LIMIT, command).orThrow(String.join(" ", command));
    }
}
