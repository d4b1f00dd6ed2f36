package io.holdfast.cli.internal.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Arguments;
import io.holdfast.cli.internal.client.ApiClient;
import io.holdfast.cli.internal.output.PlainOutput;
import io.holdfast.cli.internal.output.Terminal;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a running command may use: its arguments, the appliance, and the terminal. Used by one thread. */
final class Context implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Arguments arguments;
    private final Terminal terminal;
    private final Connections connections;
    private @Nullable ApiClient client;

    Context(Arguments arguments, Terminal terminal, Connections connections) {
        this.arguments = arguments;
        this.terminal = terminal;
        this.connections = connections;
    }

    Arguments arguments() {
        return arguments;
    }

    Terminal terminal() {
        return terminal;
    }

    Connections connections() {
        return connections;
    }

    /** The appliance, with the session of the last sign-in; opened at the first call. */
    ApiClient client() {
        ApiClient open = client;
        if (open == null) {
            open = connections.signedIn(arguments);
            client = open;
        }
        return open;
    }

    boolean json() {
        return arguments.has("json");
    }

    /** Shows an answer: as it came for programs, else in words. */
    ExitCode show(JsonNode answer, Consumer<PrintStream> words) {
        if (json()) {
            terminal.out().println(pretty(answer));
        } else {
            words.accept(plain());
        }
        return ExitCode.OK;
    }

    /** Standard output for words that others chose: what would steer the terminal does not get through. */
    PrintStream plain() {
        return new PrintStream(new PlainOutput(terminal.out()), true, StandardCharsets.UTF_8);
    }

    /** Says something to people and nothing to programs. */
    ExitCode say(String sentence) {
        if (!json()) {
            terminal.out().println(sentence);
        }
        return ExitCode.OK;
    }

    /** Tells people and programs of something wrong that does not end the command. */
    void complain(String sentence) {
        terminal.err().println(PlainOutput.plain("holdfastctl: " + sentence));
    }

    static String pretty(Object value) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values can be written as JSON", e);
        }
    }

    static JsonNode parse(String text, String where) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CliException(ExitCode.FAILED, "PROTOCOL_ERROR", where, where + ": what came is no JSON", e);
        }
    }

    @Override
    public void close() {
        ApiClient open = client;
        if (open != null) {
            open.close();
        }
    }
}
