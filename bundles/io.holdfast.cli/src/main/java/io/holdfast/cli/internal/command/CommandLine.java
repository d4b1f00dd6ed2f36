package io.holdfast.cli.internal.command;

import io.holdfast.base.ErrorClass;
import io.holdfast.base.HoldfastException;
import io.holdfast.cli.internal.CliException;
import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.ArgumentParser;
import io.holdfast.cli.internal.args.Arguments;
import io.holdfast.cli.internal.args.Spec;
import io.holdfast.cli.internal.args.Spec.Option;
import io.holdfast.cli.internal.output.PlainOutput;
import io.holdfast.cli.internal.output.Terminal;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds the command that a line means, runs it, and turns what goes wrong into words and an exit code. */
public final class CommandLine {

    /** What every command understands. */
    static final List<Option> COMMON = List.of(
            new Option("server", "URL", "the appliance; else HOLDFAST_URL, else the one signed in to last", false),
            new Option(
                    "ca",
                    "FILE",
                    "the certificate of the authority to believe, PEM; else HOLDFAST_CA, else the one kept at login",
                    false),
            new Option("json", "", "write what the appliance answered as JSON", false),
            new Option("help", "", "tell how the command is written, and do nothing", false));

    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Map<String, Command> commands = new TreeMap<>();

    /**
     * Creates the program.
     *
     * @param terminal where it reads and writes
     * @param environment its variables
     */
    public CommandLine(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = Map.copyOf(environment);
        all().forEach(command -> commands.put(command.spec().name(), command));
    }

    /**
     * Lists what the program can do.
     *
     * @return specifications, by subject
     */
    public static List<Spec> specs() {
        return all().map(Command::spec).toList();
    }

    /**
     * Runs one command.
     *
     * @param words the command line
     * @return what the process tells its caller
     */
    public ExitCode run(String... words) {
        ExitCode ended = carryOut(Arrays.asList(words));
        if (terminal.out().checkError() && ended == ExitCode.OK) {
            terminal.err().println("holdfastctl: standard output cannot be written: not all was told (DISK_ERROR)");
            return ExitCode.FAILED;
        }
        return ended;
    }

    private ExitCode carryOut(List<String> line) {
        try {
            if (line.isEmpty()
                    || line.getFirst().equals("help")
                    || line.getFirst().equals("--help")) {
                overview(terminal.out());
                return line.isEmpty() ? ExitCode.USAGE : ExitCode.OK;
            }
            Found found = find(line);
            Arguments arguments = new ArgumentParser(found.command.spec(), COMMON).parse(found.rest);
            if (arguments.has("help")) {
                help(terminal.out(), found.command.spec());
                return ExitCode.OK;
            }
            try (Context context = new Context(arguments, terminal, new Connections(environment, terminal))) {
                return found.command.action().run(context);
            }
        } catch (CliException e) {
            tell(e, line.contains("--json"));
            return e.exitCode();
        } catch (HoldfastException e) {
            CliException ended = ended(e);
            tell(ended, line.contains("--json"));
            return ended.exitCode();
        } catch (RuntimeException | OutOfMemoryError e) {
            CliException ended = unexpected(e);
            tell(ended, line.contains("--json"));
            return ended.exitCode();
        }
    }

    /** What no part of the product has named. */
    private static CliException unexpected(Throwable error) {
        if (error instanceof OutOfMemoryError) {
            return new CliException(
                    ExitCode.FAILED,
                    "OUT_OF_MEMORY",
                    "memory",
                    "memory: the " + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MiB of this program are not enough for what it was given",
                    error);
        }
        StackTraceElement[] frames = error.getStackTrace();
        return new CliException(
                ExitCode.FAILED,
                "INTERNAL",
                "holdfastctl",
                "an error of the program itself, please report it: " + error
                        + (frames.length == 0 ? "" : " at " + frames[0]),
                error);
    }

    /** An error of a part of the product that runs in this process. */
    private static CliException ended(HoldfastException error) {
        boolean refused = error.code().errorClass() == ErrorClass.REFUSED;
        return new CliException(
                refused ? ExitCode.REFUSED : ExitCode.FAILED,
                error.code().name(),
                error.object(),
                String.valueOf(error.getMessage()),
                error);
    }

    private void tell(CliException error, boolean json) {
        if (json) {
            terminal.err().println(Context.pretty(error.toMap()));
            return;
        }
        terminal.err().println(PlainOutput.plain("holdfastctl: " + error.getMessage() + " (" + error.code() + ")"));
        if (error.exitCode() == ExitCode.USAGE) {
            terminal.err().println("See holdfastctl COMMAND --help.");
        }
    }

    private Found find(List<String> line) {
        String first = line.getFirst();
        Optional<Command> two =
                line.size() > 1 ? Optional.ofNullable(commands.get(first + " " + line.get(1))) : Optional.empty();
        if (two.isPresent()) {
            return new Found(two.get(), line.subList(2, line.size()));
        }
        Command one = commands.get(first);
        if (one == null) {
            throw CliException.usage(
                    first, "'" + first + "': there is no such command; expected one that holdfastctl --help lists");
        }
        return new Found(one, line.subList(1, line.size()));
    }

    private static Stream<Command> all() {
        List<Command> all = new ArrayList<>();
        all.addAll(SessionCommands.all());
        all.addAll(StatusCommands.all());
        all.addAll(MachineCommands.all());
        all.addAll(FailoverCommands.all());
        all.addAll(JobCommands.all());
        all.addAll(AgentCommands.all());
        all.addAll(UserCommands.all());
        all.addAll(BundleCommands.all());
        all.addAll(StoreCommands.all());
        all.addAll(VerifyCommands.all());
        all.addAll(AnchorCommands.all());
        all.addAll(KeyCommands.all());
        all.addAll(ServeCommands.all());
        return all.stream();
    }

    private static void overview(PrintStream out) {
        out.println("holdfastctl: the operator's command line of Holdfast");
        out.println();
        out.println("Usage: holdfastctl COMMAND [words] [options]");
        out.println();
        int width =
                specs().stream().mapToInt(spec -> spec.name().length()).max().orElse(0);
        specs().forEach(spec ->
                out.println("  " + spec.name() + " ".repeat(width - spec.name().length()) + "  " + spec.summary()));
        out.println();
        out.println("Every command understands:");
        options(out, COMMON);
        out.println();
        out.println(
                "Ends with 0 done, 1 failed, 2 wrong command line, 3 refused, 4 not signed in or not allowed, 5 unreachable, 6 out of time.");
    }

    private static void help(PrintStream out, Spec spec) {
        out.println(spec.summary() + ".");
        out.println();
        out.println("Usage: " + spec.usage());
        if (!spec.parameters().isEmpty() || !spec.options().isEmpty()) {
            out.println();
            spec.parameters().forEach(parameter -> out.println(column(parameter.name()) + parameter.text()));
            options(out, spec.options());
        }
        if (!spec.details().isEmpty()) {
            out.println();
            spec.details().forEach(out::println);
        }
        out.println();
        out.println("Every command understands:");
        options(out, COMMON);
    }

    private static void options(PrintStream out, List<Option> options) {
        options.forEach(option -> out.println(
                column("--" + option.name() + (option.hasValue() ? " " + option.value() : "")) + option.text()));
    }

    private static String column(String word) {
        return String.format("  %-24s  ", word);
    }

    private record Found(Command command, List<String> rest) {}
}
