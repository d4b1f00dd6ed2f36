package io.holdfast.configserver.internal.agents;

import java.util.Map;

/**
 * Something an agent is to do.
 *
 * @param agent its id
 * @param machine id of the machine; empty when it is about none
 * @param kind of {@code docs/protocol/agent.md}
 * @param arguments of that kind; values are texts, numbers, booleans and maps of them
 */
public record CommandRequest(String agent, String machine, String kind, Map<String, Object> arguments) {

    public CommandRequest {
        arguments = Map.copyOf(arguments);
    }
}
