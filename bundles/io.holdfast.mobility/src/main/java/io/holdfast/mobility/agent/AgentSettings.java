package io.holdfast.mobility.agent;

import java.net.URI;
import java.nio.file.Path;

/**
 * Who an agent is and where it keeps what.
 *
 * @param folder of the agent
 * @param server base address of the configuration server
 * @param name what people call the agent
 * @param version of its software
 * @param tokenFile enrolment token, for the first start
 * @param authorityFile certificate of the authority it trusts, PEM
 * @param memoryBytesMax what the records of one machine may take in memory
 */
record AgentSettings(
        Path folder, URI server, String name, String version, Path tokenFile, Path authorityFile, long memoryBytesMax) {

    /** Folder of all machines' folders; short, because sockets lie below it. */
    Path machines() {
        return folder.resolve("m");
    }

    /** The configuration server's host: where a process server without a host of its own is. */
    String serverHost() {
        return server.getHost();
    }
}
