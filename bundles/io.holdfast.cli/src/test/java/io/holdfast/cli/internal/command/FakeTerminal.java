package io.holdfast.cli.internal.command;

import io.holdfast.cli.internal.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A terminal with a person whose answers are known beforehand, or without one. */
final class FakeTerminal implements Terminal {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    private final boolean interactive;
    private final Deque<String> answers;

    /** Nobody sits there. */
    static FakeTerminal script() {
        return new FakeTerminal(false);
    }

    /** Somebody sits there and answers so. */
    static FakeTerminal person(String... answers) {
        return new FakeTerminal(true, answers);
    }

    private FakeTerminal(boolean interactive, String... answers) {
        this.interactive = interactive;
        this.answers = new ArrayDeque<>(List.of(answers));
    }

    String written() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public PrintStream out() {
        return outStream;
    }

    @Override
    public PrintStream err() {
        return errStream;
    }

    @Override
    public boolean interactive() {
        return interactive;
    }

    @Override
    public Optional<char[]> readSecret(String prompt) {
        return readLine(prompt).map(String::toCharArray);
    }

    @Override
    public Optional<String> readLine(String prompt) {
        if (interactive) {
            errStream.print(prompt);
        }
        return interactive ? Optional.ofNullable(answers.poll()) : Optional.empty();
    }
}
