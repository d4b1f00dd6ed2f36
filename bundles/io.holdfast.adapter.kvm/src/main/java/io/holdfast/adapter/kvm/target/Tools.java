package io.holdfast.adapter.kvm.target;

import io.holdfast.adapter.kvm.qmp.QmpVersion;
import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Programs of QEMU on this host: where they are, and runs of them that end by themselves. */
final class Tools {

    private static final Pattern VERSION = Pattern.compile("version (\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(10);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final int OUTPUT_CHARACTERS_MAX = 2_000;

    /** How a run ended. */
    record Ended(int exitCode, String output) {}

    private Tools() {}

    /** Finds a program; throws {@code HYPERVISOR_NOT_FOUND}. */
    static Path find(String program) {
        if (program.indexOf('/') >= 0) {
            Path path = Path.of(program);
            if (Files.isExecutable(path)) {
                return path;
            }
        } else {
            for (String folder : String.valueOf(System.getenv("PATH")).split(":")) {
                Path path = Path.of(folder, program);
                if (path.isAbsolute() && Files.isExecutable(path)) {
                    return path;
                }
            }
        }
        throw new HoldfastException(
                ErrorCode.HYPERVISOR_NOT_FOUND,
                program,
                "not found or not executable; install QEMU (Debian: qemu-system-x86, qemu-utils) or set its path");
    }

    /** Checks that QEMU's system emulator is new enough; throws {@code HYPERVISOR_TOO_OLD}. */
    static QmpVersion checkVersion(Path qemu, Path folder) {
        String output = run(List.of(qemu.toString(), "--version"), folder, VERSION_LIMIT)
                .output();
        Matcher matcher = VERSION.matcher(output);
        if (!matcher.find()) {
            throw new HoldfastException(
                    ErrorCode.HYPERVISOR_NOT_FOUND,
                    qemu.toString(),
                    "says no version; expected QEMU's system emulator");
        }
        QmpVersion version = new QmpVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
        if (version.compareTo(QmpVersion.OLDEST_SUPPORTED) < 0) {
            throw new HoldfastException(
                    ErrorCode.HYPERVISOR_TOO_OLD,
                    qemu.toString(),
                    "version " + version + "; expected " + QmpVersion.OLDEST_SUPPORTED + " or later");
        }
        return version;
    }

    /** Runs a program in a folder to its end and keeps the first of what it says; kills it when the time is over. */
    static Ended run(List<String> command, Path folder, Duration limit) {
        Path output = null;
        Process process = null;
        try {
            output = Files.createTempFile(folder, "run", ".log");
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new HoldfastException(
                        ErrorCode.TIMEOUT, command.get(0), "did not end within " + limit.toMillis() + " ms");
            }
            return new Ended(process.exitValue(), head(output));
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.HYPERVISOR_NOT_FOUND, command.get(0), "cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException(ErrorCode.CANCELLED, command.get(0), "interrupted while it ran", e);
        } finally {
            end(process);
            if (output != null) {
                DurableFiles.remove(output);
            }
        }
    }

    /** The first of a text file, for messages. */
    static String head(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(OUTPUT_CHARACTERS_MAX), StandardCharsets.UTF_8).strip();
        }
    }

    private static void end(@Nullable Process process) {
        if (process == null || !process.isAlive()) {
            return;
        }
        process.destroyForcibly();
        try {
            process.waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
