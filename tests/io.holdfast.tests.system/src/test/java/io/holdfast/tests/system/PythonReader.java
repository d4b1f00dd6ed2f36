package io.holdfast.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.MachineId;
import io.holdfast.base.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the reader of {@code tests/reader}, which was written from the pages of the formats and shares no code with the journal. */
final class PythonReader {

    private static final Path SOURCES = Nodes.ROOT.resolve("tests/reader");
    private static final long SECONDS_MAX = 120;

    private final Path folder;

    /** Gives the reader a folder for what it writes. */
    PythonReader(Path folder) {
        this.folder = folder;
    }

    /** What a run printed, and how it ended. */
    record Result(int exitCode, List<String> lines, String errors) {

        Result expectSuccess() {
            assertThat(exitCode).as("the reader's end; it said: %s", errors).isZero();
            return this;
        }

        /** The fields behind the first one, of the lines that begin with a word. */
        List<List<String>> fields(String word) {
            return lines.stream()
                    .map(line -> List.of(line.split("\t", -1)))
                    .filter(fields -> fields.getFirst().equals(word))
                    .map(fields -> fields.subList(1, fields.size()))
                    .toList();
        }
    }

    /** A disk as it was at a position, and the image of it. */
    record Wish(Position position, int disk, Path image) {}

    /** Restores many images in one run. */
    Result restore(Path store, Path keys, MachineId machine, List<Wish> wishes) throws Exception {
        Path requests = folder.resolve("requests");
        Files.write(
                requests,
                wishes.stream()
                        .map(wish -> wish.position() + " " + wish.disk() + " " + wish.image())
                        .toList());
        return run(
                "restore-many",
                store.toString(),
                "--keys",
                keys.toString(),
                "--machine",
                machine.toString(),
                "--requests",
                requests.toString());
    }

    /** Runs one command. */
    Result run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-B", "-m", "holdfast_reader"));
        command.addAll(List.of(arguments));
        return runCommand(command);
    }

    /** Runs the reader's own tests. */
    Result runUnitTests() throws Exception {
        return runCommand(List.of("/usr/bin/python3", "-B", "-m", "unittest", "discover", "-t", ".", "-s", "tests"));
    }

    private Result runCommand(List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(SOURCES.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        Process process = builder.start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the reader did not end within " + SECONDS_MAX + " s: " + command);
        }
        return new Result(
                process.exitValue(), Files.readAllLines(output), Files.readString(errors, StandardCharsets.UTF_8));
    }
}
