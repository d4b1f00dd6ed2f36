package io.holdfast.cli.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.output.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever happens, a command ends with a sentence and an exit code. */
class UnexpectedEndTest {

    private final FakeTerminal script = FakeTerminal.script();

    /** A script whose standard output goes elsewhere. */
    private record Redirected(FakeTerminal script, PrintStream out) implements Terminal {

        @Override
        public PrintStream err() {
            return script.err();
        }

        @Override
        public boolean interactive() {
            return false;
        }

        @Override
        public Optional<char[]> readSecret(String prompt) {
            return Optional.empty();
        }

        @Override
        public Optional<String> readLine(String prompt) {
            return Optional.empty();
        }
    }

    private ExitCode runInto(OutputStream out) {
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new CommandLine(new Redirected(script, printed), Map.of()).run("--help");
    }

    @Test
    void outputThatCannotBeWrittenIsAnError() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertThat(runInto(full)).isEqualTo(ExitCode.FAILED);
        assertThat(script.complained())
                .contains("standard output cannot be written")
                .contains("DISK_ERROR");
    }

    @Test
    void errorsOfTheProgramItselfAreToldInOneLine() {
        OutputStream wrong = new OutputStream() {
            @Override
            public void write(int value) {
                throw new IllegalStateException("a mistake");
            }
        };

        assertThat(runInto(wrong)).isEqualTo(ExitCode.FAILED);
        assertThat(script.complained().lines())
                .singleElement()
                .asString()
                .contains("please report it", "a mistake", "INTERNAL");
    }
}
