package io.holdfast.cli;

import io.holdfast.cli.internal.command.CommandLine;
import io.holdfast.cli.internal.output.SystemTerminal;

/**
 * Starts {@code holdfastctl}.
 *
 * @since 1.0
 */
public final class Main {

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code, see {@code docs/operating/command-line.md}.
     *
     * @param words the command line
     */
    public static void main(String[] words) {
        System.exit(new CommandLine(new SystemTerminal(), System.getenv())
                .run(words)
                .code());
    }
}
