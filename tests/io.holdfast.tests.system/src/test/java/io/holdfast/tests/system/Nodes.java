package io.holdfast.tests.system;

import io.holdfast.harness.appliance.NodeProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;

/** The product as built, and free ports for it. */
final class Nodes {

    static final Path ROOT = Path.of(System.getProperty("holdfast.root"));
    static final Path PRODUCT = Path.of(System.getProperty(
            "holdfast.product",
            ROOT.resolve("product/io.holdfast.appliance/target/products/io.holdfast.appliance/linux/gtk/x86_64")
                    .toString()));

    private Nodes() {}

    static NodeProcess.Settings appliance(Path data) throws IOException {
        return new NodeProcess.Settings(PRODUCT, data, "all", freePorts(), List.of());
    }

    static NodeProcess.Ports freePorts() throws IOException {
        try (ServerSocket console = open();
                ServerSocket processServer = open();
                ServerSocket masterTarget = open()) {
            return new NodeProcess.Ports(
                    console.getLocalPort(), processServer.getLocalPort(), masterTarget.getLocalPort());
        }
    }

    private static ServerSocket open() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
