package io.holdfast.nbd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs other people's programs. A missing one fails the test: these programs are what tells us that we speak the protocol. */
final class Tool {

    private static final long SECONDS_MAX = 20;

    private Tool() {}

    /** What a program left. */
    record Result(int exit, String output) {

        /** The output, if the program ended well. */
        String good() {
            if (exit != 0) {
                throw new AssertionError("exit " + exit + "\n" + output);
            }
            return output;
        }
    }

    static Result run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    static Result run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("nbd-tool", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        List.of(command) + " ran longer than " + SECONDS_MAX + " s\n" + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    /** Starts a server that is ended by closing what is returned; waits until it has written its process id, which it does when it listens. */
    static Running start(Path processIdFile, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("nbd-tool", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (!Files.exists(processIdFile) || Files.size(processIdFile) == 0) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new AssertionError(List.of(command) + " did not listen\n" + Files.readString(output));
            }
        }
        return new Running(process, output);
    }

    /** A server of somebody else's. */
    record Running(Process process, Path output) implements AutoCloseable {

        @Override
        public void close() throws IOException, InterruptedException {
            process.destroy();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Files.delete(output);
        }
    }
}
