package io.holdfast.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the programs of a rival and watches their memory. */
final class RivalTool {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long LOOK_MILLIS = 20;
    private static final int TOLD_CHARACTERS = 2_000;
    private static final double KIBIBYTES = 1024;

    private final Path folder;
    private final Path log;
    private final Map<String, String> environment;

    /** Programs run in a folder, where their output goes to a file, with some variables more than ours. */
    RivalTool(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.log = folder.resolve("output.log");
        this.environment = environment;
    }

    /** Runs a program to its end. */
    RivalCost run(String... command) throws IOException, InterruptedException {
        return run(folder, List.of(command), "");
    }

    /** Runs a program in a folder. */
    RivalCost runIn(Path directory, String... command) throws IOException, InterruptedException {
        return run(directory, List.of(command), "");
    }

    /** Runs a program that reads what it is to do. */
    RivalCost feed(String input, String... command) throws IOException, InterruptedException {
        return run(folder, List.of(command), input);
    }

    /** Starts a program that goes on by itself; its output goes to a file of its own. */
    Process start(List<String> command) throws IOException {
        File output = folder.resolve(Path.of(command.getFirst()).getFileName() + ".log")
                .toFile();
        return builder(folder, command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
    }

    private ProcessBuilder builder(Path directory, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    private RivalCost run(Path directory, List<String> command, String input) throws IOException, InterruptedException {
        Path in = Files.writeString(folder.resolve("input"), input);
        long start = System.nanoTime();
        Process process = builder(directory, command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(in.toFile())
                .start();
        double peak = 0;
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, peakMebibytes(process.toHandle()));
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    throw new IOException(command.getFirst() + " has not ended after " + LIMIT.toMinutes() + " min");
                }
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException(command + " ended with " + process.exitValue() + ": " + output());
        }
        sync(folder);
        return new RivalCost((System.nanoTime() - start) / 1e9, peak);
    }

    /** What the last program printed. */
    String output() throws IOException {
        String all = Files.readString(log);
        return all.length() <= TOLD_CHARACTERS ? all : all.substring(all.length() - TOLD_CHARACTERS);
    }

    /** Waits until what lies in the file system of a folder is on its medium. */
    static void sync(Path folder) throws IOException, InterruptedException {
        new ProcessBuilder("sync", "-f", folder.toString()).start().waitFor();
    }

    /** The most memory that a process and its children had resident until now. */
    static double peakMebibytes(ProcessHandle process) {
        List<ProcessHandle> all = new ArrayList<>(List.of(process));
        process.descendants().forEach(all::add);
        return all.stream().mapToDouble(each -> peakOf(each.pid())).sum();
    }

    private static double peakOf(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / KIBIBYTES)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException _) {
            return 0; // it has ended meanwhile
        }
    }
}
