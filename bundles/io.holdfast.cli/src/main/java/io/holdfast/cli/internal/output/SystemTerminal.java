package io.holdfast.cli.internal.output;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/** The terminal of this process. */
public final class SystemTerminal implements Terminal {

    @Override
    public PrintStream out() {
        return System.out;
    }

    @Override
    public PrintStream err() {
        return System.err;
    }

    @Override
    public boolean interactive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    @Override
    public Optional<char[]> readSecret(String prompt) {
        return interactive() ? Optional.ofNullable(System.console().readPassword("%s", prompt)) : Optional.empty();
    }

    @Override
    public Optional<String> readLine(String prompt) {
        return interactive() ? Optional.ofNullable(System.console().readLine("%s", prompt)) : Optional.empty();
    }
}
