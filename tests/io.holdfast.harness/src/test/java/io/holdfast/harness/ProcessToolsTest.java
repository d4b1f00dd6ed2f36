package io.holdfast.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessToolsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void killsSeveralProcessesAtOnce() throws IOException {
        Process first = new ProcessBuilder("sleep", "60").start();
        Process second = new ProcessBuilder("sleep", "60").start();

        ProcessTools.signal("KILL", List.of(first.pid(), second.pid()));

        ProcessTools.awaitEnd(first.pid(), LIMIT);
        ProcessTools.awaitEnd(second.pid(), LIMIT);
    }

    @Test
    void signalsNobodyWithoutAnError() throws IOException {
        ProcessTools.signal("KILL", List.of());
    }

    @Test
    void killsAProcessGroup() throws IOException {
        Process leader = new ProcessBuilder("setsid", "--wait", "sh", "-c", "sleep 60 & echo $$; wait").start();
        String group = leader.inputReader().readLine();

        ProcessTools.killGroup(Long.parseLong(group));

        ProcessTools.awaitEnd(leader.pid(), LIMIT);
    }

    @Test
    void starvesAProcessAndLetsItRunAgain() throws IOException {
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            try (ProcessTools.Starved _ = ProcessTools.starve(busy.pid(), 0.05)) {
                Waiting.until("it is stopped", LIMIT, () -> state(busy.pid()) == 'T');
                Waiting.until("it is continued", LIMIT, () -> state(busy.pid()) == 'R');
            }
            Waiting.until("it runs again", LIMIT, () -> state(busy.pid()) == 'R');
        } finally {
            busy.destroyForcibly();
        }
    }

    private static char state(long processId) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + processId + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    @Test
    void endsAProgramThatDoesNotEnd() {
        assertThatThrownBy(() -> ProcessTools.run(Duration.ofMillis(200), List.of("sleep", "60")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("did not end within 200 ms");
    }

    @Test
    void findsDifferentFreePorts() throws IOException {
        assertThat(ProcessTools.freePorts(5)).doesNotHaveDuplicates().hasSize(5).allMatch(port -> port > 1023);
    }
}
