package io.holdfast.cli.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.args.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line says about itself, and about lines that are wrong. */
class UsageTest {

    @Test
    void overviewListsEveryCommand() {
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal, "--help")).isEqualTo(ExitCode.OK);

        CommandLine.specs()
                .forEach(spec -> assertThat(terminal.written()).contains("  " + spec.name() + " ", spec.summary()));
    }

    @Test
    void everyCommandExplainsItself() {
        for (Spec spec : CommandLine.specs()) {
            FakeTerminal terminal = FakeTerminal.script();
            String[] words = (spec.name() + " --help").split(" ");

            assertThat(run(terminal, words)).as(spec.name()).isEqualTo(ExitCode.OK);

            assertThat(terminal.written()).contains("Usage: " + spec.usage(), "--json");
            spec.options()
                    .forEach(option -> assertThat(terminal.written()).contains("--" + option.name(), option.text()));
            spec.parameters()
                    .forEach(parameter -> assertThat(terminal.written()).contains(parameter.name(), parameter.text()));
        }
    }

    @Test
    void operatingGuideHasEveryCommandAsItIs() throws IOException {
        String guide = Files.readString(Path.of(System.getProperty("holdfast.root"), "docs/operating/command-line.md"));

        for (Spec spec : CommandLine.specs()) {
            assertThat(guide).as(spec.name()).contains(spec.usage());
            spec.options()
                    .forEach(option -> assertThat(guide)
                            .as("%s --%s", spec.name(), option.name())
                            .contains("`--" + option.name()));
        }
        for (ExitCode exitCode : ExitCode.values()) {
            assertThat(guide).contains("| " + exitCode.code() + " |");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense                         | 'nonsense': there is no such command",
                "machines show                    | MACHINE: missing; expected holdfastctl machines show MACHINE",
                "machines show a b                | 'b': one word too many",
                "machines --colour                | --colour: there is no such option of 'machines'; expected --server, --ca, --json, --help",
                "jobs --limit                     | --limit: its value is missing; expected --limit N",
                "jobs --limit 0                   | --limit: '0' given; expected a whole number from 1 to 500",
                "jobs --limit many                | --limit: 'many' given",
                "jobs --limit 5 --limit 6         | --limit: given twice",
                "failover m --force=yes           | --force: has no value",
                "failover m --test --force        | --force: not possible with --test",
                "unprotect m                      | --keep, --destroy: expected exactly one of them",
                "unprotect m --keep --destroy     | --keep, --destroy: expected exactly one of them",
                "protect --name n                 | --agent: missing; expected holdfastctl protect --name NAME --agent AGENT",
                "protect --name n --agent a --qmp q --qmp-oob o --rpo 1 | --rpo: '1' given; expected for example 500ms",
                "protect --name n --agent a --qmp q --qmp-oob o --log-limit 1GB | --log-limit: '1GB' given; expected for example 512MiB",
                "points m --from yesterday        | --from: 'yesterday' given; expected a UTC time",
                "marker m label --kind perfect    | --kind: 'perfect' given; expected crash or application",
                "users add olga --role king       | --role: 'king' given; expected administrator, operator or viewer",
                "job 1 --retry --cancel           | --retry, --cancel: both given",
                "passwd                           | --password-file: missing, and there is no terminal",
                "login --server https://h --ca /nothing | --ca: cannot read /nothing",
            })
    void lineThatIsWrongIsRefusedWithTheWordAndWhatWouldBeRight(String line, String message) {
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal, line.split(" "))).isEqualTo(ExitCode.USAGE);

        assertThat(terminal.complained())
                .startsWith("holdfastctl: " + message)
                .contains("See holdfastctl COMMAND --help.");
        assertThat(terminal.written()).isEmpty();
    }

    @Test
    void noWordsAtAllShowTheOverviewAndAreWrong() {
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal)).isEqualTo(ExitCode.USAGE);
        assertThat(terminal.written()).contains("Usage: holdfastctl COMMAND");
    }

    private static ExitCode run(FakeTerminal terminal, String... words) {
        return new CommandLine(terminal, Map.of("XDG_CONFIG_HOME", "/nonexistent")).run(words);
    }
}
