package io.holdfast.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs programs to their end, and kills, stops and starves processes. Every wait is bounded. */
public final class ProcessTools {

    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(30);
    private static final int OUTPUT_BYTES_MAX = 64 << 20;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /**
     * A duty cycle in shell: stops and continues a process for as long as both it and we live, so that nothing stays stopped after us. The
     * arguments are its id, ours, the seconds to run and the seconds to stand.
     */
    private static final String STARVE =
            "trap 'kill -CONT $1 2>/dev/null; exit' TERM; while kill -0 $1 && kill -0 $2; do kill -CONT $1; sleep $3; kill -STOP $1; sleep $4;"
                    + " done 2>/dev/null; kill -CONT $1 2>/dev/null";

    /**
     * How a program ended.
     *
     * @param exitCode its own
     * @param output standard output and error
     */
    public record Ended(int exitCode, String output) {

        /** Gives the output of a run that ended well; throws otherwise. */
        public String orThrow(String what) {
            if (exitCode != 0) {
                throw new AssertionError(what + " ended with " + exitCode + ": " + output);
            }
            return output;
        }
    }

    /** A process that gets only a share of the time; close it to let it run again. */
    public static final class Starved implements AutoCloseable {

        private final Process cycle;

        private Starved(Process cycle) {
            this.cycle = cycle;
        }

        @Override
        public void close() {
            cycle.destroy();
            await(cycle, "the duty cycle");
        }
    }

    private ProcessTools() {}

    /** Runs a program to its end; kills it when the time is over. */
    public static Ended run(Duration limit, List<String> command) throws IOException {
        Path output = Files.createTempFile("holdfast-run", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(command.get(0) + " did not end within " + limit.toMillis() + " ms");
            }
            if (Files.size(output) > OUTPUT_BYTES_MAX) {
                throw new AssertionError(command.get(0) + " printed more than " + OUTPUT_BYTES_MAX + " bytes");
            }
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + command.get(0) + " ran", e);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    /**
     * Sends a signal, for example {@code STOP}, to processes, all in one call of the system's {@code kill}: within microseconds of each other.
     * Nothing happens when there is none.
     */
    public static void signal(String name, List<Long> processIds) throws IOException {
        if (processIds.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-" + name, "--"));
        processIds.forEach(id -> command.add(Long.toString(id)));
        run(SIGNAL_LIMIT, command).orThrow("kill");
    }

    /** Sends a signal to one process. */
    public static void signal(String name, long processId) throws IOException {
        signal(name, List.of(processId));
    }

    /** Kills a whole process group. */
    public static void killGroup(long groupId) throws IOException {
        run(SIGNAL_LIMIT, List.of("kill", "-KILL", "--", "-" + groupId)).orThrow("kill");
    }

    /** Waits until a process is gone, or is a zombie whose parent has not looked yet. */
    public static void awaitEnd(long processId, Duration limit) {
        Waiting.until("process " + processId + " ends", limit, () -> !lives(processId));
    }

    private static boolean lives(long processId) {
        try {
            String stat = Files.readString(Path.of("/proc/" + processId + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Lets a process run for a share of the time only, without control groups: it is stopped and continued ten times a second.
     *
     * @param processId which
     * @param share above 0 and below 1
     */
    public static Starved starve(long processId, double share) throws IOException {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("share " + share + "; expected above 0 and below 1");
        }
        double period = 0.1;
        return new Starved(new ProcessBuilder(
                        "bash",
                        "-c",
                        STARVE,
                        "starve",
                        Long.toString(processId),
                        Long.toString(ProcessHandle.current().pid()),
                        Double.toString(period * share),
                        Double.toString(period * (1 - share)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** What a process holds in memory, in MiB. */
    public static double residentMebibytes(long processId) throws IOException {
        Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc/" + processId + "/status")));
        if (!matcher.find()) {
            throw new IOException("process " + processId + " tells no resident memory");
        }
        return Long.parseLong(matcher.group(1)) / 1024.0;
    }

    /** Finds ports on loopback on which nobody listens now, all different. */
    public static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            return List.copyOf(ports);
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    static void await(Process process, String what) {
        try {
            if (!process.waitFor(SIGNAL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(what + " is still there after " + SIGNAL_LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }
}
