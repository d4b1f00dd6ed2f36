package io.holdfast.harness;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stands between Holdfast and QEMU's monitor and stops the world at one step of a bitmap rotation. See {@code monitor_relay.py}. */
public final class MonitorRelay implements AutoCloseable {

    /** The steps of a rotation, in order. */
    public enum Step {
        /** The command that adds the new bitmap is on its way to QEMU, and is lost. */
        ADDING,
        /** QEMU has added it; the answer is lost. */
        ADDED,
        /** It was answered, and the next command is lost: what the bitmap lacks is not known yet. */
        SETTLING,
        /** The command that removes the old bitmap is on its way to QEMU, and is lost. */
        REMOVING,
        /** QEMU has removed it; the answer is lost. */
        REMOVED,
        /** It was answered, and the next command is lost. */
        RESTED;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String SCRIPT = "tests/io.holdfast.harness/src/main/python/monitor_relay.py";
    private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private MonitorRelay(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.US_ASCII);
        Thread.ofVirtual()
                .start(() ->
                        process.inputReader(StandardCharsets.US_ASCII).lines().forEach(lines::add));
    }

    /**
     * Begins to listen.
     *
     * @param listen where Holdfast is to find the monitor
     * @param monitor where QEMU's is
     */
    public static MonitorRelay start(Path listen, Path monitor) throws IOException, InterruptedException {
        MonitorRelay relay = new MonitorRelay(new ProcessBuilder(
                        "python3", Repository.root().resolve(SCRIPT).toString(), listen.toString(), monitor.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        relay.expect("listening", ANSWER_MAX);
        return relay;
    }

    /** Waits for a step from now on. */
    public void arm(Step step) throws IOException, InterruptedException {
        commands.write(step.word() + "\n");
        commands.flush();
        expect("armed", ANSWER_MAX);
    }

    /** Waits until the step is reached. From then on Holdfast hears and says nothing more on its connection, until it has ended it. */
    public void awaitSprung(Step step, Duration limit) throws InterruptedException {
        expect("sprung " + step.word(), limit);
    }

    private void expect(String wanted, Duration limit) throws InterruptedException {
        @Nullable String line = lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!wanted.equals(line)) {
            throw new AssertionError("the relay said " + (line == null ? "nothing" : List.of(line)) + " within "
                    + limit.toSeconds() + " s; expected '" + wanted + "'");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
